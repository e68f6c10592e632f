"""What these volumes could have shown: the smallest difference that would probably signal."""

import math
from dataclasses import dataclass

from clinmeasures.errors import BadInput

# The limits that charts and funnels draw: 99.8%, one in a thousand in each tail.
LIMIT_LEVEL = 0.998
POWER = 0.8


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

    Notes
    -----
    Exact binomial. The critical count k is the smallest with P(X >= k | baseline) at most the
    tail; the true proportion p solves P(X >= k | p) = power, which is a quantile of the
    Beta(k, n - k + 1) distribution. Below the baseline likewise, by counting the other cases.

    Source
    ------
    Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (3rd ed.), chapter 4, with
    Clopper and Pearson's identity in place of the normal approximation.
    """
    if not 0 <= baseline <= 1:
        raise BadInput(f"the baseline {baseline} is not a proportion; give one between 0 and 1.")
    n = math.floor(cases)
    tail = (1 - level) / 2
    if n < 1 or baseline in (0.0, 1.0):
        return Detectable(None, None)
    above = _seen_above(n, baseline, tail, power)
    other = _seen_above(n, 1 - baseline, tail, power)
    return Detectable(
        None if above is None else above / baseline,
        None if other is None else (1 - other) / baseline,
    )


def _seen_above(n: int, baseline: float, tail: float, power: float) -> float | None:
    from scipy.special import betainc, betaincinv

    low, high = 1, n + 1  # the critical count lies in (low - 1, high]
    while low < high:
        middle = (low + high) // 2
        if betainc(middle, n - middle + 1, baseline) <= tail:
            high = middle
        else:
            low = middle + 1
    if low > n:
        return None
    return float(betaincinv(low, n - low + 1, power))


def smallest_detectable_rate_ratio(
    expected: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> Detectable:
    """As `smallest_detectable_ratio`, for a Poisson count against what is expected.

    Notes
    -----
    Exact Poisson: P(X >= k | mu) is the regularised gamma function P(k, mu).
    """
    from scipy.special import gammainc, gammaincinv

    tail = (1 - level) / 2
    if not expected > 0:
        return Detectable(None, None)
    most = 1
    while gammainc(most, expected) > tail:
        most += max(1, round(most / 64))
    while most > 1 and gammainc(most - 1, expected) <= tail:
        most -= 1
    above = float(gammaincinv(most, power)) / expected
    least = -1
    while 1 - gammainc(least + 2, expected) <= tail:
        least += 1
    if least < 0:
        return Detectable(above, None)
    return Detectable(above, float(gammaincinv(least + 1, 1 - power)) / expected)


def smallest_detectable_difference(
    count: float, deviation: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> float | None:
    """How far a true mean must be from a known one to be seen, in the unit of the values.

    Notes
    -----
    Normal approximation: (z of the level + z of the power) x deviation / sqrt(count).
    """
    from scipy.special import ndtri

    if count < 1 or not deviation > 0:
        return None
    return float((ndtri(1 - (1 - level) / 2) + ndtri(power)) * deviation / math.sqrt(count))


def expected_chance_signals(comparisons: int, *, level: float = LIMIT_LEVEL) -> float:
    """How many of so many comparisons fall outside such limits by chance alone."""
    return comparisons * (1 - level)
