"""Every point of every series in one row of arrays, oldest first within each series."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinmeasures.coded import Coded
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Codes, Floats, Integers, at_row, option_moments

Moment = str | date | int
DAY = 86_400_000_000  # microseconds, which the keys of dates count
BLOCK = 1 << 14  # points that are worked on together
OF_POINTS = ("value", "count", "size", "spread", "excluded", "baseline")


@dataclass(frozen=True, kw_only=True)
class Points:
    """Series after series; a phase is a stretch of one series with limits of its own.

    Arrays have shape (n_points,) unless said. What is one for a phase is kept once a phase, shape
    (n_phases,), and spread over its points where it is asked for.
    """

    names: list[str | None]  # of the series, in order of first appearance
    starts: Integers  # where each phase begins
    series_of_phase: Codes  # an index into names
    number_of_phase: Integers  # 1, 2, ... within its series
    dates: Coded | None  # ISO 8601 texts
    value: Floats  # the plotted value, NaN where missing
    count: Floats  # numerator, or the value itself
    size: Floats  # denominator or subgroup size; 1 where there is none
    spread: Floats  # standard deviation within a subgroup, NaN where there is none
    excluded: Booleans  # drawn, but left out of limits and runs
    baseline: Booleans  # inside the window that limits are taken from

    @cached_property
    def group(self) -> Integers:
        """Which phase each point is in, counted over all series from 0."""
        return self.at_points(np.arange(self.phases))

    @property
    def series(self) -> Codes:
        """Which series each point is of, an index into names."""
        return self.at_points(self.series_of_phase)

    @property
    def phase(self) -> Integers:
        """The number of each point's phase within its series: 1, 2, ..."""
        return self.at_points(self.number_of_phase)

    @cached_property
    def sizes(self) -> Integers:
        """Points of each phase."""
        return np.diff(self.starts, append=len(self.value))

    @cached_property
    def series_starts(self) -> Integers:
        """Where each series begins, and the end, shape (n_series + 1,)."""
        firsts = np.searchsorted(self.series_of_phase, np.arange(len(self.names)))
        return np.append(self.starts[firsts], len(self.value))

    def at_points(self, of_phases: NDArray[Any]) -> NDArray[Any]:
        """What each phase has, at each of its points."""
        return np.repeat(of_phases, self.sizes)

    @cached_property
    def counted(self) -> Booleans:
        """Points that limits and runs may use."""
        return ~self.excluded & np.isfinite(self.value)

    @cached_property
    def kept(self) -> Integers | slice:
        """Where the counted points are; a slice, which copies nothing, where all of them are."""
        return slice(None) if self.counted.all() else np.flatnonzero(self.counted)

    @cached_property
    def neighbours(self) -> Booleans:
        """Whether each counted point but the first shares its phase with the one before."""
        group = self.group[self.kept]
        same: Booleans = group[1:] == group[:-1]
        return same

    @cached_property
    def based(self) -> Booleans:
        """Points that limits are taken from."""
        return self.counted & self.baseline

    @property
    def phases(self) -> int:
        """How many there are, over all series."""
        return len(self.starts)

    def phases_of(self, first: int, last: int | None = None) -> slice:
        """The phases of one series, or of those from the first and before the last."""
        bounds = [first, first + 1 if last is None else last]
        return slice(*np.searchsorted(self.series_of_phase, bounds).tolist())

    def blocks(self) -> Iterator["Points"]:
        """Whole series that together fit a processor's own cache; nothing is copied."""
        edges = np.arange(0, len(self.value), BLOCK)
        cuts = np.unique(np.searchsorted(self.series_starts, edges))
        for first, last in pairwise([*cuts.tolist(), len(self.names)]):
            yield self._of_series(first, last)

    def _of_series(self, first: int, last: int) -> "Points":
        if (first, last) == (0, len(self.names)):
            return self
        here = slice(int(self.series_starts[first]), int(self.series_starts[last]))
        phases = self.phases_of(first, last)
        return Points(
            names=self.names[first:last],
            starts=self.starts[phases] - here.start,
            series_of_phase=self.series_of_phase[phases] - first,
            number_of_phase=self.number_of_phase[phases],
            dates=None,
            **{name: getattr(self, name)[here] for name in OF_POINTS},
        )


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows as given, before ordering: `value` may be a numerator, `size` a denominator or NaN."""

    names: list[str | None]
    series: Codes
    keys: Integers | None
    dates: Coded | None  # ISO 8601 texts
    value: Floats
    size: Floats | None
    date_column: str = "date"

    @property
    def new_series(self) -> Booleans:
        """Where, in order, another series begins."""
        begins = np.ones(len(self.series), dtype=bool)
        begins[1:] = self.series[1:] != self.series[:-1]
        return begins

    def steps(self, compared: Callable[[Integers, Integers], Booleans]) -> Booleans:
        """How each row's date compares with the one before, shape (n_rows - 1,)."""
        assert self.keys is not None
        return compared(self.keys[1:], self.keys[:-1])


def in_order(rows: Rows) -> tuple[Integers, Rows]:
    """The rows by series and date, with the order that was applied."""
    if _are_in_order(rows):
        return np.arange(len(rows.value)), rows
    by_date = () if rows.keys is None else (rows.keys,)
    order = np.lexsort((*by_date, rows.series))
    return order, replace(
        rows,
        series=rows.series[order],
        keys=None if rows.keys is None else rows.keys[order],
        dates=None if rows.dates is None else rows.dates.taken(order),
        value=rows.value[order],
        size=None if rows.size is None else rows.size[order],
    )


def _are_in_order(rows: Rows) -> bool:
    earlier, later = rows.series[:-1], rows.series[1:]
    if rows.keys is None:
        return bool((later >= earlier).all())
    return bool(((later > earlier) | ((later == earlier) & rows.steps(np.greater_equal))).all())


def refuse_repeated_dates(rows: Rows, order: Integers) -> None:
    """Two points of one series on one date cannot both be right."""
    if rows.dates is None or rows.keys is None:
        return
    repeated = np.flatnonzero(rows.steps(np.equal) & ~rows.new_series[1:])
    if not repeated.size:
        return
    first = int(repeated[0])
    earlier, later = sorted((int(order[first]), int(order[first + 1])))
    name = rows.names[rows.series[first]]
    whose = "" if name is None else f" in series {name!r}"
    raise BadInput(
        f"{at_row(later)}, column {rows.date_column!r}: {rows.dates[first]} appears twice{whose} "
        f"(first in row {earlier + 1}); keep one row for each date, or use an xbar or s chart for "
        "several values on one date."
    )


def moments_given(moments: Sequence[Moment], rows: Rows, *, option: str, exact: bool) -> Integers:
    """Sorting keys of the dates that an option names; each must mean something in the data."""
    if not len(moments):
        return np.array([], dtype=np.int64)
    if rows.dates is None or rows.keys is None:
        raise BadInput(f"{option} needs dates: name the column that holds them.")
    keys, texts = option_moments(moments, option=option)
    for key, text in zip(keys.tolist(), texts, strict=True):
        if exact and not _at(rows.keys, key, text).any():
            raise BadInput(f"{option} {text}: no point has that date; give the date of a point.")
        if not exact and not rows.keys.min() < key <= rows.keys.max():
            raise BadInput(
                f"{option} {text}: a new phase must start after the first date "
                f"({rows.dates[int(rows.keys.argmin())]}) and not after the last "
                f"({rows.dates[int(rows.keys.argmax())]})."
            )
    if exact:
        meant = [_at(rows.keys, key, text) for key, text in zip(keys.tolist(), texts, strict=True)]
        return rows.keys[np.logical_or.reduce(meant)]
    return keys


def _at(keys: Integers, key: int, text: str) -> Booleans:
    """Which points an option means: a date without a time is all of its day."""
    whole_day = len(text) == len("2026-03-31") and not text.isdecimal()
    return (keys >= key) & (keys < key + (DAY if whole_day else 1))


def with_phases(
    rows: Rows,
    *,
    value: Floats,
    count: Floats,
    size: Floats,
    spread: Floats,
    rebase: Integers,
    exclude: Integers,
    baseline: int | None,
) -> Points:
    """Cut ordered rows into phases and mark what limits are taken from."""
    begins = _phases_begin(rows, rebase)
    starts = np.flatnonzero(begins)
    series = rows.series[starts]
    first_of_series = np.searchsorted(series, series)
    excluded: Booleans = np.broadcast_to(np.False_, len(rows.value))
    if rows.keys is not None and len(exclude):
        excluded = np.isin(rows.keys, exclude)
    return Points(
        names=rows.names,
        starts=starts,
        series_of_phase=series,
        number_of_phase=np.arange(1, len(starts) + 1) - first_of_series,
        dates=rows.dates,
        value=value,
        count=count,
        size=size,
        spread=spread,
        excluded=excluded,
        baseline=_window(starts, baseline, len(rows.value)),
    )


def _phases_begin(rows: Rows, rebase: Integers) -> Booleans:
    begins = rows.new_series
    if len(rebase):
        assert rows.keys is not None
        steps = np.searchsorted(np.sort(rebase), rows.keys, side="right")
        begins[1:] |= steps[1:] != steps[:-1]
    return begins


def _window(starts: Integers, baseline: int | None, length: int) -> Booleans:
    """The first points of each phase, so many of them; all where none are asked for."""
    if baseline is None:
        return np.broadcast_to(np.True_, length)
    ends = np.repeat(starts + baseline, np.diff(starts, append=length))
    within: Booleans = np.arange(length) < ends
    return within
