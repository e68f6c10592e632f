"""The variance between units, from their estimates and the variance of chance in each."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats

METHODS = ("REML", "ML", "DL", "PM")
STEPS = 200
CLOSE = 1e-12  # of two steps, against the size of the variances
DOUBLINGS = 60
EXACT = 1e-13  # of the root's own size


@dataclass(frozen=True)
class BetweenVariance:
    """tau squared and what follows from it, on the scale of the estimates."""

    tau2: float
    lower: float  # of tau squared (Q-profile)
    upper: float
    mean: float  # of the units, weighted by 1 / (tau2 + within)
    mean_error: float
    q: float  # Cochran's Q
    freedom: int


def between_variance(
    values: Floats,
    within: Floats,
    *,
    method: str = "REML",
    level: float = 0.95,
    tau2: float | None = None,
) -> BetweenVariance:
    """How much the true values behind these estimates differ.

    Parameters
    ----------
    values, within : array of float, shape (n_units,)
        Estimates and their variances of chance alone, all finite and above 0.
    method : {"REML", "ML", "DL", "PM"}
        Restricted maximum likelihood, maximum likelihood, DerSimonian and Laird, Paule and Mandel.
    level : float
        Of the interval of tau squared.
    tau2 : float, optional
        Known from elsewhere, such as a larger pool; the method then has nothing to estimate.

    Raises
    ------
    BadInput
        With fewer than two units, or an unknown method.

    Source
    ------
    Viechtbauer 2005, 10.3102/10769986030003261; for the interval Viechtbauer 2007,
    10.1002/sim.2514 (Q-profile).
    """
    if method not in METHODS:
        raise BadInput(f"method {method!r} is not known; use one of {', '.join(METHODS)}.")
    if len(values) < 2:
        raise BadInput("fewer than two units; how much they differ cannot be estimated.")
    if not 0 < level < 1:
        raise BadInput(f"the level {level} is not between 0 and 1; 0.95 is usual.")
    freedom, q = len(values) - 1, _q(values, within, 0.0)
    lower, upper = _interval(values, within, level)
    if tau2 is None:
        tau2 = _tau2(values, within, method)
    weight = 1 / (tau2 + within)
    return BetweenVariance(
        tau2=tau2,
        lower=lower,
        upper=upper,
        mean=float((weight * values).sum() / weight.sum()),
        mean_error=float(1 / math.sqrt(weight.sum())),
        q=q,
        freedom=freedom,
    )


def _q(values: Floats, within: Floats, tau2: float) -> float:
    """The weighted squares about the weighted mean; it falls as tau squared grows."""
    weight = 1 / (tau2 + within)
    mean = (weight * values).sum() / weight.sum()
    return float((weight * (values - mean) ** 2).sum())


def _tau2(values: Floats, within: Floats, method: str) -> float:
    if method == "PM":
        return _where_q_is(values, within, float(len(values) - 1))
    moment = _moment(values, within)
    return moment if method == "DL" else _likeliest(values, within, moment, method)


def _moment(values: Floats, within: Floats) -> float:
    weight = 1 / within
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    if spare <= 0:  # one unit outweighs all others by more than numbers can hold
        return 0.0
    return max(0.0, float((_q(values, within, 0.0) - (len(values) - 1)) / spare))


def _likeliest(values: Floats, within: Floats, start: float, method: str) -> float:
    """Fisher scoring, never below 0; the likelihood's own slope decides when it is done."""
    tau2 = start
    for _ in range(STEPS):
        weight = 1 / (tau2 + within)
        total = weight.sum()
        gap = values - (weight * values).sum() / total
        trace, information = weight.sum(), (weight**2).sum()
        if method == "REML":  # of P = W - W 1 1' W / total
            trace -= information / total
            information += (information / total) ** 2 - 2 * (weight**3).sum() / total
        if information <= 0:  # one unit outweighs all others by more than numbers can hold
            return tau2
        step = float(((weight**2 * gap**2).sum() - trace) / information)
        nearer = max(0.0, tau2 + step)
        if abs(nearer - tau2) <= CLOSE * (tau2 + float(within.mean())):
            return nearer
        tau2 = nearer
    return tau2


def _interval(values: Floats, within: Floats, level: float) -> tuple[float, float]:
    from scipy.special import chdtri

    freedom, tail = len(values) - 1, (1 - level) / 2
    return (
        _where_q_is(values, within, float(chdtri(freedom, tail))),
        _where_q_is(values, within, float(chdtri(freedom, 1 - tail))),
    )


def _where_q_is(values: Floats, within: Floats, target: float) -> float:
    """The tau squared at which Q falls to the target; 0 where it never was above it."""

    def above(tau2: float) -> float:
        """Cochran's Q at this variance, less the one wanted."""
        return _q(values, within, tau2) - target

    return root_below(above, float(within.mean()))


def root_below(falling: Callable[[float], float], scale: float) -> float:
    """Where a falling function of a variance crosses 0; 0 where it starts at or below 0.

    Regula falsi with the Illinois correction, and a plain halving every third step. SciPy's own
    root finders would take longer to import than a command may take in all.
    """
    near, at_near = 0.0, falling(0.0)
    if at_near <= 0:
        return 0.0
    far = scale
    for _ in range(DOUBLINGS):
        at_far = falling(far)
        if at_far <= 0:
            return _crossing(falling, (near, at_near), (far, at_far))
        near, at_near = far, at_far
        far *= 4
    return math.inf


def _crossing(
    falling: Callable[[float], float], near: tuple[float, float], far: tuple[float, float]
) -> float:
    """The root between two points (where, value) of opposite sign."""
    (low, at_low), (high, at_high) = near, far
    for step in range(STEPS):
        if high - low <= EXACT * high:
            break
        middle = (
            (low + high) / 2
            if step % 3 == 2
            else high - at_high * (high - low) / (at_high - at_low)
        )
        at_middle = falling(middle)
        if at_middle > 0:
            low, at_low, at_high = middle, at_middle, at_high / 2
        else:
            high, at_high, at_low = middle, at_middle, at_low / 2
    return high
