"""Who may decide, run a cycle, join one and write drivers: pure rules, never about a person."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import STRANGER, Reader, Reason, Refusal, Role


class Kind(StrEnum):
    """What is decided of a measure once its figures are out."""

    NO_ACTION = "no-action"
    CORRECT = "correct"
    REDEFINE = "redefine"
    IMPROVE = "improve"
    SPREAD = "spread"

    @property
    def words(self) -> str:
        return KINDS[self]


KINDS = {
    Kind.NO_ACTION: "No action",
    Kind.CORRECT: "Correct the data",
    Kind.REDEFINE: "Redefine the measure",
    Kind.IMPROVE: "Improve",
    Kind.SPREAD: "Learn and spread",
}
STARTS_CYCLES = frozenset({Kind.IMPROVE, Kind.SPREAD})


class State(StrEnum):
    """Where a cycle stands."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"  # studied against its prediction
    CALLED_OFF = "called off"  # stopped without a study


# Every move there is. A move that is not here does not exist.
MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.RUNNING, State.CALLED_OFF}),
    State.RUNNING: frozenset({State.CLOSED, State.CALLED_OFF}),
    State.CLOSED: frozenset(),
    State.CALLED_OFF: frozenset(),
}
OPEN = frozenset({State.PLANNED, State.RUNNING})


class Act(StrEnum):
    """What follows from a study."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    ABANDON = "abandon"


class Towards(StrEnum):
    """Which way a prediction goes."""

    AT_LEAST = "at least"
    AT_MOST = "at most"

    def met(self, value: float, predicted: float) -> bool:
        return value >= predicted if self is Towards.AT_LEAST else value <= predicted


# Months with figures on each side of the start: two set a line, and one is over to judge it by.
LEAST_MONTHS = 3
READS_ALL = (Role.DIRECTOR, Role.ANALYST, Role.PROJECT_TEAM)
SHARES_WITH = (Role.LEAD, Role.STREAM_LEAD)  # who reads what another department shared
COUNTS = (Role.EXECUTIVE,)  # reads numbers alone
NOT_DECIDER = Refusal(
    Reason.NOT_A_LEAD,
    "Only the department’s clinical director does this, or the lead of the stream it is for.",
)
NOT_RUNNER = Refusal(
    Reason.NOT_YOURS,
    "Only whoever runs the cycle does this, or the department’s clinical director.",
)


@dataclass(frozen=True, kw_only=True)
class PlaceFacts:
    """Where something belongs: a department, and perhaps a work stream."""

    department_id: int
    stream_id: int | None = None
    stream_departments: frozenset[int] = frozenset()
    shared: bool = False
    members: frozenset[int] = frozenset()  # accounts that joined and have not left


def decides(reader: Reader, place: PlaceFacts) -> bool:
    """Whether this person leads the department, or the stream it is for."""
    return place.department_id in reader.leads or place.stream_id in reader.streams_led


def belongs(reader: Reader, place: PlaceFacts) -> bool:
    """Whether this person works in the department, or for the stream."""
    here = reader.departments | reader.leads | reader.stationed
    return place.department_id in here or place.stream_id in (
        reader.streams_led | reader.streams_joined | reader.streams_supported
    )


def why_not_open_room(reader: Reader) -> Refusal | None:
    """Why there is no such page as “Improvement” for this person."""
    inside = reader.has(*READS_ALL, *COUNTS, Role.CLINICIAN, Role.LEAD, Role.STREAM_LEAD)
    if inside or reader.has(Role.CHIEF, Role.OPERATIONS, Role.STAFF):
        return None
    return STRANGER


def why_not_see(reader: Reader, place: PlaceFacts) -> Refusal | None:
    """Why this person may not know of a decision or a cycle; None if they may."""
    if reader.has(*READS_ALL) or belongs(reader, place):
        return None
    if place.department_id in reader.chief_of or reader.account_id in place.members:
        return None
    if place.shared and reader.has(*SHARES_WITH):
        return None
    return STRANGER


@dataclass(frozen=True, kw_only=True)
class DecisionFacts:
    """What the rules need to know of a decision, made or to be made."""

    place: PlaceFacts
    released: bool = True  # the release is out, and no later edition replaced it
    measured: bool = True  # it has a figure of the department for this measure
    kind: Kind = Kind.IMPROVE
    because: str = ""
    withdrawn: bool = False


def why_not_decide(reader: Reader, decision: DecisionFacts) -> Refusal | None:
    """Why this person may not decide about a measure of a release."""
    place = decision.place
    if not decides(reader, place):
        return NOT_DECIDER
    if place.stream_id and place.department_id not in place.stream_departments:
        return Refusal(Reason.NOT_AGREED, "The department is not part of this stream.")
    if not decision.released:
        return Refusal(
            Reason.WRONG_STAGE,
            "Decide from figures that are out: these are not released, or a later edition "
            "replaced them.",
        )
    if not decision.measured:
        return Refusal(
            Reason.WRONG_STAGE, "This release has no figure of the department for this measure."
        )
    if not decision.because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the department reads it.")
    return None


def why_not_withdraw(reader: Reader, decision: DecisionFacts, because: str) -> Refusal | None:
    """Why this person may not take a decision back. It stays in the list with the reason."""
    if not decides(reader, decision.place):
        return NOT_DECIDER
    if decision.withdrawn:
        return Refusal(Reason.ALREADY_DONE, "This decision was withdrawn already.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the department reads it.")
    return None


def why_not_share_decision(reader: Reader, decision: DecisionFacts) -> Refusal | None:
    """Why this person may not let other departments’ directors read a decision."""
    if not decides(reader, decision.place):
        return NOT_DECIDER
    if decision.place.shared:
        return Refusal(Reason.ALREADY_DONE, "It is shared already.")
    if decision.withdrawn or decision.kind is not Kind.SPREAD:
        return Refusal(Reason.WRONG_STAGE, "Only what is to be learned and spread is shared.")
    return None


@dataclass(frozen=True, kw_only=True)
class CycleFacts:
    """What the rules need to know of a cycle."""

    place: PlaceFacts
    owner_id: int  # the account that runs it
    state: State = State.PLANNED
    predicted: bool = True  # with a number
    months_before: int = LEAST_MONTHS
    months_after: int = LEAST_MONTHS
    months_seen: int = LEAST_MONTHS  # of those after, by whoever asks: others are not released
    said: bool = True  # what happened, and what was learned


def why_not_plan(reader: Reader, decision: DecisionFacts) -> Refusal | None:
    """Why this person may not start a cycle from a decision."""
    if not decides(reader, decision.place):
        return NOT_DECIDER
    if decision.withdrawn:
        return Refusal(Reason.WRONG_STAGE, "This decision was withdrawn.")
    if decision.kind not in STARTS_CYCLES:
        return Refusal(
            Reason.WRONG_STAGE, f"“{decision.kind.words}” starts no cycle; decide to improve."
        )
    return None


def why_not_run(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not lead a cycle on: its owner while they work here, or who decides."""
    if decides(reader, cycle.place):
        return None
    if reader.account_id == cycle.owner_id and belongs(reader, cycle.place):
        return None
    return NOT_RUNNER


def why_not_move(reader: Reader, cycle: CycleFacts, to: State) -> Refusal | None:
    refusal = why_not_run(reader, cycle)
    if refusal:
        return refusal
    if to not in MOVES[cycle.state]:
        return Refusal(Reason.ALREADY_DONE, f"This cycle is {cycle.state}.")
    return None


def why_not_change(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why a cycle's plan may not be changed now: a prediction is not moved once it is tested."""
    refusal = why_not_run(reader, cycle)
    if refusal or cycle.state is State.PLANNED:
        return refusal
    return Refusal(
        Reason.WRONG_STAGE,
        f"This cycle is {cycle.state}: its plan and prediction stay as they are.",
    )


def why_not_start(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not start a planned cycle."""
    return why_not_move(reader, cycle, State.RUNNING) or why_no_prediction(cycle)


def why_no_prediction(cycle: CycleFacts) -> Refusal | None:
    if cycle.predicted:
        return None
    return Refusal(
        Reason.NOT_AGREED,
        "Write the prediction with a number first: without one nothing can be learned from it.",
    )


def why_not_study(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not close a cycle with its study."""
    return (
        why_not_move(reader, cycle, State.CLOSED)
        or why_no_prediction(cycle)
        or why_too_little_data(cycle)
        or why_too_few_seen(cycle)
        or why_unsaid(cycle)
    )


def why_too_little_data(cycle: CycleFacts) -> Refusal | None:
    """Whether there are months enough on both sides of the start."""
    if min(cycle.months_before, cycle.months_after) >= LEAST_MONTHS:
        return None
    return Refusal(
        Reason.GATE_NOT_PASSED,
        f"A study needs {LEAST_MONTHS} complete months with figures before the start and "
        f"{LEAST_MONTHS} after it, because two set a line and one is over to judge it by. There "
        f"are {cycle.months_before} before and {cycle.months_after} after.",
    )


def why_too_few_seen(cycle: CycleFacts) -> Refusal | None:
    """Whether the months after the start are out for this person: nobody studies the unreleased."""
    if cycle.months_seen >= LEAST_MONTHS:
        return None
    return Refusal(
        Reason.GATE_NOT_PASSED,
        f"Only {cycle.months_seen} of the months after the start are released to you, and a study "
        f"needs {LEAST_MONTHS}. The department’s clinical director can study it now, or you once "
        "they are out.",
    )


def why_unsaid(cycle: CycleFacts) -> Refusal | None:
    if cycle.said:
        return None
    return Refusal(Reason.NO_REASON_GIVEN, "Say what happened and what you learned.")


def why_not_call_off(reader: Reader, cycle: CycleFacts, because: str) -> Refusal | None:
    """Why this person may not stop a cycle without a study."""
    refusal = why_not_move(reader, cycle, State.CALLED_OFF)
    if refusal:
        return refusal
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; whoever joined it reads it.")
    return None


def why_not_follow(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not plan the next cycle of a ramp."""
    refusal = why_not_run(reader, cycle)
    if refusal:
        return refusal
    if cycle.state is not State.CLOSED:
        return Refusal(Reason.WRONG_STAGE, "The next cycle follows once this one is studied.")
    return None


def why_not_share_cycle(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not let other departments’ directors read a cycle."""
    if not decides(reader, cycle.place):
        return NOT_DECIDER
    if cycle.place.shared:
        return Refusal(Reason.ALREADY_DONE, "It is shared already.")
    if cycle.state is not State.CLOSED:
        return Refusal(Reason.WRONG_STAGE, "A cycle is shared once it is studied.")
    return None


def why_not_join(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    """Why this person may not take part in a cycle."""
    if not belongs(reader, cycle.place):
        return Refusal(
            Reason.NOT_YOURS, "Those who work in the department, or for the stream, can join."
        )
    if cycle.state not in OPEN:
        return Refusal(Reason.WRONG_STAGE, f"This cycle is {cycle.state}.")
    if reader.account_id in cycle.place.members:
        return Refusal(Reason.ALREADY_DONE, "You have joined already.")
    return None


def why_not_leave(reader: Reader, cycle: CycleFacts) -> Refusal | None:
    if reader.account_id in cycle.place.members:
        return None
    return Refusal(Reason.NOT_YOURS, "You have not joined this cycle.")


def why_not_hand_over(reader: Reader, cycle: CycleFacts, *, to_belongs: bool) -> Refusal | None:
    """Why a cycle may not get another owner, say because the present one leaves."""
    refusal = why_not_run(reader, cycle)
    if refusal:
        return refusal
    if cycle.state not in OPEN:
        return Refusal(Reason.WRONG_STAGE, f"This cycle is {cycle.state}.")
    if not to_belongs:
        return Refusal(Reason.NOT_AGREED, "Name somebody who works in the department.")
    return None


@dataclass(frozen=True, kw_only=True)
class DriverFacts:
    """What the rules need to know before an outcome's driver diagram is written."""

    departments: frozenset[int]  # of the outcome in force; none where nothing is
    streams: frozenset[int] = frozenset()  # that these departments are part of
    text: str = "words"
    already: bool = False  # the same words stand there, or it has ended


def why_not_write_drivers(reader: Reader, diagram: DriverFacts) -> Refusal | None:
    """Why this person may not add or end a driver or a change idea of an outcome."""
    if not (diagram.departments & reader.leads or diagram.streams & reader.streams_led):
        return Refusal(
            Reason.NOT_A_LEAD,
            "The clinical directors of the outcome’s departments write its drivers, and the leads "
            "of their streams.",
        )
    if diagram.already:
        return Refusal(Reason.ALREADY_DONE, "It stands there already, or has ended.")
    if not diagram.text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write it in a few words.")
    return None
