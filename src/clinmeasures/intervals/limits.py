"""How far chance alone could have moved a proportion, a rate or a mean. All vectorised."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like, or_none

# Below ten events Byar's approximation is replaced by the exact one, as public health practice has
# it (APHO Technical Briefing 3, 2008; PHE Technical Guide: Confidence Intervals, 2018).
EXACT_BELOW = 10


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """A value and its two limits for each row, NaN where nothing can be said."""

    value: Floats
    lower: Floats
    upper: Floats
    units: list[str] | None = None
    given: Any = None  # the frame that came in, for to_frame

    def __len__(self) -> int:
        return len(self.value)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures interval`: missing numbers are None."""
        names = list(self._columns())
        columns = zip(*self._columns().values(), strict=True)
        return {"rows": [dict(zip(names, row, strict=True)) for row in columns]}

    def to_frame(self) -> Any:
        """One row each, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        named: dict[str, list[Any]] = {} if self.units is None else {"unit": list(self.units)}
        return named | {
            "value": or_none(self.value),
            "lower": or_none(self.lower),
            "upper": or_none(self.upper),
        }


def wilson(numerator: ArrayLike, denominator: ArrayLike, *, level: float = 0.95) -> Intervals:
    """Wilson's score interval of a proportion, without continuity correction.

    Parameters
    ----------
    numerator, denominator : array of float, shape (n_rows,)
        Events and cases; NaN is missing.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Intervals
        Fractions. With no cases everything is NaN; with no events the lower limit is 0 and with
        all events the upper is 1, and the other limit keeps its half of the risk.

    Raises
    ------
    BadInput
        If a count is negative, or events exceed cases, with the row.

    Source
    ------
    Wilson 1927, 10.1080/01621459.1927.10502953; Newcombe 1998 (method 3).
    """
    x, n = _counts(numerator, denominator, proportion=True)
    z = _normal(level)
    middle = _over(x + z**2 / 2, n + z**2)
    reach = _over(z * np.sqrt(np.maximum(x * _over(n - x, n), 0) + z**2 / 4), n + z**2)
    return _proportion(x, n, middle - reach, middle + reach)


def exact(numerator: ArrayLike, denominator: ArrayLike, *, level: float = 0.95) -> Intervals:
    """Clopper and Pearson's exact interval of a proportion.

    Parameters, returns and errors as for `wilson`.

    Source
    ------
    Clopper & Pearson 1934, 10.1093/biomet/26.4.404.
    """
    x, n = _counts(numerator, denominator, proportion=True)
    tail = _tail(level)
    return _proportion(x, n, _beta(tail, x, n - x + 1), _beta(1 - tail, x + 1, n - x))


def jeffreys(numerator: ArrayLike, denominator: ArrayLike, *, level: float = 0.95) -> Intervals:
    """Equal-tailed interval of a proportion from the Beta(1/2, 1/2) prior.

    Parameters, returns and errors as for `wilson`.

    Source
    ------
    Brown, Cai & DasGupta 2001, 10.1214/ss/1009213286, with limits 0 and 1 at no and all events.
    """
    x, n = _counts(numerator, denominator, proportion=True)
    tail = _tail(level)
    return _proportion(
        x, n, _beta(tail, x + 0.5, n - x + 0.5), _beta(1 - tail, x + 0.5, n - x + 0.5)
    )


def byar(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    level: float = 0.95,
    exact_below: int = EXACT_BELOW,
) -> Intervals:
    """Byar's interval of a rate or ratio; exact where there are fewer than ten events.

    Parameters
    ----------
    numerator : array of float, shape (n_rows,)
        Events (observed).
    denominator : array of float, shape (n_rows,)
        Time or patients at risk, or the expected count.
    level : float
    exact_below : int
        0 uses Byar's approximation throughout.

    Returns
    -------
    Intervals
        Events for one unit of the denominator; NaN where that is 0.

    Raises
    ------
    BadInput
        If a count is negative, with the row.

    Source
    ------
    Breslow & Day 1987, Statistical Methods in Cancer Research II, p 69.
    """
    x, n = _counts(numerator, denominator, proportion=False)
    z = _normal(level)
    few = poisson_exact(x, n, level=level)
    least = np.maximum(x, 1)
    lower = x * (1 - 1 / (9 * least) - z / (3 * np.sqrt(least))) ** 3
    upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    rare = x < exact_below
    return Intervals(
        value=_over(x, n),
        lower=np.where(rare, few.lower, _over(np.maximum(lower, 0), n)),
        upper=np.where(rare, few.upper, _over(upper, n)),
    )


def poisson_exact(
    numerator: ArrayLike, denominator: ArrayLike, *, level: float = 0.95
) -> Intervals:
    """Exact interval of a rate or ratio of a Poisson count.

    Parameters, returns and errors as for `byar`.

    Source
    ------
    Garwood 1936, 10.1093/biomet/28.3-4.437: chi-squared quantiles over 2.
    """
    from scipy.special import gammaincinv

    x, n = _counts(numerator, denominator, proportion=False)
    tail = _tail(level)
    lower = np.where(x == 0, 0.0, gammaincinv(np.where(x > 0, x, np.nan), tail))
    upper = gammaincinv(x + 1, 1 - tail)
    return Intervals(value=_over(x, n), lower=_over(lower, n), upper=_over(upper, n))


def student_t(
    mean: ArrayLike, deviation: ArrayLike, count: ArrayLike, *, level: float = 0.95
) -> Intervals:
    """Student's interval of a mean.

    Parameters
    ----------
    mean, deviation : array of float, shape (n_rows,)
        The mean and the sample's standard deviation (n - 1).
    count : array of float, shape (n_rows,)
        How many values.
    level : float

    Returns
    -------
    Intervals
        In the unit of the values; limits NaN where there are fewer than two.
    """
    from scipy.special import stdtrit

    value, spread, n = (np.atleast_1d(np.asarray(a, float)) for a in (mean, deviation, count))
    for given in (value, spread, n):
        _refuse(np.isinf(given), "a mean, deviation or count is infinite; correct it")
    enough = n > 1
    freedom = np.where(enough, n - 1, 1.0)
    reach = stdtrit(freedom, 1 - _tail(level)) * spread / np.sqrt(np.where(enough, n, 1.0))
    reach = np.where(enough, reach, np.nan)
    return Intervals(value=value, lower=value - reach, upper=value + reach)


def log_ratio(
    observed: ArrayLike,
    expected: ArrayLike,
    squares: ArrayLike,
    count: ArrayLike,
    *,
    level: float = 0.95,
) -> Intervals:
    """Interval of an observed over an expected amount (nights stayed), by its logarithm.

    Parameters
    ----------
    observed, expected : array of float, shape (n_rows,)
        Amounts of `count` records added up.
    squares : array of float, shape (n_rows,)
        (observed - expected) squared of the single records, added up.
    count : array of float, shape (n_rows,)
    level : float

    Returns
    -------
    Intervals
        Of observed / expected; limits NaN with fewer than two records, or nothing observed.

    Notes
    -----
    ln(O/E) -/+ Student's t (n - 1) x sqrt(squares) / O. The residuals are those from the
    expectation and not from the unit's own ratio, so that the interval of a ratio far from 1 is
    somewhat too wide.

    Source
    ------
    Cochran, Sampling Techniques (3rd ed.), section 6.4, with the delta method on the logarithm.
    """
    above, below, spread, n = (
        np.atleast_1d(np.asarray(a, float)) for a in (observed, expected, squares, count)
    )
    for given in (above, below, spread):
        _refuse(given < 0, "an amount is negative; it cannot be")
    known = (above > 0) & (below > 0)
    ratio = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    error = np.sqrt(spread) / np.where(known, above, np.nan)
    logarithm = np.log(np.where(known, ratio, np.nan))
    around = student_t(logarithm, error * np.sqrt(n), n, level=level)
    return Intervals(value=ratio, lower=np.exp(around.lower), upper=np.exp(around.upper))


def _counts(top: ArrayLike, bottom: ArrayLike, *, proportion: bool) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(
        np.atleast_1d(np.asarray(top, dtype=float)), np.atleast_1d(np.asarray(bottom, dtype=float))
    )
    for counts, what in ((x, "numerator"), (n, "denominator")):
        _refuse(np.isinf(counts), f"the {what} is infinite; correct it, or leave it out as NaN")
    _refuse(x < 0, "the numerator is negative; a count cannot be")
    _refuse(n < 0, "the denominator is negative; it cannot be")
    if proportion:
        _refuse(x > n, "the numerator is more than the denominator; correct one of them")
    return x, n


def _refuse(wrong: Booleans, why: str) -> None:
    if wrong.any():
        raise BadInput(f"row {int(np.flatnonzero(wrong)[0]) + 1}: {why}.")


def _proportion(x: Floats, n: Floats, lower: Floats, upper: Floats) -> Intervals:
    """Limits inside 0 to 1, and exactly there where no event or every case is one."""
    nothing = ~(n > 0)
    lower = np.where(x <= 0, 0.0, np.clip(lower, 0, 1))
    upper = np.where(x >= n, 1.0, np.clip(upper, 0, 1))
    known = ~(nothing | np.isnan(x))
    return Intervals(
        value=_over(x, n),
        lower=np.where(known, lower, np.nan),
        upper=np.where(known, upper, np.nan),
    )


def _beta(tail: float, a: Floats, b: Floats) -> Floats:
    """Quantile of a beta distribution; NaN where it has no such shape."""
    from scipy.special import betaincinv

    possible = (a > 0) & (b > 0)
    found = betaincinv(np.where(possible, a, 1.0), np.where(possible, b, 1.0), tail)
    return np.where(possible, found, np.nan)


def _over(top: Floats, bottom: Floats) -> Floats:
    """The quotient; NaN where there is nothing to divide by, or too little for a number to hold."""
    missing = np.full(np.broadcast(top, bottom).shape, np.nan)
    with np.errstate(over="ignore"):
        found = np.divide(top, bottom, out=missing, where=np.asarray(bottom) > 0)
    return np.where(np.isinf(found), np.nan, found)


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - _tail(level)))


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise BadInput(f"the level {level} is not between 0 and 1; 0.95 is usual.")
    return (1 - level) / 2
