"""How often each method is right, by simulation: what a statistician asks before signing."""

from clinmeasures.simulation.simulate import KINDS, simulate
from clinmeasures.simulation.study import Experiment, Finding, Study

__all__ = ["KINDS", "Experiment", "Finding", "Study", "simulate"]
