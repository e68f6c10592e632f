"""What the signals mean given which way is better: readings, variation and assurance."""

import numpy as np

from clinmeasures.frames import Booleans, Integers
from clinmeasures.spc.limits import Limits
from clinmeasures.spc.phases import ROUNDING
from clinmeasures.spc.points import Points
from clinmeasures.spc.signals import Signals

BETTER = {"increase": 1, "decrease": -1, "neither": 0}
# Making Data Count: with fewer points in a phase its icon would mislead.
FEWEST_POINTS = 12
WORDS = np.array(["concern", "neither", "improvement", "common_cause"])
# Charts of spread have limits, but no target for the process can be held against them.
WITHOUT_ASSURANCE = {"mr", "s", "run"}


def readings_of(signals: Signals, improvement: str) -> list[str]:
    """One word a point: common cause, or a special cause that is better, worse or neither."""
    special = np.any(list(signals.rules.values()), axis=0)
    which = np.where(special, signals.direction * BETTER[improvement] + 1, 3)
    words: list[str] = WORDS[which].tolist()
    return words


def variations_of(
    points: Points, signals: Signals, readings: list[str], limits: Limits
) -> list[str]:
    """Each series' icon: its last counted point that has a value."""
    shown = np.isfinite(limits.value) & ~points.excluded
    sizes = np.bincount(points.group, weights=shown, minlength=points.phases)
    words = []
    for last, used in zip(*_last_points(points, shown), strict=True):
        if not used or sizes[points.group[last]] < FEWEST_POINTS:
            words.append("too_few_points")
        else:
            words.append(_icon(readings[last], signals, last))
    return words


def _icon(reading: str, signals: Signals, point: int) -> str:
    if reading == "common_cause":
        return reading
    way = signals.direction[point] or signals.side[point]
    return f"{reading}_{'low' if way < 0 else 'high'}"


def assurances_of(
    points: Points, limits: Limits, *, chart: str, improvement: str, target: float | None
) -> list[str | None]:
    """Each series' target against its last limits; None where there is nothing to say."""
    if target is None or improvement == "neither" or chart in WITHOUT_ASSURANCE:
        return [None] * len(points.names)
    shown = np.isfinite(limits.lower) & np.isfinite(limits.upper)
    return [
        _assurance(limits.lower[last], limits.upper[last], target, BETTER[improvement])
        if used
        else None
        for last, used in zip(*_last_points(points, shown), strict=True)
    ]


def _assurance(lower: float, upper: float, target: float, better: int) -> str:
    """Consistently met, consistently missed, or either by chance.

    A process that never varies has one value for both limits, and meets a target equal to it.
    """
    if upper - lower <= ROUNDING * abs(upper):
        return "pass" if better * (lower - target) >= 0 else "fail"
    if target > upper:
        return "fail" if better > 0 else "pass"
    if target < lower:
        return "pass" if better > 0 else "fail"
    return "hit_or_miss"


def _last_points(points: Points, shown: Booleans) -> tuple[list[int], list[bool]]:
    """The last shown point of each series; False beside a series that has none."""
    position: Integers = np.where(shown, np.arange(len(shown)), -1)
    firsts = np.searchsorted(points.series, np.arange(len(points.names)))
    last = np.maximum.reduceat(position, firsts)
    return last.tolist(), (last >= 0).tolist()
