"""Proposing, approving and declining what the trust states; linking measures to outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.queries import find
from clinlead.organisation.models import Department
from clinlead.strategy.models import Cause, OutcomeMeasure, Statement, Wording
from clinlead.strategy.policies import (
    Kind,
    LinkFacts,
    State,
    WordingFacts,
    why_not_approve,
    why_not_decline,
    why_not_link,
    why_not_propose,
    why_not_unlink,
)


@dataclass(frozen=True, kw_only=True)
class CauseSaid:
    """One cause as its author puts it."""

    group: str
    name: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a version is to say. Fields that its kind does not have stay empty."""

    title: str
    text: str
    because: str = ""
    objective: Statement | None = None
    departments: Sequence[Department] = ()
    causes: Sequence[CauseSaid] = ()
    protected_time: str = ""
    holder: Account | None = None
    sponsor: Account | None = None


@transaction.atomic
def propose(*, kind: Kind, code: str, words: Words, by: Account, at: datetime) -> Wording:
    """A new version waits for approval; what is in force stays so until then."""
    statement, _ = Statement.objects.get_or_create(kind=kind, code=code)
    earlier = statement.wordings.select_for_update()
    facts = proposed_facts(kind, words, by, list(earlier))
    refuse_if(why_not_propose(reader_of(by, at.date()), facts))
    made = Wording.objects.create(
        statement=statement,
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        title=words.title.strip(),
        text=words.text.strip(),
        changed_because=words.because.strip(),
        objective=words.objective,
        protected_time=words.protected_time.strip(),
        holder=words.holder,
        sponsor=words.sponsor,
        written_by=by,
        written_at=at,
    )
    made.departments.set(words.departments)
    Cause.objects.bulk_create(
        Cause(wording=made, order=order, group=one.group, name=one.name, about=one.about)
        for order, one in enumerate(words.causes)
    )
    noted("proposed", made, by, at)
    return made


def proposed_facts(kind: Kind, words: Words, by: Account, earlier: list[Wording]) -> WordingFacts:
    objective = words.objective
    in_force = objective is not None and objective.wordings.filter(state=State.APPROVED).exists()
    first = not any(one.state == State.APPROVED for one in earlier)
    facts = WordingFacts(
        kind=kind,
        departments=frozenset(each.pk for each in words.departments),
        written_by_id=by.pk,
        holder_id=words.holder.pk if words.holder else None,
        objective_in_force=in_force,
        another_waits=any(one.state == State.WAITING for one in earlier),
    )
    return facts if first else replace(facts, because=words.because)


@transaction.atomic
def approve(*, wording_id: int, by: Account, at: datetime) -> Wording:
    """Put a version in force in place of the one before, which stays readable."""
    found = held(wording_id)
    refuse_if(why_not_approve(reader_of(by, at.date()), found.facts()))
    found.statement.wordings.filter(state=State.APPROVED).update(state=State.REPLACED)
    return decided(found, State.APPROVED, by, at)


@transaction.atomic
def decline(*, wording_id: int, because: str, by: Account, at: datetime) -> Wording:
    """It will not be in force; the list of versions keeps it with the reason."""
    found = held(wording_id)
    refuse_if(why_not_decline(reader_of(by, at.date()), found.facts(), because))
    found.declined_because = because.strip()
    return decided(found, State.DECLINED, by, at)


def held(wording_id: int) -> Wording:
    """One version, locked until the transaction ends."""
    rows = Wording.objects.select_for_update(of=("self",)).select_related("statement")
    return rows.get(pk=wording_id)


def decided(found: Wording, state: State, by: Account, at: datetime) -> Wording:
    found.state, found.decided_by, found.decided_at = state, by, at
    found.save(update_fields=["state", "decided_by", "decided_at", "declined_because"])
    noted(state, found, by, at)
    return found


def noted(act: str, one: Wording, by: Account, at: datetime) -> None:
    append(
        act=f"{one.kind} {act}",
        at=at,
        by_id=by.pk,
        object_kind=one.kind,
        object_id=f"{one.statement.code}/{one.version}",
        details={"title": one.title, "because": one.declined_because or one.changed_because},
    )


@transaction.atomic
def link_measure(*, outcome: Statement, measure: str, by: Account, at: datetime) -> OutcomeMeasure:
    """This measure shows the outcome from now on."""
    facts = link_facts(outcome, measure)
    refuse_if(why_not_link(reader_of(by, at.date()), facts))
    for ask in settings.BEFORE_LINKS:
        refuse_if(import_string(ask)(facts.departments, measure))
    made = OutcomeMeasure.objects.create(
        outcome=outcome, measure=measure, linked_by=by, linked_at=at
    )
    noted_link("measure linked to an outcome", made, by, at)
    return made


@transaction.atomic
def unlink_measure(*, link_id: int, by: Account, at: datetime) -> OutcomeMeasure:
    """The measure shows the outcome no longer; that it did is kept."""
    rows = OutcomeMeasure.objects.select_for_update(of=("self",)).select_related("outcome")
    found = rows.get(pk=link_id, ended_at=None)
    refuse_if(why_not_unlink(reader_of(by, at.date()), link_facts(found.outcome, found.measure)))
    found.ended_by, found.ended_at = by, at
    found.save(update_fields=["ended_by", "ended_at"])
    noted_link("measure of an outcome ended", found, by, at)
    return found


def link_facts(outcome: Statement, measure: str = "") -> LinkFacts:
    """For the rules: an outcome with no version in force has no department, so nobody links."""
    linked = set(outcome.measures.filter(ended_at=None).values_list("measure", flat=True))
    now = outcome.wordings.filter(state=State.APPROVED).first()
    departments = now.departments.values_list("pk", flat=True) if now else ()
    return LinkFacts(
        departments=frozenset(departments),
        linked=len(linked),
        already=measure in linked,
        approved=not measure or find(measure) is not None,
    )


def noted_link(act: str, one: OutcomeMeasure, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind=Kind.OUTCOME,
        object_id=one.outcome.code,
        details={"measure": one.measure},
    )
