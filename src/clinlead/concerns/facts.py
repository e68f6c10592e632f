"""What a concern is: its steps in order, the seats in it, and where it stands. Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clinlead.access.policies import OwnerFacts, Reader


class StepKind(StrEnum):
    """What a step is for. The causes come in this order, and the person last of them."""

    DATA = "data"
    CASE_MIX = "case-mix"
    STRUCTURE = "structure"
    PERSON = "person"
    SUPPORT = "support"
    CHIEF = "chief"
    OUTSIDE = "outside"


EXPLORES = (StepKind.DATA, StepKind.CASE_MIX, StepKind.STRUCTURE, StepKind.PERSON)
IN_ORDER = (*EXPLORES, StepKind.SUPPORT, StepKind.CHIEF, StepKind.OUTSIDE)


class Part(StrEnum):
    """Somebody's seat in a concern."""

    LEAD = "lead"  # whoever decides for the clinician in their department
    CHIEF = "chief"
    REVIEWER = "reviewer"  # from outside the department
    HR = "hr"
    SECOND = "second"  # the medical director who reviewed a bypass

    @property
    def words(self) -> str:
        return PARTS[self]


PARTS = {
    Part.LEAD: "clinical director",
    Part.CHIEF: "chief of service",
    Part.REVIEWER: "reviewer from outside the department",
    Part.HR: "HR manager",
    Part.SECOND: "medical director",
}
WORKS_ON = {  # whose step it is
    **dict.fromkeys((*EXPLORES, StepKind.SUPPORT), frozenset({Part.LEAD})),
    StepKind.CHIEF: frozenset({Part.CHIEF}),
    StepKind.OUTSIDE: frozenset({Part.REVIEWER, Part.HR}),
}
CALLS_IN = {StepKind.CHIEF: Part.LEAD, StepKind.OUTSIDE: Part.CHIEF}  # who brings the next in
CALLED_IN = {StepKind.CHIEF: Part.CHIEF, StepKind.OUTSIDE: Part.REVIEWER}


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    HANDED_OVER = "handed over"


# Every move there is. A closed concern is never opened again: another one is, by a person.
MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.CLOSED, State.HANDED_OVER}),
    State.CLOSED: frozenset(),
    State.HANDED_OVER: frozenset(),
}


class Bypass(StrEnum):
    """Where a patient-safety bypass stands."""

    NONE = "none"
    PENDING = "pending"  # used, and waits for a second person
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True)
class Seat:
    part: Part
    account_id: int
    in_office: bool  # whoever has it still holds the office that it belongs to


@dataclass(frozen=True, kw_only=True)
class ConcernFacts:
    """What the rules need to know of a concern."""

    owner: OwnerFacts  # in its department alone
    state: State = State.OPEN
    kind: StepKind | None = StepKind.DATA  # of the step it is at; None: every step is done
    seats: tuple[Seat, ...] = field(default_factory=tuple)
    answered: bool = False  # the clinician, since the last step
    answer_by: date | None = None  # the last day of their time; None: it stands still, on leave
    supported: bool = False  # support was offered, and its result is recorded
    bypass: Bypass = Bypass.NONE
    bypass_by_id: int | None = None

    @property
    def bypassed(self) -> bool:
        return self.bypass in {Bypass.PENDING, Bypass.UPHELD}

    def sits(self, reader: Reader) -> frozenset[Part]:
        """The seats that this person has, and holds the office for."""
        return frozenset(
            one.part for one in self.seats if one.account_id == reader.account_id and one.in_office
        )

    def filled(self, part: Part) -> bool:
        return any(one.part is part and one.in_office for one in self.seats)

    def taken_before(self, part: Part) -> bool:
        return any(one.part is part for one in self.seats)
