"""Which rules hold at which point. Each phase starts afresh; nothing looks across its edge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.frames import Booleans, Integers, Signs
from clinmeasures.spc.boxes import Allowed, few_or_long
from clinmeasures.spc.limits import Limits
from clinmeasures.spc.phases import ROUNDING, Runs, runs_of, side_of
from clinmeasures.spc.points import Points

# Making Data Count: seven points make a shift or a trend.
SHIFT_POINTS = 7
TREND_STEPS = 6


@dataclass(frozen=True)
class Signals:
    """Every rule at every point, by name in the order in which a reading prefers them."""

    rules: dict[str, Booleans]
    side: Signs  # of the centre line: +1 above, -1 below, 0 on it
    direction: Signs  # that a reading takes: of the trend, or the side; 0 where it has none
    runs: Runs
    longest_allowed: Integers  # per phase
    crossings_needed: Integers  # per phase
    in_long_run: Booleans  # points of a run that is too long; what a whole phase shows is in rules

    @classmethod
    def joined(cls, parts: Sequence["Signals"]) -> "Signals":
        """Those of several stretches of whole series, one after another."""
        plain = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("side", "direction", "longest_allowed", "crossings_needed", "in_long_run")
        }
        rules = {
            name: np.concatenate([part.rules[name] for part in parts]) for name in parts[0].rules
        }
        return cls(rules=rules, runs=Runs.joined([part.runs for part in parts]), **plain)


def making_data_count(points: Points, limits: Limits, run_rules: str) -> Signals:
    """The four rules of Making Data Count, whole runs flagged back to their first point."""
    side = side_of(limits.value, limits.centre)
    trend, slope = _trend(points)
    beyond_limit = outside(limits)
    rules = {
        "outside_limits": beyond_limit,
        "trend": trend,
        "two_of_three": _two_of_three(points, limits, side, beyond_limit),
        "shift": _shift(points, side),
    }
    leads = rules["trend"] & ~rules["outside_limits"]
    runs = runs_of(points, side)
    allowed = few_or_long(runs, run_rules)
    return Signals(
        rules,
        side,
        np.where(leads, slope, side),
        runs,
        allowed.longest,
        allowed.crossings,
        np.zeros(len(side), dtype=bool),
    )


def anhoej(points: Points, limits: Limits, run_rules: str) -> Signals:
    """Outside three sigma; and, for a whole phase, a run too long or crossings too few.

    A point outside the limits, or in a run that is too long, has its side for a direction. Where
    only the phase as a whole is unusual, its other points have none.
    """
    side = side_of(limits.value, limits.centre)
    runs = runs_of(points, side)
    allowed = few_or_long(runs, run_rules)
    sigma = outside(limits)
    rules = {
        "sigma": sigma,
        "long_run": allowed.too_long[points.group] & points.counted,
        "few_crossings": allowed.too_few[points.group] & points.counted,
    }
    in_run = _in_too_long_run(points, runs, allowed)
    direction = np.where(sigma | in_run, side, np.int8(0))
    return Signals(rules, side, direction, runs, allowed.longest, allowed.crossings, in_run)


def without_run_rules(points: Points, limits: Limits, run_rules: str) -> Signals:
    """Outside three sigma alone; runs are counted, and signal nothing."""
    counted = anhoej(points, limits, run_rules)
    nothing = np.zeros(len(points.value), dtype=bool)
    sigma = counted.rules["sigma"]
    return replace(
        counted,
        rules={"sigma": sigma, "long_run": nothing, "few_crossings": nothing},
        direction=np.where(sigma, counted.side, np.int8(0)),
        in_long_run=nothing,
    )


def _in_too_long_run(points: Points, runs: Runs, allowed: Allowed) -> Booleans:
    group = points.group
    longest = (runs.length == runs.longest[group]) | (runs.length > allowed.longest_in_box[group])
    return allowed.too_long[group] & longest & (runs.length > 0)


def outside(limits: Limits) -> Booleans:
    """Strictly beyond a limit, by more than arithmetic's own rounding."""
    with np.errstate(invalid="ignore"):
        slack = ROUNDING * np.abs(limits.value)
        return (limits.value > limits.upper + slack) | (limits.value < limits.lower - slack)


def _shift(points: Points, side: Signs) -> Booleans:
    """Runs of seven or more strictly on one side; a point on the line ends a run."""
    sides = side[points.kept]
    lengths = _run_lengths(sides, points.neighbours)
    return _at(points, (lengths >= SHIFT_POINTS) & (sides != 0))


def _trend(points: Points) -> tuple[Booleans, Signs]:
    """Seven or more points each higher (or each lower) than the last, and which way they go."""
    values = points.value[points.kept]
    change = np.diff(values)
    step = ((change > 0).astype(np.int8) - (change < 0)) * points.neighbours
    lengths = _run_lengths(step, points.neighbours[1:])
    long = np.flatnonzero((lengths >= TREND_STEPS) & (step != 0))
    along = np.zeros(len(values), dtype=np.int8)
    along[long] = step[long]  # the point each step starts from ...
    along[long + 1] = step[long]  # ... and the one it ends on, where a new trend wins
    slope = np.zeros(len(points.value), dtype=np.int8)
    slope[points.kept] = along
    return slope != 0, slope


def _two_of_three(points: Points, limits: Limits, side: Signs, beyond_limit: Booleans) -> Booleans:
    """Two of three neighbours beyond two thirds of the way to a limit, all on one side.

    A point outside the limits is a signal of its own and is not one of the two.
    """
    sides = side[points.kept]
    near = (_near_limit(limits) & ~beyond_limit)[points.kept]
    same = points.neighbours & (sides[1:] == sides[:-1]) & (sides[1:] != 0)
    near_ones = near[:-2].astype(np.int8) + near[1:-1] + near[2:]
    windows = same[1:] & same[:-1] & (near_ones >= 2)
    held = np.zeros(len(sides), dtype=bool)
    for offset in range(3 if len(windows) else 0):
        held[offset : offset + len(windows)] |= windows
    return _at(points, held & near)


def _near_limit(limits: Limits) -> Booleans:
    """Beyond two thirds of the way to a limit."""
    with np.errstate(invalid="ignore"):
        upper = limits.centre + (limits.upper - limits.centre) * (2 / 3)
        lower = limits.centre - (limits.centre - limits.lower) * (2 / 3)
        return (limits.value > upper) | (limits.value < lower)


def _run_lengths(values: Signs, joined: Booleans) -> Integers:
    """For each element, the length of its run of equal values; `joined` says which may run on."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    begins = np.ones(len(values), dtype=bool)
    begins[1:] = (values[1:] != values[:-1]) | ~joined
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=len(values))
    return np.repeat(lengths, lengths)


def _at(points: Points, counted: Booleans) -> Booleans:
    """Marks of counted points, at their places among all."""
    marked = np.zeros(len(points.value), dtype=bool)
    marked[points.kept] = counted
    return marked
