"""Intervals for proportions, rates and means."""

from clinmeasures.intervals.limits import (
    Intervals,
    byar,
    exact,
    jeffreys,
    log_ratio,
    poisson_exact,
    student_t,
    wilson,
)
from clinmeasures.intervals.tables import interval

__all__ = [
    "Intervals",
    "byar",
    "exact",
    "interval",
    "jeffreys",
    "log_ratio",
    "poisson_exact",
    "student_t",
    "wilson",
]
