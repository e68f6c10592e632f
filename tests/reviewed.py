"""A review of Dr Clinician with Dr Lead, as the two would go through it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from clinlead.access.models import Account
from clinlead.reviews import beginning, signing, writing
from clinlead.reviews.beginning import Looked
from clinlead.reviews.facts import Domain, Evidence, Side
from clinlead.reviews.models import Review
from clinlead.reviews.writing import Agreed, Brought, Draft
from people import Trust

YEAR = Looked(first=date(2025, 8, 1), last=date(2026, 7, 30))


def begun(trust: Trust, at: datetime, *, about: str = "clinician", by: str = "lead") -> Review:
    return beginning.begin(
        person=trust.person(about),
        department=trust.cardiology,
        looked=YEAR,
        by=trust.accounts[by],
        at=at,
    )


def drafts(words: str, based_on: int = 0) -> dict[Domain, Draft]:
    return {one: Draft(f"{words}, {one.words.lower()}", based_on) for one in Domain}


def wrote(review: Review, by: Account, side: Side, at: datetime, words: str = "Well") -> None:
    writing.write(review_id=review.pk, side=side, drafts=drafts(words), by=by, at=at)


def handed_over(trust: Trust, review: Review, at: datetime) -> Review:
    """Both write and hand over."""
    for side, by in ((Side.CLINICIAN, trust.clinician), (Side.REVIEWER, trust.lead)):
        wrote(review, by, side, at, f"The {side} says")
        writing.hand_over(review_id=review.pk, by=by, at=at)
    return review


def agreed(trust: Trust, review: Review, at: datetime) -> Review:
    """They met, wrote what they agree, and agreed on an objective."""
    handed_over(trust, review, at)
    beginning.meet(review_id=review.pk, on=at.date(), by=trust.lead, at=at)
    wrote(review, trust.lead, Side.BOTH, at, "We agree")
    objective(trust, review, at)
    review.refresh_from_db()
    return review


def objective(trust: Trust, review: Review, at: datetime):
    outcomes = writing.outcomes_for(trust.cardiology)
    said = Agreed(
        text="Letters within a week",
        shown_by="Letters sent within 7 days",
        low=Decimal(90),
        unit="%",
        due_on=at.date() + timedelta(days=180),
        support="A secretary on Fridays",
        outcome=outcomes[0] if outcomes else None,
    )
    return writing.add_objective(review_id=review.pk, agreed=said, by=trust.lead, at=at)


def signed(trust: Trust, review: Review, at: datetime) -> Review:
    agreed(trust, review, at)
    for by in (trust.clinician, trust.lead):
        signing.sign(review_id=review.pk, digest=review.digest, by=by, at=at)
    review.refresh_from_db()
    return review


def brought(trust: Trust, review: Review, at: datetime):
    said = Brought(kind=Evidence.CPD, on=at.date(), text="Echo course, two days", kept="Folder")
    return writing.bring_evidence(review_id=review.pk, brought=said, by=trust.clinician, at=at)


def in_world(trust: Trust, at: datetime) -> dict[str, object]:
    """One that goes on, both having met; and one of Dr Clinician's that was signed before."""
    past = signed(trust, begun(trust, at - timedelta(days=400)), at - timedelta(days=380))
    review = agreed(trust, begun(trust, at), at)
    return {
        "review": review.pk,
        "signed_review": past.pk,
        "objective_agreed": review.objectives.get().pk,
        "own_evidence": brought(trust, review, at).pk,
    }
