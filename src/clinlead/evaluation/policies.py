"""Who reads an evaluation, and how somebody who is asked for an interview moves on: pure rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class Group(StrEnum):
    """All that a report says of whoever is quoted: sub-roles of one to three would name people."""

    CD = "CD"
    COS = "CoS"
    MANAGER = "Manager"


class State(StrEnum):
    """How far somebody who is asked for an interview has come."""

    CHOSEN = "chosen"  # in the cohort, not yet invited
    INVITED = "invited"
    REFUSED = "refused"
    CONSENTED = "consented"
    INTERVIEWED = "interviewed"
    WITHDRAWN = "withdrawn"  # consent was taken back; what they gave is deleted


# Every move there is. Whoever refused may still change their mind; whoever withdrew is left alone.
MOVES: dict[State, frozenset[State]] = {
    State.CHOSEN: frozenset({State.INVITED}),
    State.INVITED: frozenset({State.REFUSED, State.CONSENTED}),
    State.REFUSED: frozenset({State.CONSENTED}),
    State.CONSENTED: frozenset({State.INTERVIEWED, State.WITHDRAWN}),
    State.INTERVIEWED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


class Because(StrEnum):
    """Why somebody does not want to be interviewed."""

    TIME = "no time"
    NOT_INVOLVED = "not involved enough"
    CONFIDENCE = "worried about confidentiality"
    LEFT = "left the post"
    NO_REASON = "gave no reason"
    OTHER = "another reason"


NOT_YOURS = Refusal(Reason.NOT_THEIRS_TO_SEE, "An evaluation is read by its evaluator alone.")


def may_read(reader: Reader, evaluator_id: int) -> bool:
    """Whether a study is theirs: its evaluator's alone, while they hold that role."""
    return reader.has(Role.EVALUATOR) and reader.account_id == evaluator_id


def why_not_begin(reader: Reader) -> Refusal | None:
    """Why this person may not begin a study."""
    if reader.has(Role.EVALUATOR):
        return None
    return Refusal(Reason.NOT_YOURS, "Only an independent evaluator begins a study.")


@dataclass(frozen=True, kw_only=True)
class StudyFacts:
    """What the rules need to know of a study."""

    evaluator_id: int


def why_not_read(reader: Reader, study: StudyFacts) -> Refusal | None:
    """Why this person may not know of a study, let alone write in it."""
    return None if may_read(reader, study.evaluator_id) else NOT_YOURS


SHORTEST_PASSPHRASE = 15


def why_not_lock(passphrase: str, *, is_sign_in: bool) -> Refusal | None:
    """Why a study cannot be locked with this passphrase: it is all that stands before names."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        return Refusal(
            Reason.NOT_AGREED, f"Choose at least {SHORTEST_PASSPHRASE} characters: several words."
        )
    if is_sign_in:
        return Refusal(Reason.NOT_AGREED, "Choose another than the one you sign in with.")
    return None


# ---- whoever takes part --------------------------------------------------------------------------

FIRST_REMINDER = timedelta(days=7)  # after the last message without an answer
MOST_REMINDERS = 2  # an invitation is a request, and silence is an answer too


@dataclass(frozen=True, kw_only=True)
class ParticipantFacts:
    """What the rules need to know of somebody in the cohort."""

    state: State
    written_on: date | None = None  # the day of the last invitation or reminder
    reminders: int = 0


def why_not_move(participant: ParticipantFacts, to: State) -> Refusal | None:
    """Why somebody's state cannot become another."""
    if to in MOVES[participant.state]:
        return None
    return Refusal(Reason.WRONG_STAGE, f"Somebody who is {participant.state} cannot become {to}.")


def why_not_correct(participant: ParticipantFacts) -> Refusal | None:
    """Why somebody's name and address cannot be mended."""
    if participant.state is not State.WITHDRAWN:
        return None
    return Refusal(Reason.WRONG_STAGE, "They withdrew; who they were is deleted.")


def why_not_invite(participant: ParticipantFacts) -> Refusal | None:
    """Why somebody is not invited; where the first letter was not taken, another may go out."""
    unsent = participant.state is State.INVITED and participant.written_on is None
    if participant.state is State.CHOSEN or unsent:
        return None
    return Refusal(Reason.ALREADY_DONE, "They have been invited already.")


def why_not_remind(participant: ParticipantFacts, on: date) -> Refusal | None:
    """Why somebody is not reminded: they answered, not yet, or often enough."""
    if participant.state is not State.INVITED or participant.written_on is None:
        return Refusal(Reason.WRONG_STAGE, f"They are {participant.state}; no reminder is due.")
    if participant.reminders >= MOST_REMINDERS:
        return Refusal(
            Reason.ALREADY_DONE, f"They were reminded {participant.reminders} times; let it be."
        )
    due = participant.written_on + FIRST_REMINDER
    if on < due:
        return Refusal(Reason.WINDOW_CLOSED, f"Wait for an answer until {due.isoformat()}.")
    return None


def why_not_refuse(participant: ParticipantFacts, because: str) -> Refusal | None:
    """Why a refusal cannot be recorded; whoever gives no reason has that for one."""
    if because not in set(Because):
        return Refusal(Reason.NO_REASON_GIVEN, "Choose a reason; “gave no reason” is one.")
    return why_not_move(participant, State.REFUSED)


def why_not_plan(participant: ParticipantFacts) -> Refusal | None:
    """Why no interview is planned or held: consent comes first."""
    if participant.state in (State.CONSENTED, State.INTERVIEWED):
        return None
    return Refusal(Reason.WRONG_STAGE, "They have not consented, so there is no interview.")


def why_not_hold(participant: ParticipantFacts, held_on: date, today: date) -> Refusal | None:
    """Why an interview cannot be recorded as held."""
    if held_on > today:
        return Refusal(Reason.WINDOW_CLOSED, "That day has not come.")
    return why_not_plan(participant)


def why_not_take_in(participant: ParticipantFacts, text: str) -> Refusal | None:
    """Why a transcript cannot be taken in."""
    if participant.state is not State.INTERVIEWED:
        return Refusal(Reason.WRONG_STAGE, "Record the interview first.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "There is no text in it.")
    return None


def why_not_write_consent(text: str, before: str) -> Refusal | None:
    """Why a consent text is not kept as another version."""
    if not text:
        return Refusal(Reason.NO_REASON_GIVEN, "Write the text that people consent to.")
    if text == before:
        return Refusal(Reason.ALREADY_DONE, "This is the version in use, word for word.")
    return None


# ---- questionnaires ------------------------------------------------------------------------------


class VersionState(StrEnum):
    """Where a wording of a questionnaire stands."""

    DRAFT = "draft"
    IN_USE = "in use"
    RETIRED = "retired"


class RoundKind(StrEnum):
    """Why a wording is looked at before, or while, it is used."""

    VALIDATION = "content validation"  # by people in named roles who are not otherwise involved
    INTERIM = "interim analysis"  # of the first interviews, by the evaluator


RELEVANCE = range(1, 5)  # 1 not relevant, 4 very relevant: the usual scale of content validity
RELEVANT_FROM = 3


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """What the rules need to know of a wording."""

    state: VersionState
    questions: int = 0
    validated: bool = False  # a round of content validation has ended, on this or an earlier one
    round_open: bool = False
    unanswered: int = 0  # comments on this wording about which nothing is said yet


def why_not_edit(version: VersionFacts) -> Refusal | None:
    """Why a wording cannot be changed: whoever answered it answered these words."""
    if version.state is VersionState.DRAFT:
        return None
    return Refusal(Reason.WRONG_STAGE, f"This version is {version.state}; write another one.")


def why_not_use(version: VersionFacts) -> Refusal | None:
    """Why a wording cannot be put into use."""
    refusal = why_not_edit(version)
    if refusal:
        return refusal
    if not version.questions:
        return Refusal(Reason.NOT_AGREED, "There is no question in it.")
    if version.round_open:
        return Refusal(Reason.NOT_AGREED, "End the round that is going on first.")
    if not version.validated:
        return Refusal(Reason.NOT_AGREED, "Have its content validated first.")
    if version.unanswered:
        return Refusal(Reason.NOT_AGREED, "Say what was done about every comment first.")
    return None


def why_not_comment(*, role: str, text: str, relevance: int | None, ended: bool) -> Refusal | None:
    """Why a comment of a round is not kept."""
    if ended:
        return Refusal(Reason.WINDOW_CLOSED, "This round has ended.")
    if not role.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say which role it comes from; never a name.")
    if not text.strip() and relevance is None:
        return Refusal(Reason.NO_REASON_GIVEN, "Say how relevant it is, or what they said.")
    if relevance is not None and relevance not in RELEVANCE:
        return Refusal(Reason.NOT_AGREED, "Relevance is from 1 (not) to 4 (very).")
    return None


def why_not_end_round(*, learned: str, comments: int, kind: RoundKind) -> Refusal | None:
    if kind is RoundKind.VALIDATION and not comments:
        return Refusal(Reason.NOT_AGREED, "Nobody has commented yet.")
    return None if learned.strip() else Refusal(Reason.NO_REASON_GIVEN, "Say what was learned.")


def why_not_open_form(version: VersionFacts, *, is_form: bool, open_now: bool) -> Refusal | None:
    """Why a form cannot be opened to those who have its link."""
    if not is_form:
        return Refusal(Reason.NOT_AGREED, "An interview guide is not filled in on line.")
    if version.state is not VersionState.IN_USE:
        return Refusal(Reason.WRONG_STAGE, "Put this version into use first.")
    if open_now:
        return Refusal(Reason.ALREADY_DONE, "It is open already.")
    return None


def why_not_fill_in(*, closes_on: date, closed: bool, today: date) -> Refusal | None:
    if closed or today > closes_on:
        return Refusal(Reason.WINDOW_CLOSED, "This form is closed. Thank you for coming.")
    return None
