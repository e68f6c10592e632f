"""Every point of every series in one row of arrays, oldest first within each series."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from clinmeasures.coded import Coded
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, Integers, at_row, option_moments

Moment = str | date | int
DAY = 86_400_000_000  # microseconds, which the keys of dates count


@dataclass(frozen=True, kw_only=True)
class Points:
    """Series after series; a phase is a stretch of one series with limits of its own.

    Arrays have shape (n_points,); `starts` has shape (n_phases,) and says where each phase begins.
    """

    names: list[str | None]  # of the series, in order of first appearance
    series: Integers  # which series, an index into names
    dates: Coded | None  # ISO 8601 texts
    value: Floats  # the plotted value, NaN where missing
    count: Floats  # numerator, or the value itself
    size: Floats  # denominator or subgroup size; 1 where there is none
    spread: Floats  # standard deviation within a subgroup, NaN where there is none
    excluded: Booleans  # drawn, but left out of limits and runs
    baseline: Booleans  # inside the window that limits are taken from
    phase: Integers  # 1, 2, ... within its series
    group: Integers  # the phase's number over all series
    starts: Integers

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
        return len(self.starts)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows as given, before ordering: `value` may be a numerator, `size` a denominator or NaN."""

    names: list[str | None]
    series: Integers
    keys: Integers | None
    dates: Coded | None  # ISO 8601 texts
    value: Floats
    size: Floats | None
    date_column: str = "date"


def in_order(rows: Rows) -> tuple[Integers, Rows]:
    """The rows by series and date, with the order that was applied."""
    keys = np.arange(len(rows.value)) if rows.keys is None else rows.keys
    if _are_in_order(rows.series, keys):
        return np.arange(len(keys)), replace(rows, keys=keys)
    order = np.lexsort((keys, rows.series))
    return order, replace(
        rows,
        series=rows.series[order],
        keys=keys[order],
        dates=None if rows.dates is None else rows.dates.taken(order),
        value=rows.value[order],
        size=None if rows.size is None else rows.size[order],
    )


def _are_in_order(series: Integers, keys: Integers) -> bool:
    step = np.diff(series)
    return bool(((step > 0) | ((step == 0) & (np.diff(keys) >= 0))).all())


def refuse_repeated_dates(rows: Rows, order: Integers) -> None:
    """Two points of one series on one date cannot both be right."""
    if rows.dates is None or rows.keys is None:
        return
    repeated = np.flatnonzero((np.diff(rows.keys) == 0) & (np.diff(rows.series) == 0))
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
    assert rows.keys is not None
    new_series = np.diff(rows.series, prepend=-1) != 0
    begins = new_series
    if len(rebase):
        steps = np.searchsorted(np.sort(rebase), rows.keys, side="right")
        begins = new_series | (np.diff(steps, prepend=-1) != 0)
    group = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    phase = group - group[new_series][np.cumsum(new_series) - 1] + 1
    position = np.arange(len(group)) - starts[group]
    window = np.ones(len(group), dtype=bool)
    if baseline is not None:
        window = position < baseline
    return Points(
        names=rows.names,
        series=rows.series,
        dates=rows.dates,
        value=value,
        count=count,
        size=size,
        spread=spread,
        excluded=np.isin(rows.keys, exclude),
        baseline=window,
        phase=phase,
        group=group,
        starts=starts,
    )
