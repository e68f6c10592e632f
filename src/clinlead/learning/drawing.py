"""A lesson's chart, drawn as the pages draw real figures."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from clinlead.learning.course import Chart
from clinmeasures.charts import Event, data_table, funnel_chart, strip_chart, trend_chart
from clinmeasures.funnels import Funnel, funnel
from clinmeasures.spc import Series, spc

WIDE, NARROW = 720, 320
YEAR = 12
MADE_UP = "Invented numbers."


@dataclass(frozen=True)
class Drawn:
    question: str
    wide: str
    narrow: str
    columns: list[str]
    rows: list[list[str]]


def months_of(chart: Chart) -> list[str]:
    year, month = (int(part) for part in chart.first.split("-"))
    count = year * YEAR + month - 1
    return [
        f"{(count + n) // YEAR:04d}-{(count + n) % YEAR + 1:02d}" for n in range(len(chart.values))
    ]


def series_of(chart: Chart) -> Series:
    return spc(
        list(chart.values),
        dates=[f"{month}-01" for month in months_of(chart)],
        denominators=list(chart.sizes) or None,
        chart=chart.kind,
        rebase=[f"{month}-01" for month in chart.rebase],
    )[0]


def funnel_of(chart: Chart) -> Funnel:
    """Observed over expected, or a proportion with exact limits, since volumes are small."""
    return funnel(
        None,
        type="SR" if chart.ratio else "PR",
        unit=[f"Clinician {n}" for n in range(1, len(chart.numerators) + 1)],
        numerator=list(chart.numerators),
        denominator=list(chart.denominators),
        method=None if chart.ratio else "exact",
    )


@cache
def drawn(chart: Chart, prefix: str) -> Drawn:
    """Kept: a lesson's chart never changes."""
    wide, narrow = (one_width(chart, f"{prefix}-{width}", width) for width in (WIDE, NARROW))
    columns, rows = numbers(chart)
    return Drawn(chart.question, wide, narrow, columns, rows)


def one_width(chart: Chart, prefix: str, width: int) -> str:
    common: dict[str, Any] = {
        "title": chart.question,
        "unit": chart.unit,
        "id_prefix": prefix,
        "width": width,
    }
    said = f"{MADE_UP} The numbers are in the table below."
    if chart.kind == "strip":
        return strip_chart(
            chart.values, own=None, description=said, peer_word="clinician", **common
        )
    if chart.kind == "funnel":
        return funnel_chart(funnel_of(chart), description=said, volume=chart.volume, **common)
    breaks = [Event(date=f"{month}-01", label=chart.rebased) for month in chart.rebase]
    return trend_chart(series_of(chart), description=said, breaks=breaks, **common)


def numbers(chart: Chart) -> tuple[list[str], list[list[str]]]:
    if chart.kind == "strip":
        return [chart.unit.capitalize()], [[f"{value:g}"] for value in chart.values]
    if chart.kind == "funnel":
        both = zip(chart.numerators, chart.denominators, strict=True)
        return ["Events", chart.volume.capitalize()], [[f"{n:g}", f"{d:g}"] for n, d in both]
    found = data_table(
        series_of(chart), unit=chart.unit, numerators=list(chart.values) if chart.sizes else None
    )
    return list(found.headings), [list(row) for row in found.rows]
