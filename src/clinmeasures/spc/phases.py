"""Sums, medians, moving ranges and runs of every phase at once, without a loop over points."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clinmeasures.frames import Booleans, Floats, Integers, Signs
from clinmeasures.spc.points import Points

# A moving range this many times their mean is dropped once before limits are drawn: D4 for pairs,
# the upper limit of a range of two (Nelson 1982; Making Data Count).
SCREEN = 3.267
UNLESS_FLAT: Literal["unless_flat"] = "unless_flat"  # not where only ranges of zero would be left
Screen = bool | Literal["unless_flat"]

ROUNDING = 1e-12  # relative; differences below it are arithmetic, not data


def total(points: Points, amounts: Floats, where: Booleans) -> Floats:
    """Sum over each phase of the amounts that count, shape (n_phases,)."""
    return np.add.reduceat(np.where(where, amounts, 0.0), points.starts)


def ratio(top: ArrayLike, bottom: ArrayLike) -> Floats:
    """Division where nothing over nothing is missing, and never a warning."""
    missing = np.full(np.broadcast(top, bottom).shape, np.nan)
    found: Floats = np.divide(top, bottom, out=missing, where=np.asarray(bottom) > 0)
    return found


def mean(points: Points, amounts: Floats, where: Booleans, weight: Floats | None = None) -> Floats:
    """Mean of each phase; of a constant phase exactly that constant, without rounding."""
    weight = np.ones(len(amounts)) if weight is None else weight
    centre = ratio(total(points, amounts * weight, where), total(points, weight, where))
    low = np.minimum.reduceat(np.where(where, amounts, np.inf), points.starts)
    high = np.maximum.reduceat(np.where(where, amounts, -np.inf), points.starts)
    constant = np.isfinite(low) & (high - low <= ROUNDING * np.abs(high))
    return np.where(constant, low, centre)


def median(points: Points, amounts: Floats, where: Booleans) -> Floats:
    """Median of each phase, shape (n_phases,)."""
    kept = np.flatnonzero(where)
    group = points.group[kept]
    ordered = amounts[kept][np.lexsort((amounts[kept], group))]
    sizes = np.bincount(group, minlength=points.phases)
    firsts = np.cumsum(sizes) - sizes
    some = sizes > 0
    middle = np.full(points.phases, np.nan)
    lower = ordered[(firsts + (sizes - 1) // 2)[some]]
    upper = ordered[(firsts + sizes // 2)[some]]
    middle[some] = lower + (upper - lower) / 2
    return middle


def moving_ranges(points: Points, amounts: Floats, where: Booleans) -> tuple[Floats, Integers]:
    """Every range between neighbours of one phase and the point it ends on.

    An excluded point is stepped over. A missing one is a gap: no range is taken across it.
    """
    kept = np.flatnonzero(where)
    ranges = np.abs(np.diff(amounts[kept]))
    group = points.group[kept]
    within = (group[1:] == group[:-1]) & np.isfinite(ranges)
    return ranges[within], kept[1:][within]


def mean_moving_range(
    points: Points, amounts: Floats, where: Booleans, *, screen: Screen
) -> Floats:
    """Mean moving range of each phase, NaN where there is none, shape (n_phases,)."""
    ranges, ends = moving_ranges(points, amounts, where)
    group = points.group[ends]
    average = _group_mean(ranges, group, points.phases)
    if not screen:
        return average
    usual = ranges < SCREEN * average[group]
    screened = _group_mean(ranges[usual], group[usual], points.phases)
    left = screened > 0 if screen == UNLESS_FLAT else np.isfinite(screened)
    return np.where(left, screened, average)


def _group_mean(amounts: Floats, group: Integers, groups: int) -> Floats:
    return ratio(
        np.bincount(group, weights=amounts, minlength=groups),
        np.bincount(group, minlength=groups).astype(float),
    )


def side_of(value: Floats, line: Floats) -> Signs:
    """+1 above, -1 below, 0 on the line or missing."""
    with np.errstate(invalid="ignore"):
        gap = value - line
        slack = ROUNDING * np.maximum(np.abs(value), np.abs(line))
        return (gap > slack).astype(np.int8) - (gap < -slack)


@dataclass(frozen=True)
class Runs:
    """Runs on one side of the centre line; points on the line neither extend nor break one."""

    useful: Integers  # points off the line, per phase
    longest: Integers  # per phase
    crossings: Integers  # per phase
    length: NDArray[np.int32]  # of the run each point belongs to, per point; 0 on the line

    @classmethod
    def joined(cls, parts: Sequence["Runs"]) -> "Runs":
        """Those of several stretches of whole phases, one after another."""
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            )
        )


def runs_of(points: Points, side: Signs) -> Runs:
    """Count the runs of each phase, over counted points off the line."""
    off_line = (side != 0) & points.counted
    useful = slice(None) if off_line.all() else np.flatnonzero(off_line)
    group = points.group[useful]
    sides = side[useful]
    begins = np.ones(len(group), dtype=bool)
    begins[1:] = (sides[1:] != sides[:-1]) | (group[1:] != group[:-1])
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=len(group))
    count = np.bincount(group[starts], minlength=points.phases)
    longest = np.zeros(points.phases, dtype=np.int64)
    if len(starts):  # the runs of a phase lie together
        longest[count > 0] = np.maximum.reduceat(lengths, (np.cumsum(count) - count)[count > 0])
    length = np.zeros(len(side), dtype=np.int32)
    length[useful] = np.repeat(lengths, lengths)
    return Runs(
        useful=np.bincount(group, minlength=points.phases),
        longest=longest,
        crossings=np.maximum(count - 1, 0),
        length=length,
    )
