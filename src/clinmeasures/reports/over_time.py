"""The trend of a report: a chart by month, its reading, and what to keep in mind of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.charts import DataTable, data_table, trend_chart
from clinmeasures.frames import Booleans, Floats, as_groups
from clinmeasures.reports.cases import Cases
from clinmeasures.reports.figures import WIDTHS, Figures
from clinmeasures.spc import Series, recommend_chart, spc
from clinmeasures.spc.phases import UNLESS_FLAT
from clinmeasures.spc.rare import with_rare_events
from clinmeasures.wording import caution_for_chart, reading_of

IMPROVEMENT = {"higher": "increase", "lower": "decrease", "neither": "neither"}
PROPORTION_CHARTS = {"p", "pp", "u", "up", "xmr", "run", "i"}
VALUE_CHARTS = {"xmr", "run", "i"}
CHART_NAMES = {
    "xmr": "an XmR chart",
    "i": "an I chart",
    "run": "a run chart",
    "p": "a p chart",
    "pp": "a p′ chart",
    "u": "a u chart",
    "up": "a u′ chart",
    "g": "a g chart",
    "t": "a t chart",
}


@dataclass(frozen=True, kw_only=True)
class Trend:
    charts: tuple[str, ...]  # SVG, for a page and for a phone
    reading: str
    table: DataTable
    points: int
    advice: str = ""  # where the data suggest another chart than the one drawn
    caution: str | None  # where chance alone signals more often than its limits mean


@dataclass(frozen=True)
class Months:
    """Cases by month, in order of first appearance. Arrays have shape (n_months,)."""

    dates: list[str]
    values: Floats
    sizes: Floats
    tops: Floats
    late: set[str]  # dates of provisional months

    def in_order(self) -> list[int]:
        """Positions by date; months of a study, which are counted, by number."""
        if all(date.isdecimal() for date in self.dates):
            return sorted(range(len(self.dates)), key=lambda i: float(self.dates[i]))
        return sorted(range(len(self.dates)), key=self.dates.__getitem__)


def trend_of(figures: Figures, title: str) -> Trend | None:
    """By month, where cases have dates in at least two."""
    periods = figures.cases.periods
    if periods is None or len({period for period in periods if period}) < 2:
        return None
    dated = np.array([bool(period) for period in periods])
    inside = Figures(
        _where(figures.cases, dated), figures.definition, figures.unit, figures.case_word
    )
    return _drawn(inside, _months(inside), title)


def _months(figures: Figures) -> Months:
    cases = figures.cases
    names, index = as_groups(cases.periods or [], column="month")
    values, sizes, tops = figures.sums(index, len(names))
    dates = [name if cases.counted_months else f"{name}-01" for name in names]
    late = {f"{month}-01" for month in cases.provisional} & set(dates)
    return Months(dates=dates, values=values, sizes=sizes, tops=tops, late=late)


def _drawn(figures: Figures, months: Months, title: str) -> Trend:
    series = _series(figures, months)
    flags = [date in months.late for date in series.dates or []]
    share = figures.is_proportion
    reading = reading_of(
        series,
        unit=figures.unit,
        case_word=figures.case_word,
        provisional=flags,
        cases=float(np.median(months.sizes)) if share else None,
    )
    tops = months.tops[months.in_order()].tolist() if share else None
    return Trend(
        charts=_charts(figures, series, flags, title=title, description=reading),
        reading=reading,
        table=data_table(series, unit=figures.unit, numerators=tops, provisional=flags),
        points=len(series),
        advice=_advice(figures, series, months),
        caution=caution_for_chart(series),
    )


def _charts(
    figures: Figures, series: Series, flags: Sequence[bool], *, title: str, description: str
) -> tuple[str, ...]:
    return tuple(
        trend_chart(
            series,
            title=title,
            description=description,
            unit=figures.unit,
            id_prefix=f"trend-{width}",
            width=width,
            provisional=flags,
        )
        for width in WIDTHS
    )


def _advice(figures: Figures, series: Series, months: Months) -> str:
    """Which chart the data suggest, and why, where it is not the one that is drawn."""
    if figures.is_proportion:
        found = recommend_chart(months.tops, dates=months.dates, denominators=months.sizes)
    else:
        found = recommend_chart(months.values, dates=months.dates, kind="value")
    suited = found[0]
    if suited.chart == series.chart:
        return ""
    drawn, better = CHART_NAMES[series.chart], CHART_NAMES[suited.chart]
    return f"Drawn as {drawn}; these figures alone suggest {better}: {suited.because}."


def _series(figures: Figures, months: Months) -> Series:
    """The definition's chart where it suits the kind; provisional months are left out of limits."""
    share, asked = figures.is_proportion, figures.definition.chart
    suited, usual = (PROPORTION_CHARTS, "p") if share else (VALUE_CHARTS, "xmr")
    series = spc(
        months.tops if share else months.values,
        dates=months.dates,
        denominators=months.sizes if share else None,
        chart=asked if asked in suited else usual,
        improvement=IMPROVEMENT[figures.definition.direction],
        screen=UNLESS_FLAT,
        exclude=sorted(months.late) if len(months.late) < len(months.dates) else [],
    )[0]
    return with_rare_events(series)


def _where(cases: Cases, kept: Booleans) -> Cases:
    chosen = np.flatnonzero(kept).tolist()
    return replace(
        cases,
        numerator=cases.numerator[kept],
        denominator=cases.denominator[kept],
        units=None if cases.units is None else [cases.units[i] for i in chosen],
        periods=None if cases.periods is None else [cases.periods[i] for i in chosen],
    )
