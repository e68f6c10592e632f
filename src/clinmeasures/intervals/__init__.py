"""Intervals for proportions, rates and means."""

from clinmeasures.intervals.limits import (
    Intervals,
    byar,
    exact,
    jeffreys,
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
    "poisson_exact",
    "student_t",
    "wilson",
]
