"""The table beside a chart: every point in words, for those who cannot or need not see it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clinmeasures.spc import Series
from clinmeasures.wording.readings import sides_of, signal_phrase
from clinmeasures.wording.units import Unit, in_figures, in_words, unit_of


@dataclass(frozen=True)
class DataTable:
    """Headings and rows as text, ready to be read aloud."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def data_table(
    series: Series,
    *,
    unit: Unit | str,
    numerators: Sequence[float] | None = None,
    provisional: Sequence[bool] = (),
    period: str = "Month",
) -> DataTable:
    """Every point of a chart over time, oldest first, none thinned out.

    Parameters
    ----------
    series : Series
    unit : Unit or str
    numerators : sequence of float, optional
        With them a row says "9 of 212" beside the figure.
    provisional : sequence of bool
        Immature points say so and give no signal.
    period : str
        The first heading.

    Returns
    -------
    DataTable
        Headings, and one row of text a point.
    """
    unit = unit_of(unit)
    name = "Figure" if unit.is_percentage or not unit.name else f"Figure ({unit.name})"
    counted = numerators is not None
    headings = (period, *(("Count",) if counted else ()), name, "Average", "Limits", "Reading")
    rows = [
        (
            str(i + 1) if series.dates is None else in_words(series.dates[i]),
            *((_count(numerators, series, i),) if counted else ()),
            _or_none(unit, series.values[i]),
            _or_none(unit, series.centre[i]),
            _limits(unit, series, i),
            _reading(series, i, side, provisional),
        )
        for i, side in enumerate(sides_of(series))
    ]
    return DataTable(headings, tuple(rows))


def _count(numerators: Sequence[float] | None, series: Series, i: int) -> str:
    if numerators is None or not math.isfinite(numerators[i]):
        return "none"
    return f"{in_figures(float(numerators[i]))} of {in_figures(float(series.sizes[i]))}"


def _or_none(unit: Unit, value: float) -> str:
    return unit.number(float(value))


def _limits(unit: Unit, series: Series, i: int) -> str:
    lower, upper = float(series.lower[i]), float(series.upper[i])
    if not math.isfinite(lower + upper):
        return "none"
    return f"{unit.number(lower)} to {unit.number(upper)}"


def _reading(series: Series, i: int, side: int, provisional: Sequence[bool]) -> str:
    if len(provisional) > i and provisional[i]:
        return "Provisional"
    if not math.isfinite(series.values[i]):
        return "No figure"
    if series.excluded[i]:
        return "Left out of the limits"
    return signal_phrase(series.own_signals[i], side).capitalize()
