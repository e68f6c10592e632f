"""Reading conversations: whose they are, what was agreed, and what is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import OuterRef, Q, Subquery

from clinlead.access.deciding import Offices, deciders, owner_in
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role, why_not_decide_for
from clinlead.access.queries import reader_of
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import AgreedFacts, TalkFacts, What, why_not_see
from clinlead.organisation.models import Department, Person

RELATED = ("person", "department", "held_by__person", "opened_by__person")


def facts_of(talk: Conversation, on: date) -> TalkFacts:
    return facts_for(talk, owner_in(talk.person_id, talk.department_id, on), on)


def facts_for(talk: Conversation, owner: OwnerFacts, on: date) -> TalkFacts:
    """Whether whoever holds it may still decide for the clinician; two queries at most."""
    holder = talk.held_by
    decides = holder is not None and why_not_decide_for(reader_of(holder, on), owner) is None
    return TalkFacts(owner=owner, held_by_id=talk.held_by_id, holder_decides=decides)


def visible_to(reader: Reader) -> list[Conversation]:
    """Conversations this person may know of, newest first. Every view starts from here."""
    found = list(Conversation.objects.filter(near(reader)).select_related(*RELATED))
    to_see = sight(reader, found)
    return [one for one in found if why_not_see(reader, to_see(one)) is None]


def near(reader: Reader) -> Q:
    """Where to look for a person’s conversations; `why_not_see` decides on each."""
    found = Q(department__in=reader.leads | reader.chief_of)
    if reader.has(Role.DIRECTOR):  # whose own goes past the chief, or has none
        above = RoleHolding.objects.on(reader.on).leads_and_above()
        found |= Q(person__in=above.values("account__person_id"))
    if reader.person_id is not None:
        found |= Q(person_id=reader.person_id)
    return found


class Between(Protocol):
    """What two people have between them: a conversation, or feedback on one of them."""

    person_id: int
    department_id: int
    held_by: Account | None
    held_by_id: int | None


def sight(
    reader: Reader, found: Iterable[Between], offices: Offices | None = None
) -> Callable[[Between], TalkFacts]:
    """As much as it takes to know whether each of these is this person’s to see; two questions
    for any number."""
    there = offices or Offices(reader.on)
    others = {one.held_by for one in found if one.held_by and is_others(one, reader)}

    def facts(one: Between) -> TalkFacts:
        owner = there.owner_in(one.person_id, one.department_id)
        holder = there.readers(others)[one.held_by.pk] if one.held_by in others else None
        decides = holder is not None and why_not_decide_for(holder, owner) is None
        return TalkFacts(owner=owner, held_by_id=one.held_by_id, holder_decides=decides)

    return facts


def is_others(one: Between, reader: Reader) -> bool:
    """Whether this person is neither of the two; of their own they see everything."""
    return reader.account_id != one.held_by_id and reader.person_id != one.person_id


def find(reader: Reader, pk: int) -> tuple[Conversation, TalkFacts] | None:
    """One conversation with its facts; None where this person may not know of it."""
    talk = Conversation.objects.select_related(*RELATED, "figure__release", "signal").filter(pk=pk)
    found = talk.first()
    if found is None:
        return None
    facts = facts_of(found, reader.on)
    return None if why_not_see(reader, facts) else (found, facts)


def agreements(talks: Iterable[Conversation]) -> dict[int, Said]:
    """The newest agreement of each conversation."""
    rows = Said.objects.filter(conversation__in=list(talks), what=What.AGREED)
    return {one.conversation_id: one for one in rows.order_by("at", "pk")}


def newest_agreement(talk: Conversation) -> Said | None:
    return agreements([talk]).get(talk.pk)


def agreed_facts(said: Said, newest: Said | None) -> AgreedFacts:
    return AgreedFacts(
        by_id=said.by_id, confirmed=said.confirmed_at is not None, newest=said == newest
    )


def other_side(talk: Conversation, owner: OwnerFacts, by: Account, on: date) -> list[Account]:
    """Who is told of what one of the two did."""
    if by.person_id != talk.person_id:
        return list(Account.objects.filter(person=talk.person_id))
    holder = talk.held_by
    if holder is not None and why_not_decide_for(reader_of(holder, on), owner) is None:
        return [holder]
    return deciders(talk.department, owner, on)


@dataclass(frozen=True, kw_only=True)
class Discussion:
    """A recorded internal discussion (R15): when, about what, what was agreed."""

    conversation_id: int
    subject: str
    met_on: date
    agreed: str
    confirmed: bool  # by the other of the two
    measure: str = ""  # of the figure, where it was one


def recorded_discussions(person: Person, department: Department) -> list[Discussion]:
    """Everything that was agreed with a clinician in a department, oldest first; for a concern."""
    rows = Said.objects.filter(
        what=What.AGREED, conversation__person=person, conversation__department=department
    )
    related = rows.select_related("conversation__figure", "conversation__signal")
    return [discussion_of(one) for one in related.order_by("met_on", "pk")]


def discussion_of(one: Said) -> Discussion:
    about = one.conversation.figure or one.conversation.signal
    assert one.met_on is not None, "what was agreed has its day"
    return Discussion(
        conversation_id=one.conversation_id,
        subject=one.conversation.subject,
        met_on=one.met_on,
        agreed=one.text,
        confirmed=one.confirmed_at is not None,
        measure=about.measure if about else "",
    )


def explanations_tried(person: Person, department: Department) -> list[Said]:
    """Every innocent explanation that was tried in conversations here, oldest first."""
    return list(
        Said.objects.filter(
            what=What.TRIED, conversation__person=person, conversation__department=department
        ).select_related("by__person")
    )


def due_for(
    reader: Reader, until: date, offices: Offices | None = None
) -> list[tuple[Conversation, date]]:
    """One's own conversations whose next date comes by a day, soonest first: those of a holder who
    decides no longer are with whoever does now.
    """
    if reader.person_id is None and not reader.has(Role.LEAD, Role.CHIEF, Role.DIRECTOR):
        return []
    mine = near(reader)
    agreed = Said.objects.filter(conversation=OuterRef("pk"), what=What.AGREED)
    newest = agreed.order_by("-at", "-pk").values("next_on")[:1]
    found = Conversation.objects.filter(mine).annotate(next_on=Subquery(newest))
    due = found.filter(next_on__lte=until).order_by("next_on", "pk")
    rows = list(due.select_related(*RELATED))
    to_see = sight(reader, rows, offices)
    return [(one, one.next_on) for one in rows if why_not_see(reader, to_see(one)) is None]
