"""The comparison of a report: every unit with its interval and reading, within its limits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinmeasures.charts import DataTable, funnel_chart
from clinmeasures.frames import Integers, as_groups
from clinmeasures.funnels import Funnel, funnel, funnel_of_means
from clinmeasures.reliability import Reliability
from clinmeasures.reports.figures import WIDTHS, Figures
from clinmeasures.reports.reliable import (
    reliability_between,
    reliability_column,
    reliability_of_values,
    said_of,
)
from clinmeasures.wording import compared, how_many, in_figures

MOST_NAMED = 12  # units whose names a funnel has room for


@dataclass(frozen=True, kw_only=True)
class Comparison:
    charts: tuple[str, ...]  # SVG; none where there are no limits for this kind of figure
    table: DataTable
    units: int
    outside: int
    note: str
    reliable: tuple[str, ...] = ()  # how well the figures tell units apart, and what could show


def comparison_of(figures: Figures, title: str) -> Comparison | None:
    """Every unit with its interval; a funnel where the kind has limits."""
    cases = figures.cases
    if cases.units is None or len(set(cases.units)) < 2:
        return None
    names, index = as_groups(cases.units, column="unit")
    found, reliable = _funnel(figures, names, index), _reliability(figures, names, index)
    _, sizes, _ = figures.sums(index, len(names))
    outside = found.outside(99.8) if found else np.zeros(len(names), dtype=bool)
    return Comparison(
        charts=_drawn(figures, found, title, names) if found else (),
        table=_table(figures, names, index, found, reliable),
        units=len(names),
        outside=int((outside & (sizes >= figures.definition.minimum)).sum()),
        note=_limits_note(found),
        reliable=said_of(
            reliable,
            found if figures.is_proportion else None,
            case_word=figures.case_word,
            unit_word=cases.unit_word,
        ),
    )


def _table(
    figures: Figures,
    names: Sequence[str],
    index: Integers,
    found: Funnel | None,
    reliable: Reliability | None,
) -> DataTable:
    """A row a unit, by name and never by result."""
    each, shares = figures.by_group(index, len(names)), reliability_column(reliable)
    _, sizes, _ = figures.sums(index, len(names))
    rows = [
        (
            names[i],
            each[i].count,
            each[i].value,
            each[i].interval,
            *shares[i : i + 1],
            _reading(figures, found, i, float(sizes[i])),
        )
        for i in sorted(range(len(names)), key=lambda i: _natural(names[i]))
    ]
    columns = ["Count", "Figure", "95% interval", *(["Reliability"] if shares else [])]
    return DataTable((figures.cases.unit_word.capitalize(), *columns, "Reading"), tuple(rows))


def _reliability(figures: Figures, names: list[str], index: Integers) -> Reliability | None:
    _, sizes, tops = figures.sums(index, len(names))
    if figures.is_proportion:
        return reliability_between(names, tops, sizes)
    if figures.is_mean:
        values = np.where(figures.cases.known, figures.cases.numerator, np.nan)
        return reliability_of_values([names[i] for i in index], values)
    return None


def _funnel(figures: Figures, names: list[str], index: Integers) -> Funnel | None:
    _, sizes, tops = figures.sums(index, len(names))
    if figures.is_proportion:
        return funnel(
            None, type="PR", method="exact", unit=names, numerator=tops, denominator=sizes
        )
    if figures.is_mean and figures.cases.known.sum() > 1:
        return funnel_of_means([names[i] for i in index], figures.cases.numerator)
    return None


def _drawn(figures: Figures, found: Funnel, title: str, names: list[str]) -> tuple[str, ...]:
    named = names if len(names) <= MOST_NAMED else ()
    enough = found.denominator >= figures.definition.minimum
    outside = in_figures(float((found.outside(99.8) & enough).sum()))
    return tuple(
        funnel_chart(
            found,
            title=title,
            description=f"{len(names)} units; {outside} outside the 99.8% limits. The table "
            "below has every figure.",
            unit=figures.unit,
            id_prefix=f"funnel-{width}",
            volume=f"{figures.case_word}s",
            named=named,
            minimum=figures.definition.minimum,
            width=width,
        )
        for width in WIDTHS
    )


def _reading(figures: Figures, found: Funnel | None, i: int, size: float) -> str:
    if size < figures.definition.minimum:
        return (
            f"Cannot tell yet: {how_many(size, figures.case_word)}, and this measure asks for "
            f"{figures.definition.minimum}."
        )
    if found is None:
        return "No limits are drawn for this kind of figure."
    return compared(
        outside_99_8=bool(found.outside(99.8)[i]),
        outside_95=bool(found.outside(95.0)[i]),
        ratio=float(found.rate[i] / found.target) if found.target else 1.0,
        cases=size,
        baseline=found.target if figures.is_proportion else None,
        case_word=figures.case_word,
    )


def _limits_note(found: Funnel | None) -> str:
    if found is None:
        return "This kind of figure has no limits of chance here; compare the counts with care."
    if found.kind == "MEAN":
        return (
            "The limits take values as normal, around the mean of all. Where values are "
            "skewed, as stays are, the limits are only a guide below about 30 cases."
        )
    return "The limits are exact (binomial), around the average of all cases in this file."


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by size before words by letter; never by result."""
    return (0, float(name), name) if name.isdecimal() else (1, 0.0, name.casefold())
