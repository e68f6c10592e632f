"""Did a change in the figures follow a change in the work? Association, never effect."""

from clinmeasures.association.interrupted import InterruptedSeries, its
from clinmeasures.association.regression import Change

__all__ = ["Change", "InterruptedSeries", "its"]
