"""What many volumes at once could have shown, and which of many signals to keep."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats

# The limits that charts and funnels draw: 99.8%, one in a thousand in each tail.
LIMIT_LEVEL = 0.998
POWER = 0.8
FALSE_SHARE = 0.05


@dataclass(frozen=True)
class DetectableRatios:
    """The nearest true ratios to the baseline that signal, shape (n_units,); NaN where none."""

    above: Floats
    below: Floats


def detectable_ratios(
    cases: ArrayLike, baseline: float, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> DetectableRatios:
    """How different a true proportion must be from the baseline to be seen in so many cases.

    Parameters
    ----------
    cases : array of float, shape (n_units,)
        Denominators; a fraction of a case is dropped.
    baseline : float
        The proportion compared with, between 0 and 1.
    level : float
        Of the two-sided limits: 0.998 puts one in a thousand in each tail.
    power : float
        Chance that the result falls outside the limits.

    Returns
    -------
    DetectableRatios
        Of the true proportion to the baseline.

    Raises
    ------
    BadInput
        If the baseline is not a proportion, or the level or power not between 0 and 1.

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
    tail = _tail(level, power)
    n = np.floor(np.atleast_1d(np.asarray(cases, dtype=float)))
    if baseline in {0.0, 1.0}:
        nothing = np.full(len(n), np.nan)
        return DetectableRatios(nothing, nothing)
    above = _proportion_seen(n, baseline, tail, power)
    other = _proportion_seen(n, 1 - baseline, tail, power)
    return DetectableRatios(above / baseline, (1 - other) / baseline)


def _proportion_seen(n: Floats, baseline: float, tail: float, power: float) -> Floats:
    from scipy.special import bdtrik, betainc, betaincinv

    size = np.where(n >= 1, n, 1.0)
    count = np.clip(np.ceil(bdtrik(1 - tail, size, baseline)), 0, size)

    def rare(k: Floats) -> Booleans:
        """Whether so many events or more are rarer than the tail allows."""
        inside = np.clip(k, 1, size)
        return (k > size) | ((k >= 1) & (betainc(inside, size - inside + 1, baseline) <= tail))

    critical = _least(rare, count)
    possible = (n >= 1) & (critical <= size)
    k = np.where(possible, critical, 1.0)
    return np.where(possible, betaincinv(k, size - k + 1, power), np.nan)


def detectable_rate_ratios(
    expected: ArrayLike, *, level: float = LIMIT_LEVEL, power: float = POWER
) -> DetectableRatios:
    """As `detectable_ratios`, for Poisson counts against what is expected, shape (n_units,).

    Notes
    -----
    Exact Poisson: P(X >= k | mu) is the regularised gamma function P(k, mu).
    """
    from scipy.special import gammainc, gammaincinv, pdtr, pdtrik

    tail = _tail(level, power)
    given = np.atleast_1d(np.asarray(expected, dtype=float))
    mu = np.where(given > 0, given, np.nan)
    safe = np.where(given > 0, given, 1.0)
    near = np.ceil(pdtrik(1 - tail, safe))
    most = _least(lambda k: (k >= 1) & (gammainc(np.maximum(k, 1), safe) <= tail), near)
    # The most events that are unusually few: the last count with P(X <= count) at most the tail.
    least = _least(lambda k: pdtr(np.maximum(k, 0), safe) > tail, np.floor(pdtrik(tail, safe))) - 1
    seen = np.where(least >= 0, gammaincinv(np.maximum(least, 0) + 1, 1 - power), np.nan)
    return DetectableRatios(gammaincinv(np.maximum(most, 1), power) / mu, seen / mu)


def _least(holds: Callable[[Floats], Booleans], near: Floats) -> Floats:
    """The least whole number at which a rule that stays true becomes true, from one beside it."""
    found = np.maximum(near - 2, 0.0)
    for _ in range(6):
        found = np.where(holds(found), found, found + 1)
    return found


def _tail(level: float, power: float) -> float:
    for name, share in (("level", level), ("power", power)):
        if not 0 < share < 1:
            raise BadInput(f"the {name} {share} is not between 0 and 1; correct it.")
    return (1 - level) / 2


def discoveries(p_values: ArrayLike, *, rate: float = FALSE_SHARE) -> Booleans:
    """Which of many signals to keep so that at most `rate` of those kept are expected to be false.

    Parameters
    ----------
    p_values : array of float, shape (n_units,)
        Two-sided, as `Funnel.p_values()` gives; NaN for a unit that was not compared.
    rate : float
        The expected share of false ones among those kept.

    Returns
    -------
    array of bool, shape (n_units,)

    Raises
    ------
    BadInput
        If a p-value is not between 0 and 1, or the rate not between 0 and 1.

    Notes
    -----
    Assumes comparisons that are independent or move together. It says which signals to look at
    first, not which units are sound: a unit that is not kept has not been cleared.

    Source
    ------
    Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x.
    """
    from scipy.stats import false_discovery_control

    if not 0 < rate < 1:
        raise BadInput(f"the rate {rate} is not between 0 and 1; 0.05 is usual.")
    chances = np.asarray(p_values, dtype=float)
    known = ~np.isnan(chances)
    if ((chances[known] < 0) | (chances[known] > 1)).any():
        raise BadInput("a p-value is not between 0 and 1; correct it.")
    kept = np.zeros(chances.shape, dtype=bool)
    if known.any():
        kept[known] = false_discovery_control(chances[known]) <= rate
    return kept
