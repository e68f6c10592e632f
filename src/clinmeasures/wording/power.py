"""What these volumes could have shown: the smallest difference that would probably signal."""

import math
from dataclasses import dataclass

from clinmeasures.wording.detecting import (
    LIMIT_LEVEL,
    POWER,
    DetectableRatios,
    detectable_rate_ratios,
    detectable_ratios,
)


@dataclass(frozen=True)
class Detectable:
    """The nearest true ratios to the baseline that signal with the power asked for.

    None where no ratio would: even the most extreme result is within chance, or (for a
    proportion) the ratio would have to pass 100%.
    """

    above: float | None
    below: float | None


def smallest_detectable_ratio(
    cases: float, baseline: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> Detectable:
    """How different a true proportion must be from the baseline to be seen in so many cases.

    Parameters
    ----------
    cases : float
        The denominator; a fraction of a case is dropped.
    baseline : float
        The proportion compared with, between 0 and 1.
    level : float
        Of the two-sided limits: 0.998 puts one in a thousand in each tail.
    power : float
        Chance that the result falls outside the limits.

    Returns
    -------
    Detectable
        Ratios of the true proportion to the baseline.

    Raises
    ------
    BadInput
        If the baseline is not a proportion.

    Source
    ------
    As for `detectable_ratios`, which takes many volumes at once.
    """
    return _one(detectable_ratios([cases], baseline, level=level, power=power))


def _one(found: DetectableRatios) -> Detectable:
    above, below = float(found.above[0]), float(found.below[0])
    return Detectable(None if math.isnan(above) else above, None if math.isnan(below) else below)


def smallest_detectable_rate_ratio(
    expected: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> Detectable:
    """As `smallest_detectable_ratio`, for a Poisson count against what is expected.

    Parameters
    ----------
    expected : float
        Events expected at the baseline.

    Notes
    -----
    Exact Poisson: P(X >= k | mu) is the regularised gamma function P(k, mu).
    """
    return _one(detectable_rate_ratios([expected], level=level, power=power))


def smallest_detectable_difference(
    count: float, deviation: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> float | None:
    """How far a true mean must be from a known one to be seen, in the unit of the values.

    Parameters
    ----------
    count : float
        Values behind the mean.
    deviation : float
        Standard deviation of one value.
    level, power : float
        As for `smallest_detectable_ratio`.

    Returns
    -------
    float or None
        None where nothing could be seen: no values, or no deviation to judge by.

    Notes
    -----
    Normal approximation: (z of the level + z of the power) x deviation / sqrt(count).
    """
    from scipy.special import ndtri

    if count < 1 or not deviation > 0:
        return None
    return float((ndtri(1 - (1 - level) / 2) + ndtri(power)) * deviation / math.sqrt(count))


def expected_chance_signals(comparisons: int, *, level: float = LIMIT_LEVEL) -> float:
    """How many of so many comparisons fall outside such limits by chance alone.

    Examples
    --------
    >>> round(expected_chance_signals(500), 6)
    1.0
    """
    return comparisons * (1 - level)
