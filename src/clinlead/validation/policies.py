"""Who may see, confirm, challenge, answer, settle and audit a record: pure rules."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinlead.access.policies import STRANGER, Reader, Reason, Refusal, Role


class ChallengeReason(StrEnum):
    """The short list that a challenge is chosen from; free text goes beside it."""

    NOT_MINE = "not mine"
    MISSING = "missing"
    WRONG_DATE = "wrong date"
    WRONG_CODE = "wrong code"
    DUPLICATE = "duplicate"
    OTHER = "other"

    @property
    def label(self) -> str:
        return REASON_WORDS[self]

    @property
    def about_whom(self) -> bool:
        """Whether it asks whose patient this was, rather than what the record says."""
        return self in {ChallengeReason.NOT_MINE, ChallengeReason.MISSING}


REASON_WORDS = {
    ChallengeReason.NOT_MINE: "This patient was not mine",
    ChallengeReason.MISSING: "A patient of mine is missing",
    ChallengeReason.WRONG_DATE: "A date or time is wrong",
    ChallengeReason.WRONG_CODE: "A diagnosis, procedure or other detail is wrong",
    ChallengeReason.DUPLICATE: "This record is here twice",
    ChallengeReason.OTHER: "Something else is wrong",
}


class ChallengeState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# Every move there is. A settled challenge is never opened again: a new one is raised.
MOVES: dict[ChallengeState, frozenset[ChallengeState]] = {
    ChallengeState.OPEN: frozenset(
        {ChallengeState.ACCEPTED, ChallengeState.DECLINED, ChallengeState.WITHDRAWN}
    ),
    ChallengeState.ACCEPTED: frozenset(),
    ChallengeState.DECLINED: frozenset(),
    ChallengeState.WITHDRAWN: frozenset(),
}


class Agreement(StrEnum):
    """What the colleague says whose figures a challenge would change."""

    NOT_NEEDED = "not needed"
    ASKED = "asked"
    AGREED = "agreed"
    DISPUTED = "disputed"


class RecordState(StrEnum):
    """What an owner has said of a record. Shown apart everywhere: silence is not agreement."""

    CONFIRMED = "confirmed"
    SILENT = "accepted by silence"
    CHALLENGED = "challenged"
    NOT_YET = "not checked yet"


class Outcome(StrEnum):
    """What an audit of one record found."""

    RIGHT = "right"
    WRONG = "wrong"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What the rules need to know of a record."""

    owner_ids: frozenset[int] = frozenset()  # people it counts for, under any rule used
    departments: frozenset[int] = frozenset()  # theirs, and those of pools it counts for
    asked_ids: frozenset[int] = frozenset()  # colleagues asked about it by an open challenge
    settled_by_chief: frozenset[int] = frozenset()  # departments whose chief must settle one now
    settled_by_director: bool = False
    settled_by_lead: frozenset[int] = frozenset()  # departments whose lead must settle one now
    joined: bool = False  # a day of a job plan, worked out of other records


@dataclass(frozen=True, kw_only=True)
class ChallengeFacts:
    """What the rules need to know of a challenge."""

    state: ChallengeState = ChallengeState.OPEN
    reason: ChallengeReason
    department_id: int
    raised_by_id: int  # the account
    person_id: int  # whose figures it was raised for
    asked_id: int | None = None  # the colleague who must agree or dispute
    says: Agreement = Agreement.NOT_NEEDED
    lead_ids: frozenset[int] = frozenset()  # people who lead the department now
    chief_ids: frozenset[int] = frozenset()  # people who are its chief now
    past_chief_ids: frozenset[int] = frozenset()  # chiefs of any division, and medical directors
    due_on: date
    settled_words: str = ""  # who settled it, how and when

    @property
    def involved_ids(self) -> frozenset[int]:
        return frozenset(one for one in (self.person_id, self.asked_id) if one is not None)

    @property
    def past_the_lead(self) -> bool:
        """A clinical director's own case or one past chiefs, and that of a department without a
        lead.
        """
        return not self.lead_ids or bool(self.lead_ids & self.involved_ids) or self.directors_cases

    @property
    def directors_cases(self) -> bool:
        """A chief is involved in it, or a medical director."""
        return bool((self.chief_ids | self.past_chief_ids) & self.involved_ids)

    @property
    def with_chief(self) -> bool:
        return self.past_the_lead and not self.with_director

    @property
    def with_director(self) -> bool:
        return self.past_the_lead and (not self.chief_ids or self.directors_cases)


@dataclass(frozen=True, kw_only=True)
class WindowFacts:
    """What the rules need to know of the window in which an owner checks their records."""

    department_id: int
    opens_on: date
    last_day: date | None  # this owner's own last day, absences added; None while they are away


def why_not_see_record(reader: Reader, record: RecordFacts, stated: str = "") -> Refusal | None:
    """Why this person may not open a record. The lead must say why first; it is logged."""
    if reader.person_id is not None and reader.person_id in record.owner_ids | record.asked_ids:
        return None
    if reader.has(Role.ANALYST) or reader.chief_of & record.settled_by_chief:
        return None
    if reader.has(Role.DIRECTOR) and record.settled_by_director:
        return None
    if not reader.leads & record.departments:
        return STRANGER
    if not stated.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Say why you need to open this record; its owner will read it."
        )
    return None


def why_not_challenge(reader: Reader, record: RecordFacts) -> Refusal | None:
    """Why this person may not say that a record is wrong: only its owners may."""
    if record.joined:
        return Refusal(
            Reason.WRONG_STAGE,
            "A day of a job plan is joined from lists, clinics, leave and the plan. Challenge the "
            "record it came from, or ask for the plan or the leave to be put right.",
        )
    if reader.person_id is not None and reader.person_id in record.owner_ids:
        return None
    return Refusal(Reason.NOT_YOURS, "Only someone this record counts for can challenge it.")


def why_not_claim(reader: Reader, *, counts_already: bool = False) -> Refusal | None:
    """Why this person may not claim a record that is missing from their figures."""
    if reader.person_id is None or not reader.has(Role.CLINICIAN):
        return Refusal(
            Reason.NOT_YOURS, "Only a clinician can say that a patient of theirs is missing."
        )
    if counts_already:
        return Refusal(Reason.ALREADY_DONE, "This record already counts for you.")
    return None


def why_not_confirm(reader: Reader, window: WindowFacts, *, owned: bool) -> Refusal | None:
    """Why this person may not confirm a record in a window now."""
    if reader.person_id is None or not owned:
        return Refusal(Reason.NOT_YOURS, "You can only confirm records that count for you.")
    return why_window_is_shut(window, reader.on)


def why_window_is_shut(window: WindowFacts, today: date) -> Refusal | None:
    """Why nothing can be confirmed in this window today."""
    if today < window.opens_on:
        return Refusal(Reason.WINDOW_CLOSED, "The time to check these records has not begun.")
    if window.last_day is not None and today > window.last_day:
        return Refusal(
            Reason.WINDOW_CLOSED,
            "The time to check these records is over. You can still challenge a record.",
        )
    return None


def why_not_open_window(reader: Reader, department_id: int) -> Refusal | None:
    """Why this person may not ask a department to check its records."""
    if department_id in reader.leads or reader.has(Role.ANALYST):
        return None
    return Refusal(
        Reason.NOT_A_LEAD, "Only the department's clinical director or an analyst can do this."
    )


def why_not_see_challenge(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    """Why this person may not follow a challenge."""
    if reader.account_id == challenge.raised_by_id or reader.person_id in challenge.involved_ids:
        return None
    if challenge.department_id in reader.leads or reader.has(Role.ANALYST):
        return None
    if challenge.with_chief and challenge.department_id in reader.chief_of:
        return None
    return None if challenge.with_director and reader.has(Role.DIRECTOR) else STRANGER


def why_not_settle(
    reader: Reader, challenge: ChallengeFacts, *, accept: bool = False
) -> Refusal | None:
    """Why this person may not settle a challenge now. Nobody settles their own."""
    return (
        why_closed(challenge)
        or _why_own(reader, challenge)
        or _why_not_the_settler(reader, challenge)
        or (_why_answer_is_awaited(reader, challenge) if accept else None)
    )


def why_closed(challenge: ChallengeFacts) -> Refusal | None:
    """Why nothing more can be done to a challenge."""
    if challenge.state is ChallengeState.OPEN:
        return None
    return Refusal(Reason.ALREADY_DONE, challenge.settled_words or f"Already {challenge.state}.")


def _why_own(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    if reader.person_id is not None and reader.person_id in challenge.involved_ids:
        return Refusal(Reason.OWN_CASE, "Nobody settles a challenge about their own figures.")
    if reader.account_id == challenge.raised_by_id:
        return Refusal(Reason.OWN_WORK, "Nobody settles a challenge that they raised themselves.")
    return None


def _why_not_the_settler(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    if not challenge.reason.about_whom and reader.has(Role.ANALYST):
        return None
    if challenge.with_director:
        return None if reader.has(Role.DIRECTOR) else _only(DIRECTOR)
    if challenge.with_chief:
        chief = challenge.department_id in reader.chief_of
        return None if chief else _only("the chief of service")
    if challenge.department_id in reader.leads:
        return None
    return _only("the department's clinical director")


DIRECTOR = "a medical director whose own it is not"


def _only(who: str) -> Refusal:
    return Refusal(Reason.NOT_A_LEAD, f"Only {who} can settle this. You can add what you found.")


def _why_answer_is_awaited(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    if challenge.says is not Agreement.ASKED or reader.on > challenge.due_on:
        return None
    until = f"{challenge.due_on.day} {challenge.due_on:%B %Y}"
    return Refusal(
        Reason.NOT_AGREED,
        f"The colleague it would move to or from has not answered. They have until {until}.",
    )


def why_not_answer(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    """Why this person may not agree to or dispute a transfer."""
    if challenge.asked_id is None or reader.person_id != challenge.asked_id:
        return Refusal(Reason.NOT_YOURS, "Only the colleague who was asked can answer.")
    return why_closed(challenge)


def why_not_withdraw(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    """Why this person may not take a challenge back."""
    if reader.account_id != challenge.raised_by_id:
        return Refusal(Reason.NOT_YOURS, "Only the person who raised it can withdraw it.")
    return why_closed(challenge)


def why_not_investigate(reader: Reader, challenge: ChallengeFacts) -> Refusal | None:
    """Why this person may not add what they found, or say which value should change."""
    own = _why_own(reader, challenge)
    if own is not None:
        return own
    if reader.has(Role.ANALYST) or _why_not_the_settler(reader, challenge) is None:
        return why_closed(challenge)
    return Refusal(
        Reason.NOT_AN_ANALYST, "Only an analyst, or whoever settles it, can add what they found."
    )


def why_not_audit(reader: Reader) -> Refusal | None:
    """Why this person may not draw or check a sample of unchallenged records."""
    if reader.has(Role.ANALYST):
        return None
    return Refusal(Reason.NOT_AN_ANALYST, "Only an analyst checks the sample.")


def why_not_check_sample(reader: Reader, person_id: int) -> Refusal | None:
    """Why this person may not say what the audit of somebody's record found."""
    refusal = why_not_audit(reader)
    if refusal is None and reader.person_id == person_id:
        return Refusal(Reason.OWN_CASE, "Nobody audits their own records.")
    return refusal


def why_not_count(reader: Reader) -> Refusal | None:
    """Why this person may not see how many challenges there are, without names."""
    if reader.has(Role.PROJECT_TEAM, Role.EXECUTIVE, Role.ANALYST):
        return None
    return STRANGER


def why_not_see_queue(reader: Reader) -> Refusal | None:
    """Why this person has no challenges to settle or investigate."""
    if reader.leads or reader.chief_of or reader.has(Role.ANALYST, Role.DIRECTOR):
        return None
    return STRANGER
