"""Interrupted time series: a line before a change, and how level and slope differ after it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.association.assumptions import sentences
from clinmeasures.association.calendar import Periods, periods
from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_moments,
    as_numbers,
    at_row,
    cells,
    collected,
    is_frame,
    like,
    option_moments,
    or_none,
)

FEWEST = 3  # points on each side: two set a line, one is over
SEASON_YEARS = 2  # that the points must span for the season to be told from a trend


@dataclass(frozen=True, kw_only=True)
class Change:
    """By how much something differs after the change, with its interval."""

    estimate: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class InterruptedSeries:
    """Oldest point first. Arrays have shape (n_points,)."""

    level: Change  # at the first point from the change on, in the unit of the values
    slope: Change  # a period, in the unit of the values
    period: str
    lag: int  # up to which neighbouring points may be alike
    assumptions: list[str]
    dates: list[str]
    values: Floats  # differences from the comparison where there is one
    fitted: Floats
    otherwise: Floats  # the line before the change, drawn on
    after: Booleans
    left_out: Booleans  # points of the signal that started the change
    to_the_mean: float | None  # expected return of these by chance alone
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures its`."""
        return {
            "level": dict(vars(self.level)),
            "slope": dict(vars(self.slope)),
            "assumptions": list(self.assumptions),
        }

    def to_frame(self) -> Any:
        """One row a point, as the kind of frame that came in (Arrow where arrays did)."""
        columns: dict[str, list[Any]] = {
            "date": list(self.dates),
            "value": or_none(self.values),
            "fitted": or_none(self.fitted),
            "otherwise": or_none(self.otherwise),
            "after": self.after.tolist(),
            "left_out": self.left_out.tolist(),
        }
        return like(columns, self.given)


@dataclass(frozen=True)
class Series:
    """Filled points in order of date."""

    keys: Integers
    dates: list[str]
    values: Floats
    dated: bool
    blank: int  # rows without a value


def its(
    data: Any,
    *,
    date: Any,
    value: Any,
    change: Any,
    comparison: Any = None,
    season: bool = False,
    signal: Any = None,
    level: float = 0.95,
) -> InterruptedSeries:
    """How level and slope of one series differ from a change on.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        One row a period. With `date` and `value` as column names; or None with arrays there. Rows
        without a value are gaps.
    date, value : str, or arrays of shape (n_rows,)
    change : date, ISO 8601 text, or whole number where the dates are
        The first point on or after it is the first with the change.
    comparison : str or array, optional
        A series on the same dates that the change did not touch: differences from it are analysed.
    season : bool
        Take out a wave of a year and one of half a year; needs two years of points.
    signal : date, optional
        Where a signal started the change: points from here to the change are left out, and the
        return to be expected from them by chance alone is stated.
    level : float
        Confidence of the intervals.

    Returns
    -------
    InterruptedSeries
        value = a + b time + level x after + slope x (time since the first point after) + error,
        by least squares; Newey-West errors with lag floor(4 (n / 100)^(2/9)), times n / (n - k),
        and Student's t on n - k.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used, or there are fewer than three points on
        either side.

    Source
    ------
    Wagner and others 2002, 10.1046/j.1365-2710.2002.00430.x; Bernal and others 2017,
    10.1093/ije/dyw098; Newey & West 1987, 10.2307/1913610.

    >>> found = its(None, date=range(8), value=[1, 2, 3, 4, 10, 11, 12, 13], change=4)
    >>> round(found.level.estimate, 6), round(abs(found.slope.estimate), 6)
    (5.0, 0.0)
    """
    series = _series(data, date, value, comparison)
    _refuse_level(level)
    first = _position(series, change, "change")
    left_out = _left_out(series, signal, first, change)
    _refuse_few(series, first, left_out, change)
    when = periods(series.keys, dated=series.dated)
    design = _design(when, first, season=season)
    used = ~left_out
    beta, covariance, lag = _fitted(design[:, used], series.values[used])
    fitted, otherwise = beta @ design, beta @ _without_change(design)
    expected = float((otherwise - series.values)[left_out].mean()) if left_out.any() else None
    reach = _quantile(level, int(used.sum()) - len(beta))
    return InterruptedSeries(
        level=_change(beta[2], covariance[2, 2], reach),
        slope=_change(beta[3], covariance[3, 3], reach),
        period=when.name,
        lag=lag,
        assumptions=sentences(
            **_counts(series, first, left_out),
            period=when.name,
            lag=lag,
            season=season,
            compared=comparison is not None,
            missing=when.missing,
            to_the_mean=expected,
            neighbours=_neighbours(series.values[used] - fitted[used]),
        ),
        dates=series.dates,
        values=series.values,
        fitted=fitted,
        otherwise=otherwise,
        after=np.arange(len(series.values)) >= first,
        left_out=left_out,
        to_the_mean=expected,
        given=data,
    )


def _series(data: Any, date: Any, value: Any, comparison: Any) -> Series:
    """Values, or differences from the comparison, in order of date."""
    data = collected(data)
    framed = is_frame(data)
    names = [
        one if isinstance(one, str) else role
        for one, role in ((date, "date"), (value, "value"), (comparison, "comparison"))
    ]
    moments, values = (cells(data, one) if framed else one for one in (date, value))
    keys, texts = as_moments(moments, column=names[0])
    numbers = as_numbers(values, column=names[1])
    if comparison is not None:
        other = cells(data, comparison) if framed else comparison
        others = as_numbers(other, column=names[2])
        _refuse_unlike(len(numbers), len(others))
        numbers = numbers - others
    _refuse_unlike(len(numbers), len(keys))
    order = np.argsort(keys, kind="stable")
    _refuse_repeated(keys, texts, order, names[0])
    filled = order[np.isfinite(numbers[order])]
    return Series(
        keys=keys[filled],
        dates=[texts[i] for i in filled.tolist()],
        values=numbers[filled],
        dated=not all(text.lstrip("-").isdecimal() for text in texts),
        blank=len(numbers) - len(filled),
    )


def _refuse_unlike(one: int, other: int) -> None:
    if one != other:
        raise BadInput(f"there are {other} dates or comparisons and {one} values; give one each.")


def _refuse_repeated(keys: Integers, texts: list[str], order: Integers, name: str) -> None:
    repeated = np.flatnonzero(np.diff(keys[order]) == 0)
    if repeated.size:
        row = int(order[repeated[0] + 1])
        raise BadInput(
            f"{at_row(row)}, column {name!r}: {texts[row]} appears twice; keep one row a date."
        )


def _position(series: Series, moment: Any, role: str) -> int:
    """The first point on or after a date; one point at least must come before it."""
    keys, texts = option_moments([moment], option=f"the {role}")
    if not len(series.keys):
        raise BadInput("no row has a value; there is no series.")
    plain = texts[0].lstrip("-").isdecimal()
    if plain == series.dated:
        kind = "a date, for example 2026-03-31" if series.dated else "a whole number"
        raise BadInput(f"the {role} {texts[0]} is not like the series' dates; give {kind}.")
    first = int(np.searchsorted(series.keys, keys[0]))
    if not 0 < first < len(series.keys):
        raise BadInput(
            f"the {role} {texts[0]} must come after the first point ({series.dates[0]}) and not "
            f"after the last ({series.dates[-1]})."
        )
    return first


def _counts(series: Series, first: int, left_out: Booleans) -> dict[str, Any]:
    """The change's date and how many points lie on each side of it, as the sentences say them."""
    return {
        "change": series.dates[first],
        "before": int((~left_out[:first]).sum()),
        "after": len(series.values) - first,
        "left_out": int(left_out.sum()),
    }


def _left_out(series: Series, signal: Any, first: int, change: Any) -> Booleans:
    """The points of the signal that started the change, up to it; none where there was none."""
    left_out = np.zeros(len(series.values), dtype=bool)
    if signal is None:
        return left_out
    begun = _position(series, signal, "signal")
    if begun >= first:
        raise BadInput(f"the signal {signal} is not before the change {change}.")
    left_out[begun:first] = True
    return left_out


def _refuse_few(series: Series, first: int, left_out: Booleans, change: Any) -> None:
    before, after = int((~left_out[:first]).sum()), len(series.values) - first
    if min(before, after) < FEWEST:
        raise BadInput(
            f"there are {before} points before {change} and {after} from it on; a line on each "
            f"side needs at least {FEWEST}, and eight or more to mean something."
        )


def _refuse_level(level: float) -> None:
    if not 0 < level < 1:
        raise BadInput(f"the level {level} is not between 0 and 1; 0.95 is usual.")


def _design(when: Periods, first: int, *, season: bool) -> Floats:
    """Ones, time, after, time since; and the season's waves where asked for."""
    time = (when.position - when.position[first]).astype(float)
    after = (time >= 0).astype(float)
    rows = [np.ones_like(time), time, after, time * after]
    if season:
        _refuse_season(when)
        rows += list(when.season())
    return np.array(rows)


def _refuse_season(when: Periods) -> None:
    if when.a_year is None or when.a_year < 4:
        raise BadInput("a season needs dates, at least quarterly; leave the season out.")
    years = (when.position[-1] - when.position[0] + 1) / when.a_year
    if years < SEASON_YEARS:
        raise BadInput(
            f"the points span {years:.1f} years; a season needs {SEASON_YEARS}. Leave it out."
        )


def _without_change(design: Floats) -> Floats:
    before = design.copy()
    before[2:4] = 0
    return before


def _fitted(design: Floats, values: Floats) -> tuple[Floats, Floats, int]:
    """Least squares with Newey-West covariance."""
    size, n = design.shape
    if n <= size:
        raise BadInput(f"there are {n} points for {size} coefficients; more points are needed.")
    size_of = np.abs(design).max(axis=1)
    rows = design / size_of[:, None]
    if np.linalg.matrix_rank(rows) < size:
        raise BadInput("there are too few points to tell the season from the change.")
    beta = np.linalg.lstsq(rows.T, values, rcond=None)[0]
    lag = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    meat = _newey_west(rows * (values - beta @ rows), lag) * n / (n - size)
    inverse = np.linalg.inv(rows @ rows.T)
    around = inverse @ meat @ inverse / np.outer(size_of, size_of)
    found: Floats = np.asarray(beta / size_of, dtype=float)
    return found, np.asarray(around, dtype=float), lag


def _newey_west(scores: Floats, lag: int) -> Floats:
    """Sum of the scores' products, those further apart counting less."""
    meat: Floats = scores @ scores.T
    for back in range(1, lag + 1):
        together = scores[:, back:] @ scores[:, :-back].T
        meat = meat + (1 - back / (lag + 1)) * (together + together.T)
    return meat


def _change(estimate: float, variance: float, reach: float) -> Change:
    error = float(np.sqrt(max(variance, 0.0)))
    middle = float(estimate)
    return Change(
        estimate=middle, se=error, lower=middle - reach * error, upper=middle + reach * error
    )


def _quantile(level: float, free: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(free, 1 - (1 - level) / 2))


def _neighbours(residuals: Floats) -> float | None:
    """How far neighbouring residuals are alike; None where there are none to speak of."""
    spread = residuals @ residuals
    if not spread > 0:
        return None
    return float(residuals[1:] @ residuals[:-1] / spread)
