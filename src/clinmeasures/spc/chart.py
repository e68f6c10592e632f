"""The one function of this room: rows in, charts with their signals out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats
from clinmeasures.spc.boxes import RULES
from clinmeasures.spc.finding import Asked, found_in
from clinmeasures.spc.limits import CHARTS
from clinmeasures.spc.phases import Screen, ratio
from clinmeasures.spc.points import (
    Moment,
    Points,
    in_order,
    moments_given,
    refuse_repeated_dates,
    with_phases,
)
from clinmeasures.spc.readings import BETTER
from clinmeasures.spc.result import SpcResult
from clinmeasures.spc.rows import SUBGROUPS, Given, columns_of, rows_of
from clinmeasures.spc.subgroups import gathered

FEWEST_IN_BASELINE = 2


def spc(
    values: Any,
    *,
    value: str | None = None,
    date: str | None = None,
    denominator: str | None = None,
    series: Any = None,
    dates: Any = None,
    denominators: Any = None,
    chart: str = "xmr",
    improvement: str = "neither",
    target: float | None = None,
    screen: Screen = True,
    rebase: Sequence[Moment] = (),
    baseline: int | None = None,
    exclude: Sequence[Moment] = (),
    run_rules: str = "anhoej",
) -> SpcResult:
    """Charts over time with their limits and signals, for one series or thousands at once.

    Parameters
    ----------
    values : data frame, or array of float, shape (n_rows,)
        A frame that Narwhals reads (or a mapping of columns) with the columns named below, in any
        order of rows; or the values themselves. NaN, None and blank are missing: they are drawn as
        gaps and left out of limits and runs. For p, pp, u and up, these are numerators.
    value, date, denominator, series : str
        Columns of the frame. `series` may also be an array beside `values`.
    dates, denominators : array, shape (n_rows,)
        Beside `values` given as an array.
    chart : {"xmr", "run", "i", "mr", "xbar", "s", "p", "pp", "u", "up", "c", "g", "t"}
        xbar and s gather the rows of one date into a subgroup; elsewhere a date appears once.
    improvement : {"increase", "decrease", "neither"}
        Which way is better.
    target : float, optional
        In the unit of what is plotted (a fraction for p). Sets the assurance, for teams only.
    screen : bool or "unless_flat"
        Drop moving ranges of 3.267 times their mean or more, once, before their mean is taken
        again: for xmr, i, t, pp and up, whose limits come from moving ranges. "unless_flat": not
        where that would leave ranges of zero alone (months without an event, a few with one), of
        which limits would have no width and every other point would lie outside.
    rebase : dates at which new limits start (the point on or after the date is the first).
    baseline : int, optional
        Limits come from the first so many points, of each phase, and are then frozen.
    exclude : dates whose points are drawn but left out of limits and runs.
    run_rules : {"anhoej", "bestbox", "cutbox"}

    Returns
    -------
    SpcResult
        Iterable over its series; `.to_dict()` is the JSON of `clinmeasures spc`.

    Raises
    ------
    BadInput
        Where a cell, column or option cannot be used; the message says which and what to do.

    Source
    ------
    NHS England, Making Data Count; Provost & Murray, The Health Care Data Guide; Anhøj & Olesen
    2014 (10.1371/journal.pone.0113825); Laney 2002 (10.1081/QEN-120006555).

    Examples
    --------
    >>> waits = [10, 12, 11, 13, 12, 11, 12, 10, 11, 12, 13, 12, 19]
    >>> chart = spc(waits, improvement="decrease")[0]
    >>> chart.variation, chart.signals[-1]
    ('concern_high', ['outside_limits'])
    >>> round(float(chart.upper[-1]), 2)
    15.54
    """
    _refuse_unknown(chart, improvement, run_rules, target, baseline)
    other = {
        "denominator": denominator,
        "series": series,
        "dates": dates,
        "denominators": denominators,
    }
    given = columns_of(values, value, date, other)
    points = _points(given, chart, rebase=rebase, exclude=exclude, baseline=baseline)
    found = found_in(
        points,
        Asked(
            chart=chart,
            improvement=improvement,
            target=target,
            screen=screen,
            run_rules=run_rules,
        ),
    )
    return SpcResult(
        chart=chart,
        improvement=improvement,
        target=target,
        points=points,
        given=values,
        **vars(found),
    )


def _refuse_unknown(
    chart: str, improvement: str, run_rules: str, target: float | None, baseline: int | None
) -> None:
    for what, given, there in (
        ("chart", chart, CHARTS),
        ("improvement", improvement, BETTER),
        ("run rules", run_rules, RULES),
    ):
        if given not in there:
            raise BadInput(f"{what} {given!r} is not known; use one of {', '.join(there)}.")
    if target is not None and not np.isfinite(target):
        raise BadInput("the target is not a number; give one in the unit of the chart.")
    if baseline is not None and baseline < FEWEST_IN_BASELINE:
        raise BadInput(
            f"a baseline of {baseline} is too short for limits; give {FEWEST_IN_BASELINE} points "
            "or more (12 is usual)."
        )


def _points(
    given: Given,
    chart: str,
    *,
    rebase: Sequence[Moment],
    exclude: Sequence[Moment],
    baseline: int | None,
) -> Points:
    """The columns' rows, in order, as points in phases, with the value that is plotted."""
    order, rows = in_order(rows_of(given, chart))
    if chart in SUBGROUPS:
        rows, value, spread = gathered(rows, spreads=chart == "s")
    else:
        refuse_repeated_dates(rows, order)
        value = rows.value if rows.size is None else ratio(rows.value, rows.size)
        spread = np.broadcast_to(np.nan, len(value))
    size: Floats = np.broadcast_to(1.0, len(value))
    if rows.size is not None:  # a missing point has no size either, and so no limits of its own
        size = np.nan_to_num(np.where(np.isnan(rows.value), 0.0, rows.size))
    return with_phases(
        rows,
        value=value,
        count=rows.value,
        size=size,
        spread=spread,
        rebase=moments_given(rebase, rows, option="--rebase", exact=False),
        exclude=moments_given(exclude, rows, option="--exclude", exact=True),
        baseline=baseline,
    )
