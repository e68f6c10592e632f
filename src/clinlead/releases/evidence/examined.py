"""A figure whose innocent explanations are looked for, with what is read of it once for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from clinlead.figures.charting import Charted
from clinlead.figures.presenters import ByRule
from clinlead.figures.queries import Wanted
from clinlead.figures.sums import MonthSums
from clinlead.intake.models import Load
from clinlead.measures.breaks import Breaks
from clinlead.organisation.models import Department
from clinlead.releases.periods import MONTHS_IN_YEAR as YEAR
from clinlead.releases.periods import Period, month_of, number_of
from clinlead.validation.clock import Away
from clinmeasures.definitions import Definition


@dataclass(frozen=True, kw_only=True)
class Examined:
    """Whose figure it is, of what, over which months, on which day."""

    department: Department
    definition: Definition
    wanted: Wanted
    is_team: bool
    units: Mapping[str, int]  # whom it counts: a person's code → their number
    colleagues: Sequence[str]  # the codes of the department's others
    months: Sequence[MonthSums]  # oldest first
    period: tuple[str, ...]  # the months that are looked at
    chart: Charted
    breaks: Breaks  # all that are noted; the chart shows those within it
    reading: str
    loads: Sequence[Load]  # in use, that these months are read from
    rules: Sequence[ByRule]  # the figure under each attribution rule
    on: date
    beside: str | None = None  # colleagues: "unusually high", blank within chance; None: unlike
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)  # month → facts; a year before
    away: Mapping[int, Sequence[Away]] = field(default_factory=dict)  # person → spans of days away

    @cached_property
    def span(self) -> Period:
        return Period(self.period[0], self.period[-1])

    @cached_property
    def year_before(self) -> list[str]:
        first = number_of(self.period[0])
        return [month_of(number) for number in range(first - YEAR, first)]

    @cached_property
    def in_period(self) -> list[MonthSums]:
        return [each for each in self.months if each.month in self.period]

    @cached_property
    def before(self) -> list[MonthSums]:
        """The months before the period: what is usual."""
        return [each for each in self.months if each.month < self.period[0]]
