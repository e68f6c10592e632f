"""What a review is made of: its sides, its domains, where it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clinlead.access.policies import OwnerFacts, Reader, is_owner


class State(StrEnum):
    OPEN = "open"
    SIGNED = "signed"
    CLOSED = "closed without signatures"


class Side(StrEnum):
    """Whose words they are."""

    CLINICIAN = "clinician"
    REVIEWER = "reviewer"
    BOTH = "both"  # what the two agreed


SIDES = frozenset({Side.CLINICIAN, Side.REVIEWER})


class Domain(StrEnum):
    """What a review looks at: the four parts of an individual performance review."""

    OBJECTIVES = "objectives"
    BEHAVIOUR = "behaviour"
    TALENT = "talent"
    AHEAD = "ahead"

    @property
    def words(self) -> str:
        return DOMAINS[self]


DOMAINS = {
    Domain.OBJECTIVES: "Performance against objectives",
    Domain.BEHAVIOUR: "Behaviour and leadership",
    Domain.TALENT: "Talent and development",
    Domain.AHEAD: "Objectives ahead",
}
EVERY_DOMAIN = frozenset(Domain)


class Evidence(StrEnum):
    """The six kinds of supporting information that the GMC asks for, in its order."""

    CPD = "cpd"
    IMPROVEMENT = "improvement"
    EVENTS = "events"
    PATIENTS = "patients"
    COLLEAGUES = "colleagues"
    COMPLIMENTS = "compliments"

    @property
    def words(self) -> str:
        return EVIDENCE[self]


EVIDENCE = {
    Evidence.CPD: "Continuing professional development",
    Evidence.IMPROVEMENT: "Quality improvement activity",
    Evidence.EVENTS: "Significant events",
    Evidence.PATIENTS: "Feedback from patients",
    Evidence.COLLEAGUES: "Feedback from colleagues",
    Evidence.COMPLIMENTS: "Compliments and complaints",
}


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """What the rules need to know of a review."""

    owner: OwnerFacts  # in the department that it belongs to, alone
    held_by_id: int | None = None  # the account of the reviewer; empty: nobody took it up yet
    holder_decides: bool = False  # that account may still decide for the clinician
    state: State = State.OPEN
    written: Mapping[Side, frozenset[Domain]] = field(default_factory=dict)
    handed_over: frozenset[Side] = frozenset()
    met: bool = False
    objectives: int = 0  # that stand
    signed: frozenset[Side] = frozenset()  # the text as it is now
    digest: str = ""  # of the text as it is now
    escalated_to: frozenset[int] = frozenset()  # accounts of HR in an open concern about them

    @property
    def shared(self) -> bool:
        """Whether each may read what the other brings: once both have written."""
        return self.handed_over == SIDES

    def left(self, side: Side) -> list[Domain]:
        """The domains of which a side has not written yet."""
        written = self.written.get(side, frozenset())
        return [each for each in Domain if each not in written]

    def side_of(self, reader: Reader) -> Side:
        return Side.CLINICIAN if is_owner(reader, self.owner) else Side.REVIEWER


MONTHS_BETWEEN = 12  # a review is due a year after the one before, or after somebody came


def due_on(last: date | None, came_on: date) -> date:
    """When a clinician's next review is due."""
    return year_after(last or came_on)


def year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + MONTHS_BETWEEN // 12)
    except ValueError:  # 29 February
        return date(day.year + MONTHS_BETWEEN // 12, 3, 1)
