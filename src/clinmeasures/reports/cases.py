"""The cases behind a report, however they were read, and what became of the other rows."""

from dataclasses import dataclass, field

import numpy as np

from clinmeasures.frames import Floats


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What became of the rows of the file."""

    rows: int
    rejected: int = 0
    reasons: tuple[tuple[str, int], ...] = ()  # in words, with how many rows
    copies: int = 0
    left_out: int = 0  # rows that the definition does not count
    missing: tuple[tuple[str, int], ...] = ()  # column, blank cells among the counted cases
    without_date: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Counted cases; arrays have shape (n_cases,)."""

    numerator: Floats  # 1 or 0 for a proportion; the value otherwise; NaN where missing
    denominator: Floats
    units: list[str] | None  # None where nothing says which unit
    unit_word: str  # what a unit is called: a column's name in words
    periods: list[str] | None  # "2026-03", or a whole number; "" where a case has no date
    provisional: frozenset[str] = frozenset()  # periods that may still change
    counted_months: bool = False  # periods are months of a study, numbered from 1
    reading: Reading = field(default_factory=lambda: Reading(rows=0))

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def known(self) -> np.ndarray:
        """Cases that have a figure; one out of nothing still adds what it counts to the sum."""
        return np.isfinite(self.numerator) & (self.denominator >= 0)
