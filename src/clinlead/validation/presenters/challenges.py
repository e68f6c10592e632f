"""Challenges: a line in a list, what would change, what happened to one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clinlead.access.policies import Reader
from clinlead.history.queries import entries_of as entries_of_object
from clinlead.validation.models import Challenge, Change
from clinlead.validation.policies import (
    Agreement,
    ChallengeReason,
    ChallengeState,
)
from clinlead.validation.records import label
from clinlead.validation.wording import stored_in_words
from clinmeasures.activity.record_types import RECORD_TYPES

CHALLENGE_TAGS = {
    ChallengeState.OPEN: "purple",
    ChallengeState.ACCEPTED: "green",
    ChallengeState.DECLINED: "grey",
    ChallengeState.WITHDRAWN: "white",
}


@dataclass(frozen=True, kw_only=True)
class ChallengeLine:
    """One challenge in a list."""

    id: int
    href: str
    title: str
    who: str
    what: str
    tag: str
    state: str
    due: date
    overdue: bool
    waits_for: str


def challenge_line(challenge: Challenge, reader: Reader) -> ChallengeLine:
    is_open = challenge.state == ChallengeState.OPEN
    blind = is_blind(challenge, reader)
    named = challenge.named if blind else challenge.key or challenge.named
    return ChallengeLine(
        id=challenge.pk,
        href=challenge.get_absolute_url(),
        title=challenge.get_reason_display(),
        who=challenge.person.name,
        what=named or "a patient who is not in the records",
        tag=CHALLENGE_TAGS[ChallengeState(challenge.state)],
        state=challenge.state,
        due=challenge.due_on,
        overdue=is_open and challenge.due_on < reader.on,
        waits_for="" if not is_open else "a decision" if blind else waits_for(challenge),
    )


def is_blind(challenge: Challenge, reader: Reader) -> bool:
    """A claimant is not told whose a record is, nor whether it is there, until it is theirs."""
    return (
        challenge.reason == ChallengeReason.MISSING
        and challenge.raised_by_id == reader.account_id
        and challenge.state != ChallengeState.ACCEPTED
    )


def waits_for(challenge: Challenge) -> str:
    if challenge.asked and challenge.asked_says == Agreement.ASKED:
        return f"{challenge.asked.name} to answer"
    return "somebody to find the record" if not challenge.key else "a decision"


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    id: int
    what: str
    record: str
    old: str
    new: str
    corrected: bool


def change_lines(changes: Iterable[Change], names: Mapping[str, str]) -> list[ChangeLine]:
    """Each value that would change: what the source says, what is proposed."""

    def said(text: str | None, field: str) -> str:
        is_person = field in CLINICIAN_FIELDS
        if text is None:
            return "nobody (unattributed)" if is_person else "nothing (blank)"
        if is_person:
            return f"{names[text]} ({text})" if text in names else text
        return stored_in_words(text)

    return [
        ChangeLine(
            id=one.pk,
            what=label(one.field),
            record=f"{one.dataset} {one.key.replace('|', ', ')}",
            old=said(one.old, one.field),
            new=said(one.new, one.field),
            corrected=one.correction_id is not None,
        )
        for one in changes
    ]


CLINICIAN_FIELDS = frozenset(
    name for each in RECORD_TYPES.values() for name in each.clinician_columns
)


HAPPENED = {
    "challenge raised": "raised this challenge",
    "claim raised": "said that this patient was theirs",
    "claimed record found": "found the record",
    "transfer answered": "answered",
    "evidence added": "added what they found",
    "change proposed": "said what should change",
    "challenge accepted": "accepted it",
    "challenge declined": "declined it",
    "challenge withdrawn": "withdrew it",
}


@dataclass(frozen=True)
class Happening:
    at: datetime
    who: str
    what: str
    why: str


def happenings(challenge: Challenge) -> list[Happening]:
    """Everything that was done to a challenge, oldest first; readings are shown elsewhere."""
    return [
        Happening(
            at=entry.at,
            who=str(entry.by or "the host"),
            what=HAPPENED[entry.act],
            why=said_in(entry.facts),
        )
        for entry in entries_of_object("challenge", challenge.pk)
        if entry.act in HAPPENED
    ]


def said_in(facts: Mapping | None) -> str:
    details = (facts or {}).get("details", {})
    return str(details.get("because") or details.get("says") or "")
