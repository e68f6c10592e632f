"""Interrupted time series: a line before a change, and how level and slope differ after it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.association.assumptions import sentences
from clinmeasures.association.calendar import Periods, periods
from clinmeasures.association.regression import Change, fitted_line
from clinmeasures.association.series import cut_at, series_in
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like, or_none

LEVEL, SLOPE = 2, 3  # where the design has the change's coefficients
SEASON_YEARS = 2  # that the points must span for the season to be told from a trend


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
    series = series_in(data, date, value, comparison)
    _refuse_level(level)
    cut = cut_at(series, change, signal)
    when = periods(series.keys, dated=series.dated)
    design = _design(when, cut.first, season=season)
    line = fitted_line(design[:, cut.used], series.values[cut.used])
    otherwise = line.beta @ _without_change(design)
    gaps = (otherwise - series.values)[cut.left_out]
    to_the_mean = float(gaps.mean()) if gaps.size else None
    return InterruptedSeries(
        level=line.coefficient(LEVEL, level),
        slope=line.coefficient(SLOPE, level),
        period=when.name,
        lag=line.lag,
        assumptions=sentences(
            change=series.dates[cut.first],
            before=cut.before,
            after=cut.after,
            period=when.name,
            lag=line.lag,
            season=season,
            compared=comparison is not None,
            missing=when.missing,
            left_out=len(gaps),
            to_the_mean=to_the_mean,
            neighbours=line.neighbours,
        ),
        dates=series.dates,
        values=series.values,
        fitted=line.beta @ design,
        otherwise=otherwise,
        after=np.arange(len(series.values)) >= cut.first,
        left_out=cut.left_out,
        to_the_mean=to_the_mean,
        given=data,
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
    before[[LEVEL, SLOPE]] = 0
    return before
