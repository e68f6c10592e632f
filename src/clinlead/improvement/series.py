"""The months around a cycle: which a reader may see, before and after, and how they are charted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinlead.access.policies import Reader
from clinlead.figures.charting import (
    IMPROVEMENT,
    Charted,
    blank,
    has_sizes,
    plotted,
    quiet,
)
from clinlead.figures.keeping import department_months
from clinlead.figures.queries import Wanted, membership
from clinlead.figures.sums import MonthSums, total, unit_of_figure, value_of
from clinlead.improvement.models import Cycle
from clinlead.improvement.policies import LEAST_MONTHS
from clinlead.measures.breaks import breaks_by_measure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.policies import Break
from clinlead.measures.queries import find, read_definition
from clinlead.organisation.models import Department
from clinlead.releases.out import Months, builds, months_seen, released, team_unit
from clinmeasures.association import InterruptedSeries, its
from clinmeasures.definitions import Definition
from clinmeasures.errors import BadInput
from clinmeasures.spc import spc
from clinmeasures.spc.phases import UNLESS_FLAT
from clinmeasures.wording.units import in_words


@dataclass(frozen=True, kw_only=True)
class Around:
    """A measure's months before and after a cycle began, as somebody may see them."""

    definition: Definition
    first_after: str  # the first whole month with the change
    signal_from: str  # the first month of what started it; else the same as first_after
    study_to: str  # the month for which the study was planned
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
        """Up to the month for which the study was planned; the first three, where that is sooner.

        What comes later may be of the next cycle, and nobody chooses the end by looking.
        """
        there = [each for each in self.settled if each.month >= self.first_after]
        planned = [each for each in there if each.month <= self.study_to]
        return planned if len(planned) >= LEAST_MONTHS else there[:LEAST_MONTHS]

    @property
    def compared(self) -> list[MonthSums]:
        """What the lines before and after are drawn through, and what is left out between."""
        return [*self.before, *self.left_out, *self.after]


@dataclass(frozen=True)
class Measured:
    """A wording of a measure under a rule: what is looked up, and what it says."""

    figure: Wanted
    definition: Definition

    @classmethod
    def of(cls, version: MeasureVersion, rule: str) -> "Measured":
        figure = Wanted(version.code, version.version, rule)
        return cls(figure, read_definition(version.definition))


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A cycle’s measure and its balancing one, as a reader sees them and as they are."""

    own: Around | None  # none where the measure has no such wording any more
    live: Around | None  # whatever is computed: for the rule that asks whether there is enough
    balancing: Around | None


def look(cycle: Cycle, reader: Reader) -> Sight:
    """Everything that a cycle’s page, or its study, needs to see, read once."""
    own, balancing = own_measure(cycle), balancing_measure(cycle)
    both = [each for each in (own, balancing) if each]
    breaks = breaks_by_measure(cycle.department_id, [each.figure.measure for each in both])
    live = live_months(cycle.department, [each.figure for each in both])

    def seen(one: Measured | None, *, everything: bool) -> Around | None:
        if one is None:
            return None
        months = (live[one.figure], "") if everything else out_for(reader, cycle, one.figure)
        return around(cycle, one.definition, months, breaks[one.figure.measure])

    inside = builds(reader, cycle.department)
    return Sight(
        own=seen(own, everything=inside),
        live=seen(own, everything=True),
        balancing=seen(balancing, everything=inside),
    )


def own_measure(cycle: Cycle) -> Measured | None:
    """The wording that the cycle was planned with."""
    version = find(cycle.measure, cycle.version)
    return Measured.of(version, cycle.rule) if version else None


def balancing_measure(cycle: Cycle) -> Measured | None:
    """The wording that the department uses today of what must not get worse."""
    if not cycle.balancing:
        return None
    chosen = cycle.department.measures.filter(measure__code=cycle.balancing, ended_on=None)
    choice = chosen.select_related("measure").first()
    return Measured.of(choice.measure, choice.rule) if choice else None


def live_months(
    department: Department, figures: Sequence[Wanted]
) -> Mapping[Wanted, list[MonthSums]]:
    return department_months(membership(department), figures).months if figures else {}


def out_for(reader: Reader, cycle: Cycle, figure: Wanted) -> Months:
    """The released months of this very wording: two wordings are never compared."""
    place = cycle.department
    unit = team_unit(place)
    out = released(place, unit, figure.measure, figure.rule, version=figure.version)
    return months_seen(reader, place, out)


def around(cycle: Cycle, definition: Definition, seen: Months, breaks: Sequence[Break]) -> Around:
    months, hidden = seen
    kept, notes = comparable(months, breaks, cycle.first_month_after)
    begun = cycle.signal_from if definition.code == cycle.measure else ""
    return Around(
        definition=definition,
        first_after=cycle.first_month_after,
        signal_from=begun or cycle.first_month_after,
        study_to=f"{cycle.ends_on:%Y-%m}",
        months=kept,
        breaks=breaks,
        notes=notes,
        hidden=hidden,
    )


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
        denominators=sizes if has_sizes(definition) else None,
        chart=definition.chart,
        improvement=IMPROVEMENT[definition.direction],
        screen=UNLESS_FLAT,
        exclude=sorted(aside),
        baseline=counted if len(found.before) >= 2 else None,
    )
    return replace(chart, series=quiet(series, chart))


def interrupted(found: Around) -> tuple[InterruptedSeries | None, str]:
    """The interrupted time series; or in one sentence why there is none."""
    values = [value_of(each.sums, found.definition) for each in found.compared]
    signal = f"{found.signal_from}-01" if found.left_out else None
    try:
        told = its(
            None,
            date=[f"{each.month}-01" for each in found.compared],
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
