"""Watching risk-adjusted outcomes case by case: CUSUM, VLAD, and how long they take to signal."""

from clinmeasures.monitoring.cusum import cusum, two_sided
from clinmeasures.monitoring.result import Cusum, ProviderCusum, Signal, TwoSided
from clinmeasures.monitoring.runlength import average_run_length, limit_for_run_length
from clinmeasures.monitoring.simulated import limit_for_alpha, simulated_run_lengths

__all__ = [
    "Cusum",
    "ProviderCusum",
    "Signal",
    "TwoSided",
    "average_run_length",
    "cusum",
    "limit_for_alpha",
    "limit_for_run_length",
    "simulated_run_lengths",
    "two_sided",
]
