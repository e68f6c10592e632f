"""What the two write: each for themselves first, then together; objectives and own evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Refusal, refuse_if
from clinlead.organisation.models import Department
from clinlead.reviews import policies
from clinlead.reviews.acting import acted, asked
from clinlead.reviews.facts import Domain, Evidence, Side
from clinlead.reviews.models import Objective, OwnEvidence, Review, Words
from clinlead.reviews.text import Contents
from clinlead.strategy.models import Wording
from clinlead.strategy.policies import Kind
from clinlead.strategy.queries import in_force


@dataclass(frozen=True)
class Draft:
    """Words for a domain, and the version that they were written on."""

    text: str
    based_on: int


Drafts = Mapping[Domain, Draft]


@transaction.atomic
def write(
    *, review_id: int, side: Side, drafts: Drafts, by: Account, at: datetime
) -> dict[Domain, Words]:
    """New versions of what has changed. Where somebody saved meanwhile, nothing is put over it."""
    review, contents, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_write(reader, facts, side))
    new = changed(contents, side, drafts)
    refuse_if(why_overtaken(contents, side, new))
    made = {
        domain: Words.objects.create(
            review=review,
            side=side,
            domain=domain,
            version=draft.based_on + 1,
            text=draft.text.strip(),
            by=by,
            at=at,
        )
        for domain, draft in new.items()
    }
    if made:
        acted("review written", review, facts, by, at)
    return made


def changed(contents: Contents, side: Side, drafts: Drafts) -> dict[Domain, Draft]:
    """Those that say something else than what is kept."""
    return {
        domain: draft
        for domain, draft in drafts.items()
        if draft.text.strip() != contents.text(side, domain)
    }


def why_overtaken(contents: Contents, side: Side, drafts: Drafts) -> Refusal | None:
    """Whether somebody saved other words of any of these domains meanwhile."""
    for domain, draft in drafts.items():
        found = contents.words.get((side, domain))
        who = str(found.by) if found else ""
        version = contents.version(side, domain)
        if refusal := policies.why_overtaken(version, draft.based_on, who):
            return refusal
    return None


@transaction.atomic
def hand_over(*, review_id: int, by: Account, at: datetime) -> Review:
    """What one brings is written; once both have handed over, each reads the other's."""
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_hand_over(reader, facts))
    if facts.side_of(reader) is Side.CLINICIAN:
        review.clinician_ready_at = at
    else:
        review.reviewer_ready_at = at
    acted("review handed over", review, facts, by, at)
    return review


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """An objective, as the two word it."""

    text: str
    shown_by: str
    due_on: date
    support: str
    measure: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    outcome: Wording | None = None


def outcomes_for(department: Department) -> list[Wording]:
    """What the department wants to reach, one of which an objective serves."""
    return list(in_force(Kind.OUTCOME).filter(departments=department).prefetch_related(None))


@transaction.atomic
def add_objective(*, review_id: int, agreed: Agreed, by: Account, at: datetime) -> Objective:
    review, _, facts, reader = asked(review_id, by, at)
    stated = bool(outcomes_for(review.department))
    serves = agreed.outcome is not None
    refuse_if(policies.why_not_set_objective(reader, facts, serves=serves, stated=stated))
    made = Objective.objects.create(
        review=review,
        text=agreed.text.strip(),
        measure=agreed.measure,
        shown_by=agreed.shown_by.strip(),
        low=agreed.low,
        high=agreed.high,
        unit=agreed.unit.strip(),
        due_on=agreed.due_on,
        support=agreed.support.strip(),
        outcome=agreed.outcome.statement if agreed.outcome else None,
        serves=agreed.outcome.title if agreed.outcome else "",
        by=by,
        at=at,
    )
    acted("review objective added", review, facts, by, at)
    return made


@transaction.atomic
def take_out_objective(*, objective_id: int, by: Account, at: datetime) -> Objective:
    """It stays in what was signed before; to change one, take it out and add another."""
    found = Objective.objects.get(pk=objective_id)
    review, _, facts, reader = asked(found.review_id, by, at)
    refuse_if(policies.why_not_write(reader, facts, Side.BOTH))
    found.withdrawn_by, found.withdrawn_at = by, at
    found.save(update_fields=["withdrawn_by", "withdrawn_at"])
    acted("review objective taken out", review, facts, by, at)
    return found


@dataclass(frozen=True, kw_only=True)
class Brought:
    """Evidence of one's own: what it is, of when, and where it is kept."""

    kind: Evidence
    on: date
    text: str
    kept: str = ""


@transaction.atomic
def bring_evidence(*, review_id: int, brought: Brought, by: Account, at: datetime) -> OwnEvidence:
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_bring_evidence(reader, facts))
    made = OwnEvidence.objects.create(
        review=review,
        kind=brought.kind,
        on=brought.on,
        text=brought.text.strip(),
        kept=brought.kept.strip(),
        by=by,
        at=at,
    )
    acted("review evidence added", review, facts, by, at)
    return made


@transaction.atomic
def take_out_evidence(*, evidence_id: int, by: Account, at: datetime) -> OwnEvidence:
    found = OwnEvidence.objects.get(pk=evidence_id)
    review, _, facts, reader = asked(found.review_id, by, at)
    refuse_if(policies.why_not_bring_evidence(reader, facts))
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    acted("review evidence taken out", review, facts, by, at)
    return found
