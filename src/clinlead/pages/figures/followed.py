"""What followed from a measure’s figures: the department’s decisions and cycles."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.access.policies import Reader
from clinlead.improvement.drawing import event_of
from clinlead.improvement.loop import Remeasured
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import State
from clinlead.improvement.presenters import Row
from clinlead.organisation.models import Department
from clinmeasures.charts import Event

MOST = 10


@dataclass(frozen=True)
class Followed:
    """Newest first. A chart marks the cycles that have begun."""

    decisions: Sequence[Decision]
    rows: Sequence[Row]

    def remeasured(self, measure: str, title: str) -> Remeasured:
        """Where the figure of today stands in the loop."""
        return Remeasured(measure=measure, title=title, cycles=[row.cycle for row in self.rows])

    @property
    def events(self) -> list[Event]:
        begun = [row.cycle for row in self.rows if row.cycle.stage in (State.RUNNING, State.CLOSED)]
        return [event_of(each) for each in reversed(begun)]


NOTHING = Followed((), ())


def followed(reader: Reader, department: Department, measure: str) -> Followed:
    """In two queries."""
    decisions = Decision.objects.visible_to(reader).standing()
    here = decisions.filter(department=department, measure=measure)
    cycles = Cycle.objects.visible_to(reader).filter(department=department, measure=measure)
    return Followed(
        list(here.select_related("release__department", "by__person", "department")[:MOST]),
        [Row.of(each) for each in cycles.select_related("department")[:MOST]],
    )
