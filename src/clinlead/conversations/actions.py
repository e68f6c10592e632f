"""Beginning a conversation, and everything that the two write in it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.conversations import policies
from clinlead.conversations.explaining import evidence_then
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import TalkFacts, What
from clinlead.conversations.queries import (
    agreed_facts,
    facts_of,
    newest_agreement,
    other_side,
)
from clinlead.conversations.subjects import Subject
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.releases.reasons import Finding
from clinlead.releases.reasons import Reason as Explanation


@transaction.atomic
def open_conversation(*, about: Subject, by: Account, at: datetime) -> Conversation:
    """Begun by one of the two; where the other began it meanwhile, it is the same one.

    Where a second person who decides for the clinician began it, they are told who holds it.
    """
    reader = reader_of(by, timezone.localdate(at))
    subject = about.facts(reader.on)
    refuse_if(policies.why_not_open(reader, subject))
    owner = policies.is_owner(reader, subject.owner)
    talk, new = Conversation.objects.get_or_create(
        topic=about.topic,
        defaults={
            "person": about.person,
            "department": about.department,
            "subject": about.words,
            "figure": about.figure,
            "signal": about.signal,
            "opened_by": by,
            "opened_at": at,
            "held_by": None if owner else by,
        },
    )
    refuse_if(policies.why_not_join(reader, facts_of(talk, reader.on), str(talk.held_by)))
    if new:
        told(talk, by, at, "Somebody wants to talk something through with you")
        noted("conversation opened", talk, by, at)
    return talk


@transaction.atomic
def say(*, conversation_id: int, text: str, by: Account, at: datetime) -> Said:
    talk = taking_part(conversation_id, text, by, at)
    return added(talk, what=What.WORDS, text=text.strip(), by=by, at=at)


@transaction.atomic
def try_explanation(
    *,
    conversation_id: int,
    reason: Explanation,
    finding: Finding,
    text: str,
    by: Account,
    at: datetime,
) -> Said:
    """An innocent explanation was looked into; the evidence there was for it is kept beside it."""
    talk = taking_part(conversation_id, text, by, at)
    return added(
        talk,
        what=What.TRIED,
        reason=reason,
        finding=finding,
        text=text.strip(),
        evidence=list(evidence_then(talk, reason)),
        by=by,
        at=at,
    )


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What two people agreed, when they met, and when they talk again."""

    met_on: date
    text: str
    next_on: date | None = None


@transaction.atomic
def agree(*, conversation_id: int, agreement: Agreement, by: Account, at: datetime) -> Said:
    """One writes down what was agreed; the other is asked whether it is."""
    talk = taking_part(conversation_id, agreement.text, by, at)
    return added(
        talk,
        what=What.AGREED,
        text=agreement.text.strip(),
        met_on=agreement.met_on,
        next_on=agreement.next_on,
        by=by,
        at=at,
    )


@transaction.atomic
def confirm(*, said_id: int, by: Account, at: datetime) -> Said:
    """The other of the two says that this is what was agreed."""
    said = Said.objects.select_for_update(of=("self",)).get(pk=said_id, what=What.AGREED)
    talk = held(said.conversation_id)
    reader = reader_of(by, timezone.localdate(at))
    facts = agreed_facts(said, newest_agreement(talk))
    refuse_if(policies.why_not_confirm(reader, facts_of(talk, reader.on), facts))
    said.confirmed_by, said.confirmed_at = by, at
    said.save(update_fields=["confirmed_by", "confirmed_at"])
    noted("agreement confirmed", talk, by, at)
    return said


def held(conversation_id: int) -> Conversation:
    """One conversation, locked until the transaction ends."""
    rows = Conversation.objects.select_for_update(of=("self",))
    return rows.select_related("person", "department", "held_by", "figure").get(pk=conversation_id)


def taking_part(conversation_id: int, text: str, by: Account, at: datetime) -> Conversation:
    """The conversation for one of the two; whoever decides now takes up what nobody holds."""
    talk = held(conversation_id)
    reader = reader_of(by, timezone.localdate(at))
    facts = facts_of(talk, reader.on)
    refuse_if(policies.why_not_write(reader, facts, text))
    if not policies.is_owner(reader, facts.owner) and talk.held_by_id != by.pk:
        take_up(talk, facts, by, at)
    return talk


def take_up(talk: Conversation, facts: TalkFacts, by: Account, at: datetime) -> None:
    """By whoever decides for the clinician now: at first, or after the one before left."""
    before = f"Before, it was with {talk.held_by}." if facts.held_by_id else ""
    talk.held_by = by
    talk.save(update_fields=["held_by"])
    Said.objects.create(conversation=talk, what=What.JOINED, text=before, by=by, at=at)
    noted("conversation taken up", talk, by, at)


def added(talk: Conversation, *, by: Account, at: datetime, **fields) -> Said:
    made = Said.objects.create(conversation=talk, by=by, at=at, **fields)
    told(talk, by, at, "There is something new in a conversation with you")
    noted(f"conversation: {made.what}", talk, by, at)
    return made


def told(talk: Conversation, by: Account, at: datetime, words: str) -> None:
    """The other of the two, once a day at most."""
    on = timezone.localdate(at)
    owner = facts_of(talk, on).owner
    tell(
        other_side(talk, owner, by, on),
        key=f"conversation {talk.pk} {by.pk} {on}",
        words=words,
        href=talk.get_absolute_url(),
        at=at,
    )


def noted(act: str, talk: Conversation, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[talk.person_id],
        object_kind="conversation",
        object_id=talk.pk,
    )
