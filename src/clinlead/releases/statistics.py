"""A figure's chart, interval, signals and reading from its tallies alone. Pure: the same again
from the frozen tallies is what `release verify` asks for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from clinlead.figures.charting import YEAR, Charted, charted, charted_together, reading
from clinlead.figures.presenters import Period, count_words, interval_words, sentence, value_words
from clinlead.figures.sums import MonthSums, Sums, as_value, figure_of, total
from clinlead.measures.policies import Break
from clinlead.releases.manifest import NUMBERS
from clinmeasures.definitions import Definition


def statistics_of(
    definition: Definition,
    months: Sequence[MonthSums],
    period: Sequence[str],
    *,
    team: bool,
    breaks: Sequence[Break] = (),
) -> dict[str, Any]:
    """What is kept of a figure beside its tallies: plain numbers, and the words made by rule."""
    chart = charted(months, definition, team=team, breaks=breaks)
    return statistics_in(chart, months, period, breaks)


def statistics_together(
    some: Sequence[Sequence[MonthSums]],
    definition: Definition,
    period: Sequence[str],
    *,
    team: bool,
    breaks: Sequence[Break],
) -> list[dict[str, Any]]:
    """The same of several units' figures, their charts worked out in one pass of arrays."""
    charts = charted_together(some, definition, team=team, breaks=breaks)
    return [
        statistics_in(chart, months, period, breaks)
        for chart, months in zip(charts, some, strict=True)
    ]


def statistics_in(
    chart: Charted, months: Sequence[MonthSums], period: Sequence[str], breaks: Sequence[Break]
) -> dict[str, Any]:
    """The breaks of recording are kept with it, so that the same can be worked out again."""
    definition = chart.definition
    sums = total(month for month in months if month.month in period)
    value = figure_of(sums, definition)
    return {
        "value": value.value,
        "lower": value.lower,
        "upper": value.upper,
        "cases": sums.n,
        "months": [month.month for month in months if month.month in period],
        "chart": None if chart.series is None else chart.series.to_dict(),
        "signals": signals_in(chart, period),
        "sentence": sentence(sums, definition, Period(first=period[0], last=period[-1])),
        "figure": value_words(sums, definition),
        "of": count_words(sums, definition),
        "interval": interval_words(value, sums, definition),
        "reading": reading(chart),
        "breaks": [[each.on.isoformat(), each.reason] for each in breaks],
    }


def kept_breaks(statistics: Mapping[str, Any]) -> list[Break]:
    """The breaks of recording that a figure's chart was drawn with."""
    kept = statistics.get("breaks", [])  # figures kept before there were any have none
    return [Break(on=date.fromisoformat(on), reason=reason) for on, reason in kept]


def signals_in(chart: Charted, period: Sequence[str]) -> list[list[str]]:
    """Month and phrase of each signal in the period; none where there are too few to read."""
    if total(chart.settled[-YEAR:]).n < chart.definition.minimum:
        return []
    return [[month, phrase] for month, phrase in chart.signals() if month in period]


def as_columns(months: Sequence[MonthSums]) -> dict[str, list[Any]]:
    """Months as columns of whole numbers, to be kept and digested."""
    rows = [month.sums.as_integers() for month in months]
    columns: dict[str, list[Any]] = {"month": [month.month for month in months]}
    return columns | {name: [row[name] for row in rows] for name in NUMBERS}


def as_months(
    columns: Mapping[str, Sequence[Any]], people: Callable[[str], int] = lambda _month: 1
) -> list[MonthSums]:
    """Kept columns as months again; `people` says how many are behind each."""
    rows = zip(*(columns[name] for name in ("month", *NUMBERS)), strict=True)
    return [
        MonthSums(
            month=month,
            complete=True,
            sums=sums_of(numbers),
            contributors=people(month),
        )
        for month, *numbers in rows
    ]


def sums_of(numbers: Sequence[Any]) -> Sums:
    """A month's numbers, in the order in which they are kept."""
    row = dict(zip(NUMBERS, numbers, strict=True))
    bars = row["histogram"]
    row["histogram"] = bars and {as_value(value): weight for value, weight in bars.items()}
    return Sums(**row)
