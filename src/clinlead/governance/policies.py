"""Who may plan, read, minute and approve a governance meeting, and close its actions: pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class State(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    APPROVED = "approved"
    CANCELLED = "cancelled"


# Every move there is. A move that is not here does not exist.
MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.APPROVED}),
    State.APPROVED: frozenset(),
    State.CANCELLED: frozenset(),
}
STATES = {
    State.PLANNED: ("planned", "blue"),
    State.HELD: ("held, minutes not approved", "yellow"),
    State.APPROVED: ("minutes approved", "green"),
    State.CANCELLED: ("called off", "grey"),
}
NOT_CHAIR = Refusal(
    Reason.NOT_A_LEAD,
    "The department’s clinical director chairs this; for a division, or where nobody leads the "
    "department, its chief of service.",
)


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """What the rules need to know of a meeting."""

    departments: frozenset[int]  # one, or all of a division
    division: bool = False
    led: bool = True  # somebody leads the department today
    state: State = State.PLANNED
    held_on: date | None = None
    minuted_by_id: int | None = None  # the account that takes the minutes, besides the chair
    versions: int = 0  # of the minutes


def chairs(reader: Reader, meeting: MeetingFacts) -> bool:
    if meeting.division:
        return meeting.departments <= reader.chief_of
    if meeting.led:
        return bool(meeting.departments & reader.leads)
    return bool(meeting.departments & reader.chief_of)


def near_of(reader: Reader) -> frozenset[int]:
    """The departments whose meetings are this person's business; an operational manager's too."""
    managed = reader.stationed if reader.has(Role.OPERATIONS) else frozenset()
    return reader.departments | reader.leads | reader.chief_of | managed


def inside(reader: Reader, meeting: MeetingFacts) -> bool:
    """Members and leads: they read names in minutes, of what was said and who does what."""
    return bool(meeting.departments & (reader.departments | reader.leads))


def why_not_know(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not know of a meeting: its date and agenda."""
    if meeting.departments & near_of(reader) or reader.has(
        Role.DIRECTOR, Role.EXECUTIVE, Role.PROJECT_TEAM
    ):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "This meeting is not yours.")


def why_not_open(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not read its agenda; the project team sees the calendar alone."""
    if meeting.departments & near_of(reader) or reader.has(Role.DIRECTOR, Role.EXECUTIVE):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "The calendar is all that you see of it.")


def why_not_read_minutes(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not read its minutes; before approval they are the writers'."""
    refusal = why_not_open(reader, meeting)
    if refusal or meeting.state is State.APPROVED:
        return refusal
    if why_not_write(reader, meeting) is None or chairs(reader, meeting):
        return None
    return Refusal(Reason.WRONG_STAGE, "The minutes can be read once the chair has approved them.")


def why_not_plan(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not plan a meeting, move it or call it off."""
    if not chairs(reader, meeting):
        return NOT_CHAIR
    if meeting.state is not State.PLANNED:
        return Refusal(Reason.WRONG_STAGE, f"This meeting is {STATES[meeting.state][0]}.")
    return None


def why_not_change_date(reader: Reader, meeting: MeetingFacts, because: str) -> Refusal | None:
    """Why this person may not move a meeting, or call it off."""
    refusal = why_not_plan(reader, meeting)
    if refusal is None and not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; whoever meant to come reads it.")
    return refusal


def why_not_add_item(reader: Reader, meeting: MeetingFacts, text: str) -> Refusal | None:
    """Why this person may not put something on the agenda."""
    if not inside(reader, meeting) and not chairs(reader, meeting):
        return Refusal(Reason.NOT_YOURS, "Members of the department and its chair add items.")
    if meeting.state is not State.PLANNED:
        return Refusal(Reason.WRONG_STAGE, "The agenda is closed once the meeting was held.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what is to be talked about.")
    return None


def why_not_hold(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not say that the meeting was held, and who was there."""
    refusal = why_not_plan(reader, meeting)
    if refusal is None and meeting.held_on is not None and meeting.held_on > reader.on:
        return Refusal(Reason.WRONG_STAGE, "This meeting is still to come. Move it if it was held.")
    return refusal


def why_not_write(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not write the minutes."""
    if not chairs(reader, meeting) and reader.account_id != meeting.minuted_by_id:
        return Refusal(Reason.NOT_YOURS, "The chair writes the minutes, or whom the chair named.")
    if meeting.state is State.HELD:
        return None
    if meeting.state is State.APPROVED:
        return Refusal(
            Reason.ALREADY_DONE,
            "The minutes are approved. What is wrong in them is minuted at the next meeting.",
        )
    return Refusal(Reason.WRONG_STAGE, "Say first that the meeting was held, and who was there.")


def why_not_approve(reader: Reader, meeting: MeetingFacts) -> Refusal | None:
    """Why this person may not approve the minutes."""
    if not chairs(reader, meeting):
        return NOT_CHAIR
    if State.APPROVED not in MOVES[meeting.state]:
        return Refusal(Reason.WRONG_STAGE, f"This meeting is {STATES[meeting.state][0]}.")
    if not meeting.versions:
        return Refusal(Reason.NO_REASON_GIVEN, "Write the minutes before they are approved.")
    return None


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """What the rules need to know of something that a meeting asked somebody to do."""

    meeting: MeetingFacts
    owner_id: int
    closed: bool = False


def why_not_add_action(reader: Reader, meeting: MeetingFacts, text: str) -> Refusal | None:
    """Why this person may not note what somebody is to do."""
    refusal = why_not_write(reader, meeting)
    if refusal is None and not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what is to be done.")
    return refusal


def why_not_close(reader: Reader, action: ActionFacts, words: str) -> Refusal | None:
    """Why this person may not close an action; it is carried forward until somebody does."""
    if reader.account_id != action.owner_id and not chairs(reader, action.meeting):
        return Refusal(Reason.NOT_YOURS, "Its owner closes it, or the chair.")
    if action.closed:
        return Refusal(Reason.ALREADY_DONE, "This action is closed already.")
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what came of it; the next meeting reads it.")
    return None
