"""Limits of chance for a unit's own volume, around the standard it is compared with.

A standardised ratio's are exact (Poisson). A proportion's come by four methods, named in
`METHODS`; a ratio of counts' is the exact binomial of one count given both. With over-dispersion
all are normal on a scale where the variance hardly depends on the rate.
"""

from dataclasses import dataclass

import numpy as np

from clinmeasures.frames import Floats

# One half in place of no events, so that a logarithm exists.
CONTINUITY = 0.5
TINY = 1e-12  # stands for nothing where a beta function needs something
HALVINGS = 50  # to the last figures that a float holds

# The first is the one used where none is asked for (decision 0062).
METHODS = {
    "SR": ("exact",),
    "PR": ("arcsine", "exact", "interpolated", "normal"),
    "RC": ("exact",),
}


@dataclass(frozen=True)
class Scores:
    """Each unit on the scale where over-dispersion is judged, shape (n_units,)."""

    value: Floats
    target: float
    error: Floats  # standard error of the value

    @property
    def z(self) -> Floats:
        """Distance from the target in standard errors, shape (n_units,)."""
        return (self.value - self.target) / self.error


def chance_limits(
    kind: str, denominator: Floats, target: float, level: float, method: str
) -> tuple[Floats, Floats]:
    """Lower and upper limits of chance alone around the target; NaN where there is no denominator.

    Parameters
    ----------
    kind : {"SR", "PR", "RC"}
    denominator : array of float, shape (n_units,)
    target : float
    level : float
        0.998 leaves one in a thousand in each tail.
    method : one of METHODS[kind]
        For a proportion p of n cases about the target t: `arcsine`, sin²(asin √t ∓ z / 2√n), as
        FunnelPlotR draws it; `exact`, where the binomial's own tails fall to the level's;
        `interpolated`, the binomial's quantile interpolated between counts (Spiegelhalter 2005,
        appendix A.1.1); `normal`, t ∓ z √(t(1 - t)/n), as PHEindicatormethods has it.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970.
    """
    if method == "exact":
        return exact_limits(kind, denominator, target, level)
    size = np.where(denominator > 0, denominator, np.nan)
    if method == "interpolated":
        return _interpolated(size, target, (1 - level) / 2)
    reach = _normal_quantile(level)
    if method == "normal":
        deviation = reach * np.sqrt(target * max(1 - target, 0.0) / size)
        return np.maximum(target - deviation, 0), np.minimum(target + deviation, 1)
    angle, error = float(np.arcsin(np.sqrt(min(target, 1.0)))), reach / (2 * np.sqrt(size))
    return taken_back(kind, "sqrt", angle - error), taken_back(kind, "sqrt", angle + error)


def exact_limits(
    kind: str, denominator: Floats, target: float, level: float
) -> tuple[Floats, Floats]:
    """Lower and upper limits around the target; NaN where there is no denominator."""
    tail = (1 - level) / 2
    size = np.where(denominator > 0, denominator, np.nan)
    if kind == "SR":
        return _poisson(size * target, size, tail)
    if kind == "PR":
        return _binomial(size, target, tail)
    share = target / (1 + target)
    lower, upper = _binomial(size * (1 + target), share, tail)
    with np.errstate(divide="ignore"):
        return lower / (1 - lower), np.where(upper < 1, upper / (1 - upper), np.inf)


def _poisson(expected: Floats, size: Floats, tail: float) -> tuple[Floats, Floats]:
    """Chi-squared quantiles, as the national mortality indicator (SHMI) publishes them."""
    from scipy.special import gammaincinv

    return gammaincinv(expected, tail) / size, gammaincinv(expected + 1, 1 - tail) / size


def _binomial(size: Floats, target: float, tail: float) -> tuple[Floats, Floats]:
    """Where the binomial's tail falls to `tail`, between whole counts by the beta function.

    A unit with so many or fewer events (so many or more) has an exact probability of at most
    `tail`, so one whose no events chance often gives lies on the lower limit, never beyond it.
    """
    from scipy.special import bdtrik

    if target in (0.0, 1.0):
        same = np.where(np.isfinite(size), target, np.nan)
        return same, same
    lower, upper = bdtrik(tail, size, target), bdtrik(1 - tail, size, target) + 1
    rare = size * np.log1p(-target) >= np.log1p(-tail)  # one event is already too many
    if rare.any():
        upper[rare] = _less_than_one(size[rare], target, tail)
    return np.maximum(lower, 0) / size, np.minimum(upper, size) / size


def _less_than_one(size: Floats, target: float, tail: float) -> Floats:
    """The part of an event at which P(X >= x) falls to the tail, by halving."""
    from scipy.special import betainc

    near, far = np.full_like(size, TINY), np.ones_like(size)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        beyond = betainc(middle, size - middle + 1, target) <= tail
        near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
    return far


def _interpolated(size: Floats, target: float, tail: float) -> tuple[Floats, Floats]:
    """(r - a) / n with r the quantile and a its excess over the step below, in 0 to 1."""
    edges = [_quantile(size, target, chance) / size for chance in (tail, 1 - tail)]
    return np.clip(edges[0], 0, 1), np.clip(edges[1], 0, 1)


def _quantile(size: Floats, target: float, chance: float) -> Floats:
    """The least count with P(X <= r) of at least `chance`, less the part of the step too far."""
    from scipy.special import bdtr, bdtrik

    if target in (0.0, 1.0):
        return size * target
    whole = np.where(np.isfinite(size), size, 1.0).astype(np.int64)
    count = np.maximum(np.ceil(bdtrik(chance, whole, target)), 0)
    count = np.where(bdtr(count, whole, target) < chance, count + 1, count)
    least = (count > 0) & (bdtr(np.maximum(count - 1, 0), whole, target) >= chance)
    count = np.where(least, count - 1, count)
    up_to = bdtr(count, whole, target)
    below = np.where(count > 0, bdtr(np.maximum(count - 1, 0), whole, target), 0.0)
    return np.where(np.isfinite(size), count - (up_to - chance) / (up_to - below), np.nan)


def scores(
    kind: str, numerator: Floats, denominator: Floats, target: float, transform: str
) -> Scores:
    """Transformed rates with their standard errors.

    SR: the square root of the ratio (error 1 / (2 sqrt E)), or its logarithm (1 / sqrt E).
    PR: the arcsine of the square root (1 / (2 sqrt n)). RC: the logarithm, by the delta method
    with one half added to each count.
    """
    size = np.where(denominator > 0, denominator, np.nan)
    if kind == "PR":
        share = np.clip(numerator / size, 0, 1)
        angle = np.arcsin(np.sqrt(share))
        return Scores(angle, float(np.arcsin(np.sqrt(target))), 1 / (2 * np.sqrt(size)))
    if kind == "RC":
        return _log_counts(numerator, size, target)
    if transform == "log":
        events = np.where(numerator > 0, numerator, CONTINUITY)
        return Scores(np.log(events / size), float(np.log(target)), 1 / np.sqrt(size * target))
    root = np.sqrt(numerator / size)
    return Scores(root, float(np.sqrt(target)), 1 / (2 * np.sqrt(size)))


def _log_counts(numerator: Floats, size: Floats, target: float) -> Scores:
    """The delta method's variance vanishes at no events; there 1 / (count + 1/2) stands in."""
    top, bottom = numerator + CONTINUITY, size + CONTINUITY
    variance = np.where(numerator > 0, numerator / top**2, 1 / top) + size / bottom**2
    return Scores(np.log(top / bottom), float(np.log(target)), np.sqrt(variance))


def taken_back(kind: str, transform: str, value: Floats) -> Floats:
    """From the scale of `scores` to the rate itself."""
    if kind == "PR":
        return np.sin(np.clip(value, 0, np.pi / 2)) ** 2
    if kind == "RC" or transform == "log":
        with np.errstate(over="ignore"):  # no limit at all where next to nothing is expected
            return np.exp(value)
    return np.maximum(value, 0) ** 2


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - (1 - level) / 2))
