"""Who may speak of a measure's wording, redefine it, check, approve and retire it: pure rules."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class State(StrEnum):
    """Where a new version stands. Its text changes only while it is a draft."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# Every move there is. A move that is not here does not exist.
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.CHECKING, State.WITHDRAWN}),
    State.CHECKING: frozenset({State.CHECKED, State.DRAFT, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.APPROVED, State.DECLINED, State.WITHDRAWN}),
    State.APPROVED: frozenset(),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
STATES = {
    State.DRAFT: ("being drafted", "yellow"),
    State.CHECKING: ("waits to be checked", "yellow"),
    State.CHECKED: ("waits for approval", "yellow"),
    State.APPROVED: ("approved", "green"),
    State.DECLINED: ("declined", "grey"),
    State.WITHDRAWN: ("taken back", "grey"),
}
READS_DRAFTS = (Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST, Role.EXECUTIVE)
NOT_AN_ANALYST = Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst drafts and answers this.")
NOT_AN_EXECUTIVE = Refusal(Reason.NOT_YOURS, "Only an executive approves or declines this.")


@dataclass(frozen=True, kw_only=True)
class DraftFacts:
    """What the rules need to know of a new version on its way."""

    state: State = State.DRAFT
    authors: frozenset[int] = frozenset()  # accounts: everybody who wrote in it
    checked_by_id: int | None = None
    departments: frozenset[int] = frozenset()  # that use the measure


@dataclass(frozen=True, kw_only=True)
class FeedbackFacts:
    """What the rules need to know of what somebody said of a wording."""

    answered: bool = False
    taken_up: bool = False  # by a new version on its way


def why_not_comment(reader: Reader, departments: frozenset[int], text: str) -> Refusal | None:
    """Why this person may not say what is wrong with a wording. `departments` use the measure."""
    if not reader.has(Role.DIRECTOR, Role.ANALYST) and not near(reader, departments):
        return Refusal(
            Reason.NOT_YOURS,
            "The clinical directors of departments that use the measure say this, their chiefs, "
            "the medical director and BI analysts; tell one of them.",
        )
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what is wrong with the wording.")
    return None


def near(reader: Reader, departments: frozenset[int]) -> bool:
    """Whether they lead one of these departments, or are chief of it."""
    return bool((reader.leads | reader.chief_of) & departments)


def why_not_answer(reader: Reader, said: FeedbackFacts, answer: str) -> Refusal | None:
    """Why this person may not answer what was said of a wording."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if said.answered:
        return Refusal(Reason.ALREADY_DONE, "This has been answered already.")
    if said.taken_up:
        return Refusal(
            Reason.WRONG_STAGE, "A new version takes it up; approving that version answers it."
        )
    if not answer.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what becomes of it, and why.")
    return None


def why_not_draft(reader: Reader, *, another_runs: bool) -> Refusal | None:
    """Why this person may not begin a new version of a measure."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if another_runs:
        return Refusal(
            Reason.ALREADY_DONE,
            "A new version is on its way; it is approved, declined or taken back first.",
        )
    return None


def why_not_move_to(draft: DraftFacts, state: State) -> Refusal | None:
    """Why a new version cannot come to a state from where it is."""
    if state in MOVES[draft.state]:
        return None
    return Refusal(Reason.WRONG_STAGE, f"This version is {STATES[draft.state][0]}.")


def why_not_edit(reader: Reader, draft: DraftFacts) -> Refusal | None:
    """Why this person may not change the text of a new version."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if draft.state is not State.DRAFT:
        return Refusal(
            Reason.WRONG_STAGE,
            f"This version is {STATES[draft.state][0]}; its text changes only while it is drafted.",
        )
    return None


def why_not_send(reader: Reader, draft: DraftFacts) -> Refusal | None:
    """Why this person may not send a draft to be checked."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    return why_not_move_to(draft, State.CHECKING)


def why_not_check(reader: Reader, draft: DraftFacts) -> Refusal | None:
    """Why this person may not check a new version, or send it back. Nobody checks their own."""
    if not reader.has(Role.ANALYST, Role.DIRECTOR) and not near(reader, draft.departments):
        return Refusal(
            Reason.NOT_YOURS,
            "Another BI analyst checks it, or the clinical director or chief of a department that "
            "uses the measure, or the medical director.",
        )
    if reader.account_id in draft.authors:
        return Refusal(Reason.OWN_WORK, "Somebody else must check what you wrote.")
    return why_not_move_to(draft, State.CHECKED)


def why_not_send_back(reader: Reader, draft: DraftFacts, because: str) -> Refusal | None:
    """Why this person may not send a new version back to its author."""
    refusal = why_not_check(reader, draft)
    if refusal is None and not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what should change.")
    return refusal


def why_not_approve(reader: Reader, draft: DraftFacts) -> Refusal | None:
    """Why this person may not put a new version in the register."""
    if not reader.has(Role.EXECUTIVE):
        return NOT_AN_EXECUTIVE
    if reader.account_id in draft.authors | {draft.checked_by_id}:
        return Refusal(
            Reason.OWN_WORK, "Author, checker and approver are three people; you are one already."
        )
    return why_not_move_to(draft, State.APPROVED)


def why_not_decline(reader: Reader, draft: DraftFacts, because: str) -> Refusal | None:
    """Why this person may not decline a checked version."""
    if not reader.has(Role.EXECUTIVE):
        return NOT_AN_EXECUTIVE
    refusal = why_not_move_to(draft, State.DECLINED)
    if refusal is None and not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; its authors read it.")
    return refusal


def why_not_withdraw(reader: Reader, draft: DraftFacts) -> Refusal | None:
    """Why this person may not take a new version back."""
    if reader.account_id not in draft.authors:
        return Refusal(Reason.NOT_YOURS, "Only somebody who wrote it takes it back.")
    return why_not_move_to(draft, State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """What the rules need to know of a version in the register."""

    approved: bool = True
    retired: bool = False
    used_by: frozenset[int] = frozenset()  # departments, today or from a later month on


def why_not_retire(reader: Reader, version: VersionFacts, because: str) -> Refusal | None:
    """Why this person may not say that no department chooses a version any more."""
    if not reader.has(Role.EXECUTIVE):
        return Refusal(Reason.NOT_YOURS, "Only an executive retires a version.")
    if version.retired or not version.approved:
        return Refusal(Reason.ALREADY_DONE, "This version cannot be chosen already.")
    if version.used_by:
        number = len(version.used_by)
        who = "1 department uses" if number == 1 else f"{number} departments use"
        return Refusal(
            Reason.WRONG_STAGE,
            f"{who} it; they move to another version first.",
        )
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; everybody reads it.")
    return None


@dataclass(frozen=True, kw_only=True)
class MoveFacts:
    """What the rules need to know before a department's figures follow another version."""

    department_id: int
    using: int | None  # the version it uses now; None: it does not use the measure
    to: int
    approved: bool = True
    retired: bool = False
    computed: bool = True  # its figures are there to be looked at first
    month: str = ""  # from which on
    used_since: str = ""  # month in which the present version began
    released_to: str = ""  # the last month that was released


def why_not_move(reader: Reader, move: MoveFacts, because: str) -> Refusal | None:
    """Why this person may not have a department's releases follow another version of a measure."""
    if move.department_id not in reader.leads:
        return Refusal(
            Reason.NOT_A_LEAD, "Only the department's clinical director decides which it follows."
        )
    if move.using is None or move.using == move.to:
        return Refusal(Reason.ALREADY_DONE, "The department follows this version already.")
    if not move.approved or move.retired:
        return Refusal(Reason.NOT_AGREED, "This version cannot be chosen.")
    return why_not_from(move, because)


def why_not_from(move: MoveFacts, because: str) -> Refusal | None:
    """Whether the month will do: released months keep the version they went out with."""
    if not move.computed:
        return Refusal(
            Reason.WRONG_STAGE,
            "Its figures are not computed yet. A BI analyst computes them from the version’s page.",
        )
    if move.month <= move.released_to:
        return Refusal(
            Reason.WRONG_STAGE,
            f"Months up to {move.released_to} are released under the present version and keep it; "
            "choose a later month.",
        )
    if move.month < move.used_since:
        return Refusal(
            Reason.WRONG_STAGE,
            f"The present version is used since {move.used_since}; choose a later month.",
        )
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say where the department decided this.")
    return None
