"""From cases to what the page says: the figure, its trend, and the units side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.charts import DataTable, data_table, funnel_chart, trend_chart
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers, as_groups
from clinmeasures.funnels import Funnel, funnel, funnel_of_means
from clinmeasures.intervals import Intervals, student_t, wilson
from clinmeasures.reliability import Reliability
from clinmeasures.reports.cases import Cases
from clinmeasures.reports.reliable import (
    reliability_between,
    reliability_column,
    reliability_of_values,
    said_of,
)
from clinmeasures.spc import Series, recommend_chart, spc
from clinmeasures.wording import (
    Unit,
    caution_for_chart,
    compared,
    how_many,
    in_figures,
    reading_of,
)

IMPROVEMENT = {"higher": "increase", "lower": "decrease", "neither": "neither"}
PROPORTION_CHARTS = {"p", "pp", "u", "up", "xmr", "run", "i"}
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
VALUE_CHARTS = {"xmr", "run", "i"}
SUPPORTED = {
    MeasureKind.PROPORTION,
    MeasureKind.MEAN,
    MeasureKind.RATE,
    MeasureKind.RATIO_OF_SUMS,
    MeasureKind.PERCENTILE,
}
MOST_UNITS_DRAWN = 400
WIDTHS = (720, 320)  # the page's, and the phone's: drawn again, not shrunk


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with its count and interval, as text."""

    value: str
    count: str  # "9 of 212 patients", "1,495 stays"
    interval: str


@dataclass(frozen=True, kw_only=True)
class Trend:
    charts: tuple[str, ...]  # SVG, for a page and for a phone
    reading: str
    table: DataTable
    points: int
    advice: str = ""  # where the data suggest another chart than the one drawn
    caution: str | None  # where chance alone signals more often than its limits mean


@dataclass(frozen=True, kw_only=True)
class Comparison:
    charts: tuple[str, ...]  # SVG; none where there are no limits for this kind of figure
    table: DataTable
    units: int
    outside: int
    note: str
    reliable: tuple[str, ...] = ()  # how well the figures tell units apart, and what could show


class Figures:
    """The sums behind a page, worked out once for each group of cases."""

    def __init__(self, cases: Cases, definition: Definition, unit: Unit, case_word: str) -> None:
        if definition.kind not in SUPPORTED:
            raise BadInput(f"{definition.code}: a report cannot show the kind {definition.kind}.")
        self.cases, self.definition, self.unit, self.case_word = cases, definition, unit, case_word
        if not cases.known.any():
            raise BadInput("no row counts under this definition; check its conditions and columns.")

    @property
    def is_proportion(self) -> bool:
        """Whether the measure is a share of cases."""
        return self.definition.kind is MeasureKind.PROPORTION

    @property
    def is_mean(self) -> bool:
        """Whether the measure is a mean of one value a case."""
        whole = bool((self.cases.denominator[self.cases.known] == 1).all())
        return self.definition.kind is MeasureKind.MEAN and whole

    def overall(self) -> Figure:
        """The figure of all cases together."""
        one = np.zeros(len(self.cases), dtype=np.int64)
        return self._figures(one, 1)[0]

    def _figures(self, index: Integers, groups: int) -> list[Figure]:
        values, sizes, tops = self.sums(index, groups)
        limits = self._intervals(index, groups, values, sizes, tops)
        return [
            Figure(
                value=self.unit.text(value),
                count=self._count(top, size),
                interval="none"
                if not np.isfinite(low)
                else f"{self.unit.number(low)} to {self.unit.text(high)}",
            )
            for value, size, top, low, high in zip(
                values, sizes, tops, limits.lower, limits.upper, strict=True
            )
        ]

    def sums(self, index: Integers, groups: int) -> tuple[Floats, Floats, Floats]:
        """Of each group: its figure, its denominator (or number of cases), its numerator."""
        known = self.cases.known
        index, top, bottom = (
            index[known],
            self.cases.numerator[known],
            self.cases.denominator[known],
        )
        tops = np.bincount(index, weights=top, minlength=groups).astype(float)
        sizes = np.bincount(index, weights=bottom, minlength=groups).astype(float)
        values = np.divide(tops, sizes, out=np.full(groups, np.nan), where=sizes > 0)
        if self.definition.kind is MeasureKind.PERCENTILE:
            values = _percentiles(index, top, groups, self.definition.percentile)
        return values, sizes, tops

    def _intervals(
        self, index: Integers, groups: int, values: Floats, sizes: Floats, tops: Floats
    ) -> Intervals:
        if self.is_proportion:
            return wilson(tops, sizes)
        if self.is_mean:
            found = student_t(values, self._deviations(index, groups, values), sizes)
            least = 0.0 if (self.cases.numerator[self.cases.known] >= 0).all() else -np.inf
            return replace(found, lower=np.maximum(found.lower, least))
        nothing = np.full(groups, np.nan)
        return Intervals(value=values, lower=nothing, upper=nothing)

    def _deviations(self, index: Integers, groups: int, values: Floats) -> Floats:
        known = self.cases.known
        gaps = self.cases.numerator[known] - values[index[known]]
        squares = np.bincount(index[known], weights=gaps**2, minlength=groups)
        counts = np.bincount(index[known], minlength=groups)
        return np.sqrt(squares / np.maximum(counts - 1, 1))

    def _count(self, top: float, size: float) -> str:
        if self.is_proportion:
            return f"{in_figures(top)} of {how_many(size, self.case_word)}"
        if self.definition.denominator:
            return f"{in_figures(top)} over {in_figures(size)}"
        return how_many(size, self.case_word)

    # over time ------------------------------------------------------------------------------

    def trend(self, title: str) -> Trend | None:
        """By month, where cases have dates in at least two."""
        periods = self.cases.periods
        if periods is None or len({period for period in periods if period}) < 2:
            return None
        dated = np.array([bool(period) for period in periods])
        inside = Figures(_where(self.cases, dated), self.definition, self.unit, self.case_word)
        return inside._trend(title)

    def _trend(self, title: str) -> Trend:
        names, index = as_groups(self.cases.periods or [], column="month")
        values, sizes, tops = self.sums(index, len(names))
        dates = [name if self.cases.counted_months else f"{name}-01" for name in names]
        provisional = {f"{month}-01" for month in self.cases.provisional}
        series = self._series(dates, values, sizes, tops, provisional)
        flags = [date in provisional for date in series.dates or []]
        order = np.argsort([float(d) if d.isdecimal() else 0.0 for d in dates], kind="stable")
        if not self.cases.counted_months:
            order = np.argsort(np.array(dates), kind="stable")
        reading = reading_of(
            series,
            unit=self.unit,
            case_word=self.case_word,
            provisional=flags,
            cases=float(np.median(sizes)) if self.is_proportion else None,
        )
        return Trend(
            charts=tuple(
                trend_chart(
                    series,
                    title=title,
                    description=reading,
                    unit=self.unit,
                    id_prefix=f"trend-{width}",
                    width=width,
                    provisional=flags,
                )
                for width in WIDTHS
            ),
            reading=reading,
            table=data_table(
                series,
                unit=self.unit,
                numerators=tops[order].tolist() if self.is_proportion else None,
                provisional=flags,
            ),
            points=len(series),
            advice=self._advice(series, dates, values, sizes, tops),
            caution=caution_for_chart(series),
        )

    def _advice(
        self, series: Series, dates: Sequence[str], values: Floats, sizes: Floats, tops: Floats
    ) -> str:
        """Which chart the data suggest, and why, where it is not the one that is drawn."""
        if self.is_proportion:
            suited = recommend_chart(tops, dates=list(dates), denominators=sizes)[0]
        else:
            suited = recommend_chart(values, dates=list(dates), kind="value")[0]
        if suited.chart == series.chart:
            return ""
        drawn, better = CHART_NAMES[series.chart], CHART_NAMES[suited.chart]
        return f"Drawn as {drawn}; these figures alone suggest {better}: {suited.because}."

    def _series(
        self, dates: Sequence[str], values: Floats, sizes: Floats, tops: Floats, late: set[str]
    ) -> Series:
        asked, late = self.definition.chart, late & set(dates)
        improvement = IMPROVEMENT[self.definition.direction]
        exclude = sorted(late) if len(late) < len(dates) else []
        if self.is_proportion:
            chart = asked if asked in PROPORTION_CHARTS else "p"
            return spc(
                tops,
                dates=list(dates),
                denominators=sizes,
                chart=chart,
                improvement=improvement,
                exclude=exclude,
            )[0]
        chart = asked if asked in VALUE_CHARTS else "xmr"
        return spc(
            values, dates=list(dates), chart=chart, improvement=improvement, exclude=exclude
        )[0]

    # units side by side ---------------------------------------------------------------------

    def comparison(self, title: str) -> Comparison | None:
        """Every unit with its interval; a funnel where the kind has limits."""
        if self.cases.units is None or len(set(self.cases.units)) < 2:
            return None
        names, index = as_groups(self.cases.units, column="unit")
        figures = self._figures(index, len(names))
        found = self._funnel(names, index)
        outside = found.outside(99.8) if found else np.zeros(len(names), dtype=bool)
        _, sizes, _ = self.sums(index, len(names))
        enough = sizes >= self.definition.minimum
        order = sorted(range(len(names)), key=lambda i: _natural(names[i]))
        reliable = self._reliability(names, index)
        shares = reliability_column(reliable)
        rows = [
            (
                names[i],
                figures[i].count,
                figures[i].value,
                figures[i].interval,
                *shares[i : i + 1],
                self._reading(found, i, float(sizes[i])),
            )
            for i in order
        ]
        columns = ["Count", "Figure", "95% interval", *(["Reliability"] if shares else [])]
        return Comparison(
            charts=self._drawn(found, title, names) if found else (),
            table=DataTable(
                (self.cases.unit_word.capitalize(), *columns, "Reading"),
                tuple(rows),
            ),
            units=len(names),
            outside=int((outside & enough).sum()),
            note=self._limits_note(found),
            reliable=said_of(
                reliable,
                found if self.is_proportion else None,
                case_word=self.case_word,
                unit_word=self.cases.unit_word,
            ),
        )

    def _reliability(self, names: list[str], index: Integers) -> Reliability | None:
        _, sizes, tops = self.sums(index, len(names))
        if self.is_proportion:
            return reliability_between(names, tops, sizes)
        if self.is_mean:
            values = np.where(self.cases.known, self.cases.numerator, np.nan)
            return reliability_of_values([names[i] for i in index], values)
        return None

    def _funnel(self, names: list[str], index: Integers) -> Funnel | None:
        _, sizes, tops = self.sums(index, len(names))
        if self.is_proportion:
            return funnel(
                None, type="PR", method="exact", unit=names, numerator=tops, denominator=sizes
            )
        if self.is_mean and self.cases.known.sum() > 1:
            return funnel_of_means([names[i] for i in index], self.cases.numerator)
        return None

    def _drawn(self, found: Funnel, title: str, names: list[str]) -> tuple[str, ...]:
        named = names if len(names) <= 12 else ()
        enough = found.denominator >= self.definition.minimum
        outside = in_figures(float((found.outside(99.8) & enough).sum()))
        return tuple(
            funnel_chart(
                found,
                title=title,
                description=f"{len(names)} units; {outside} outside the 99.8% limits. The table "
                "below has every figure.",
                unit=self.unit,
                id_prefix=f"funnel-{width}",
                volume=f"{self.case_word}s",
                named=named,
                minimum=self.definition.minimum,
                width=width,
            )
            for width in WIDTHS
        )

    def _reading(self, found: Funnel | None, i: int, size: float) -> str:
        if size < self.definition.minimum:
            return (
                f"Cannot tell yet: {how_many(size, self.case_word)}, and this measure asks for "
                f"{self.definition.minimum}."
            )
        if found is None:
            return "No limits are drawn for this kind of figure."
        return compared(
            outside_99_8=bool(found.outside(99.8)[i]),
            outside_95=bool(found.outside(95.0)[i]),
            ratio=float(found.rate[i] / found.target) if found.target else 1.0,
            cases=size,
            baseline=found.target if self.is_proportion else None,
            case_word=self.case_word,
        )

    def _limits_note(self, found: Funnel | None) -> str:
        if found is None:
            return "This kind of figure has no limits of chance here; compare the counts with care."
        if found.kind == "MEAN":
            return (
                "The limits take values as normal, around the mean of all. Where values are "
                "skewed, as stays are, the limits are only a guide below about 30 cases."
            )
        return "The limits are exact (binomial), around the average of all cases in this file."


def _where(cases: Cases, kept: np.ndarray) -> Cases:
    chosen = np.flatnonzero(kept).tolist()
    return replace(
        cases,
        numerator=cases.numerator[kept],
        denominator=cases.denominator[kept],
        units=None if cases.units is None else [cases.units[i] for i in chosen],
        periods=None if cases.periods is None else [cases.periods[i] for i in chosen],
    )


def _percentiles(index: Integers, values: Floats, groups: int, percentile: int) -> Floats:
    found = np.full(groups, np.nan)
    order = np.argsort(index, kind="stable")
    cuts = np.searchsorted(index[order], np.arange(groups + 1))
    for group in range(groups):
        mine = values[order[cuts[group] : cuts[group + 1]]]
        if len(mine):
            found[group] = np.quantile(mine, percentile / 100)
    return found


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by size before words by letter; never by result."""
    return (0, float(name), name) if name.isdecimal() else (1, 0.0, name.casefold())
