"""Thanking, taking back, choosing where it is read; writing down and confirming contributions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from clinlead.access.deciding import deciders, owner_facts
from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Person, Post
from clinlead.recognition import policies
from clinlead.recognition.models import Contribution, Thanks
from clinlead.recognition.policies import ContributionFacts, Kind, Shown

MINE = "/me/recognition/"
Item = TypeVar("Item", Thanks, Contribution)


def asking(by: Account, at: datetime) -> Reader:
    return reader_of(by, timezone.localdate(at))


@transaction.atomic
def thank(*, to: Person, words: str, by: Account, at: datetime) -> Thanks:
    """Only the receiver reads it until they choose otherwise."""
    refuse_if(policies.why_not_thank(asking(by, at), to.pk, words))
    made = Thanks.objects.create(to=to, by=by, at=at, words=words.strip())
    receiver = Account.objects.filter(person=to)
    tell(receiver, key=f"thanks {made.pk}", words="Somebody thanked you", href=MINE, at=at)
    noted("thanked", made, to, by, at)
    return made


@transaction.atomic
def take_back(*, thanks_id: int, by: Account, at: datetime) -> Thanks:
    """Nobody reads it any more, the receiver included."""
    found = Thanks.objects.select_for_update(of=("self",)).select_related("to").get(pk=thanks_id)
    refuse_if(policies.why_not_take_back(asking(by, at), found.facts()))
    found.taken_back_at = at
    found.save(update_fields=["taken_back_at"])
    noted("thanks taken back", found, found.to, by, at)
    return found


@transaction.atomic
def show_thanks(*, thanks_id: int, shown: Shown, by: Account, at: datetime) -> Thanks:
    """The receiver chooses where it is read; it counts at once."""
    found = Thanks.objects.select_for_update(of=("self",)).select_related("to").get(pk=thanks_id)
    gone = found.taken_back_at is not None
    refuse_if(policies.why_not_choose(asking(by, at), found.to_id, gone=gone))
    return chosen(found, shown, found.to, by, at)


@transaction.atomic
def show_contribution(
    *, contribution_id: int, shown: Shown, by: Account, at: datetime
) -> Contribution:
    found = held(contribution_id)
    gone = found.withdrawn_at is not None
    refuse_if(policies.why_not_choose(asking(by, at), found.person_id, gone=gone))
    return chosen(found, shown, found.person, by, at)


def chosen(found: Item, shown: Shown, person: Person, by: Account, at: datetime) -> Item:
    found.shown = shown
    found.save(update_fields=["shown"])
    noted("shown elsewhere", found, person, by, at)
    return found


@dataclass(frozen=True, kw_only=True)
class Said:
    """A contribution as its author puts it."""

    kind: Kind
    words: str
    starts_on: date
    ends_on: date | None = None
    shown: Shown = Shown.OWN


@transaction.atomic
def record_contribution(*, said: Said, by: Account, at: datetime) -> Contribution:
    """It waits for whoever leads them to confirm it."""
    refuse_if(policies.why_not_record(asking(by, at), said.words))
    assert by.person is not None, "why_not_record refuses whoever is no clinician"
    made = Contribution.objects.create(
        person=by.person,
        kind=said.kind,
        words=said.words.strip(),
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        shown=said.shown,
        recorded_at=at,
    )
    tell_who_confirms(made, at)
    noted("contribution recorded", made, made.person, by, at)
    return made


def tell_who_confirms(made: Contribution, at: datetime) -> None:
    """On their home pages: it waits for them."""
    facts, day = facts_of(made, at), timezone.localdate(at)
    asked = [
        one
        for one in who_leads(made.person, day)
        if policies.why_not_confirm(reader_of(one, day), facts) is None
    ]
    words = "A contribution waits for you to confirm it"
    key = f"contribution {made.pk}"
    tell(asked, key=key, words=words, href="/recognition/", at=at, by_mail=False)


def who_leads(person: Person, day: date) -> set[Account]:
    """Who decides for a person in any of their departments."""
    owner = owner_facts(person, day)
    posts = Post.objects.on(day).filter(person=person).select_related("department")
    return {one for post in posts for one in deciders(post.department, owner, day)}


@transaction.atomic
def withdraw_contribution(*, contribution_id: int, by: Account, at: datetime) -> Contribution:
    found = held(contribution_id)
    refuse_if(policies.why_not_withdraw(asking(by, at), facts_of(found, at)))
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    noted("contribution withdrawn", found, found.person, by, at)
    return found


@transaction.atomic
def confirm(*, contribution_id: int, by: Account, at: datetime) -> Contribution:
    """Whoever leads them knows that it is so; now it may be shown."""
    found = held(contribution_id)
    refuse_if(policies.why_not_confirm(asking(by, at), facts_of(found, at)))
    return answered(found, confirmed=True, answer="", by=by, at=at)


@transaction.atomic
def decline(*, contribution_id: int, why: str, by: Account, at: datetime) -> Contribution:
    """It cannot be confirmed as it is written; the clinician reads why, and may write it anew."""
    found = held(contribution_id)
    refuse_if(policies.why_not_decline(asking(by, at), facts_of(found, at), why))
    return answered(found, confirmed=False, answer=why.strip(), by=by, at=at)


def answered(
    found: Contribution, *, confirmed: bool, answer: str, by: Account, at: datetime
) -> Contribution:
    found.confirmed, found.answer, found.answered_by, found.answered_at = confirmed, answer, by, at
    found.save(update_fields=["confirmed", "answer", "answered_by", "answered_at"])
    words = "A contribution of yours was " + ("confirmed" if confirmed else "answered")
    owner = Account.objects.filter(person=found.person_id)
    tell(owner, key=f"contribution {found.pk}", words=words, href=MINE, at=at)
    noted("contribution answered", found, found.person, by, at)
    return found


def held(contribution_id: int) -> Contribution:
    """One contribution, locked until the transaction ends."""
    rows = Contribution.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=contribution_id)


def facts_of(found: Contribution, at: datetime) -> ContributionFacts:
    return found.facts(owner_facts(found.person, timezone.localdate(at)))


def noted(act: str, one: Thanks | Contribution, person: Person, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[person.pk],
        object_kind=one._meta.model_name or "",
        object_id=one.pk,
    )
