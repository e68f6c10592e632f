"""The months around a cycle: which a reader may see, before and after, and how they are charted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinlead.access.policies import Reader
from clinlead.figures.charting import (
    COUNTS_WITH_DENOMINATOR,
    IMPROVEMENT,
    Charted,
    blank,
    plotted,
)
from clinlead.figures.keeping import department_months
from clinlead.figures.queries import Wanted, membership
from clinlead.figures.sums import MonthSums, total, unit_of_figure, value_of
from clinlead.improvement.models import Cycle
from clinlead.measures.breaks import breaks_of
from clinlead.measures.policies import Break
from clinlead.measures.queries import find, read_definition
from clinlead.releases.out import builds, released_months
from clinmeasures.association import InterruptedSeries, its
from clinmeasures.definitions import Definition
from clinmeasures.errors import BadInput
from clinmeasures.spc import spc
from clinmeasures.wording.units import in_words


@dataclass(frozen=True, kw_only=True)
class Around:
    """A measure's months before and after a cycle began, as somebody may see them."""

    definition: Definition
    first_after: str  # the first whole month with the change
    signal_from: str  # the first month of what started it; empty where nothing did
    months: Sequence[MonthSums]  # comparable ones: no break of recording between them
    breaks: Sequence[Break]
    notes: Sequence[str]  # why months were left aside
    hidden: str  # why nothing is shown

    @property
    def settled(self) -> list[MonthSums]:
        return [each for each in self.months if each.complete and each.sums.n]

    @property
    def left_out(self) -> list[MonthSums]:
        """The points that started the cycle: chosen for being extreme, they are no baseline."""
        return [m for m in self.settled if self.signal_from <= m.month < self.first_after]

    @property
    def before(self) -> list[MonthSums]:
        last = min(self.first_after, self.signal_from)
        return [each for each in self.settled if each.month < last]

    @property
    def after(self) -> list[MonthSums]:
        return [each for each in self.settled if each.month >= self.first_after]


def around(
    cycle: Cycle, reader: Reader | None = None, *, measure: str = "", live: bool = False
) -> Around | None:
    """What this reader may see of a cycle's measure, or of its balancing one.

    `live`: whatever is computed, for the rule that asks whether there is data enough.
    """
    wanted = figure_of(cycle, measure)
    if wanted is None:
        return None
    definition, rule = wanted
    months, hidden = months_of(cycle, definition, rule, None if live else reader)
    breaks = breaks_of(cycle.department_id, definition.code)
    kept, notes = comparable(months, breaks, cycle.first_month_after)
    begun = cycle.signal_from if not measure else ""
    return Around(
        definition=definition,
        first_after=cycle.first_month_after,
        signal_from=begun or cycle.first_month_after,
        months=kept,
        breaks=breaks,
        notes=notes,
        hidden=hidden,
    )


def figure_of(cycle: Cycle, measure: str) -> tuple[Definition, str] | None:
    """The wording and rule of the cycle's own measure, or those the department uses of another."""
    if not measure:
        own = find(cycle.measure, cycle.version)
        return (read_definition(own.definition), cycle.rule) if own else None
    chosen = cycle.department.measures.filter(measure__code=measure, ended_on=None)
    choice = chosen.select_related("measure").first()
    return (read_definition(choice.measure.definition), choice.rule) if choice else None


def months_of(
    cycle: Cycle, definition: Definition, rule: str, reader: Reader | None
) -> tuple[list[MonthSums], str]:
    department = cycle.department
    if reader is not None and not builds(reader, department):
        return released_months(reader, department, definition.code, rule)
    figure = Wanted(definition.code, definition.version, rule)
    return department_months(membership(department), [figure]).months[figure], ""


def comparable(
    months: Sequence[MonthSums], breaks: Sequence[Break], start: str
) -> tuple[list[MonthSums], list[str]]:
    """The months recorded in the same way on both sides of a start, and what was left aside."""
    earlier = max((each.month for each in breaks if each.month <= start), default="")
    later = min((each.month for each in breaks if each.month > start), default="9999-12")
    notes = []
    if any(each.month < earlier for each in months):
        since = in_words(f"{earlier}-01")
        notes.append(f"Months before {since} are left aside: the recording changed then.")
    if any(each.month >= later for each in months):
        since = in_words(f"{later}-01")
        notes.append(f"Months from {since} are left aside: the recording changed then.")
    return [each for each in months if earlier <= each.month < later], notes


def chart_of(found: Around) -> Charted:
    """The months against limits from before the cycle, without the points that started it."""
    chart = blank(found.months, found.definition, ())
    if not chart.settled:
        return chart
    definition = found.definition
    values, sizes = plotted(chart.months, definition)
    hollow = [m.month for m in chart.months if not m.complete]
    aside = [f"{month}-01" for month in {*hollow, *(m.month for m in found.left_out)}]
    counted = sum(each.month < found.first_after for each in chart.months)
    (series,) = spc(
        values,
        dates=[f"{each.month}-01" for each in chart.months],
        denominators=sizes if definition.chart in COUNTS_WITH_DENOMINATOR else None,
        chart=definition.chart,
        improvement=IMPROVEMENT[definition.direction],
        exclude=sorted(aside),
        baseline=counted if len(found.before) >= 2 else None,
    )
    quiet = zip(series.signals, chart.provisional, strict=True)
    signals = [[] if provisional else names for names, provisional in quiet]
    return replace(chart, series=replace(series, name=None, signals=signals))


def interrupted(found: Around) -> tuple[InterruptedSeries | None, str]:
    """The interrupted time series; or in one sentence why there is none."""
    settled = found.settled
    values = [value_of(each.sums, found.definition) for each in settled]
    signal = f"{found.signal_from}-01" if found.left_out else None
    try:
        told = its(
            None,
            date=[f"{each.month}-01" for each in settled],
            value=[np.nan if each is None else each for each in values],
            change=f"{found.first_after}-01",
            signal=signal,
        )
    except BadInput as wrong:
        return None, f"No line can be drawn yet: {wrong}"
    return told, ""


def shown_value(months: Sequence[MonthSums], definition: Definition) -> float | None:
    """The figure of these months together, as it is shown (85 for 85%)."""
    value = value_of(total(months), definition)
    return None if value is None else unit_of_figure(definition).shown(value)
