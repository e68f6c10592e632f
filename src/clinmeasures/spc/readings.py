"""What the signals mean given which way is better: readings, variation and assurance."""

import numpy as np

from clinmeasures.frames import Booleans, Floats, Integers, Signs
from clinmeasures.spc.limits import Limits
from clinmeasures.spc.phases import ROUNDING
from clinmeasures.spc.points import Points
from clinmeasures.spc.signals import Signals

BETTER = {"increase": 1, "decrease": -1, "neither": 0}
# Making Data Count: with fewer points in a phase its icon would mislead.
FEWEST_POINTS = 12
WORDS = np.array(["concern", "neither", "improvement", "common_cause"])
COMMON_CAUSE = 3
# Two a word, high and low; common cause has no side.
ICONS = np.array(
    [f"{word}_{side}" for word in WORDS[:COMMON_CAUSE] for side in ("high", "low")]
    + ["common_cause", "too_few_points"]
)
TOO_FEW = len(ICONS) - 1
# Charts of spread have limits, but no target for the process can be held against them.
WITHOUT_ASSURANCE = {"mr", "s", "run"}


def readings_of(signals: Signals, improvement: str) -> Signs:
    """One code a point: common cause, or a special cause that is better, worse or neither."""
    special = np.logical_or.reduce(list(signals.rules.values()))
    way = signals.direction * np.int8(BETTER[improvement]) + np.int8(1)
    return np.where(special, way, np.int8(COMMON_CAUSE))


def words_of(codes: Signs) -> list[str]:
    """The word of each reading's code."""
    words: list[str] = WORDS[codes].tolist()
    return words


def variations_of(points: Points, signals: Signals, readings: Signs, limits: Limits) -> list[str]:
    """Each series' icon: its last counted point that has a value."""
    shown = np.isfinite(limits.value) & ~points.excluded
    sizes = np.bincount(points.group, weights=shown, minlength=points.phases)
    last, used = _last_points(points, shown)
    way = np.where(signals.direction[last] != 0, signals.direction[last], signals.side[last])
    codes = np.where(readings[last] == COMMON_CAUSE, 2 * COMMON_CAUSE, 2 * readings[last])
    codes = np.where((readings[last] != COMMON_CAUSE) & (way < 0), codes + 1, codes)
    enough = used & (sizes[points.group[last]] >= FEWEST_POINTS)
    icons: list[str] = ICONS[np.where(enough, codes, TOO_FEW)].tolist()
    return icons


def assurances_of(
    points: Points, limits: Limits, *, chart: str, improvement: str, target: float | None
) -> list[str | None]:
    """Each series' target against its last limits; None where there is nothing to say."""
    if target is None or improvement == "neither" or chart in WITHOUT_ASSURANCE:
        return [None] * len(points.names)
    shown = np.isfinite(limits.lower) & np.isfinite(limits.upper)
    last, used = _last_points(points, shown)
    found = _assurances(limits.lower[last], limits.upper[last], target, BETTER[improvement])
    return [word if there else None for word, there in zip(found, used.tolist(), strict=True)]


def _assurances(lower: Floats, upper: Floats, target: float, better: int) -> list[str]:
    """Consistently met, consistently missed, or either by chance.

    A process that never varies has one value for both limits, and meets a target equal to it.
    """
    with np.errstate(invalid="ignore"):
        steady = upper - lower <= ROUNDING * np.abs(upper)
        met = np.where(better > 0, target < lower, target > upper) | (
            steady & (better * (lower - target) >= 0)
        )
        missed = np.where(better > 0, target > upper, target < lower) | (steady & ~met)
    return np.where(met, "pass", np.where(missed, "fail", "hit_or_miss")).tolist()  # type: ignore[no-any-return]


def _last_points(points: Points, shown: Booleans) -> tuple[Integers, Booleans]:
    """The last shown point of each series; False beside a series that has none."""
    position: Integers = np.where(shown, np.arange(len(shown)), -1)
    firsts = np.searchsorted(points.series, np.arange(len(points.names)))
    last = np.maximum.reduceat(position, firsts)
    return last, last >= 0
