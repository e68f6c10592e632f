"""What every act on a review shares: it is locked, taken up, digested, told and recorded."""

from datetime import date, datetime

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader, is_owner
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.reviews.facts import ReviewFacts, State
from clinlead.reviews.models import Review
from clinlead.reviews.queries import facts_of, other_side
from clinlead.reviews.text import Contents, contents_of, digest_now


def held(review_id: int) -> Review:
    """One review, locked until the transaction ends."""
    rows = Review.objects.select_for_update(of=("self",))
    return rows.select_related("person", "department", "held_by__person").get(pk=review_id)


Found = tuple[Review, Contents, ReviewFacts, Reader]


def asked(review_id: int, by: Account, at: datetime) -> Found:
    """The review as it is now, and who acts on it."""
    review = held(review_id)
    contents = contents_of(review)
    reader = reader_of(by, day(at))
    return review, contents, facts_of(review, contents, reader.on), reader


def day(at: datetime) -> date:
    return timezone.localdate(at)


def acted(act: str, review: Review, facts: ReviewFacts, by: Account, at: datetime) -> None:
    """After an act: whoever acts for the department holds it, and the digest is of the new text."""
    if not is_owner(reader_of(by, day(at)), facts.owner) and review.held_by_id != by.pk:
        take_up(review, by, at)
    review.digest = digest_now(review, contents_of(review))
    review.save()
    told(review, by, at)
    noted(act, review, by, at)


def take_up(review: Review, by: Account, at: datetime) -> None:
    """By whoever decides for the clinician now: at first, or after the one before left."""
    review.held_by = by
    noted("review taken up", review, by, at)


def told(review: Review, by: Account, at: datetime) -> None:
    """The other of the two, once a day at most."""
    ended = review.state != State.OPEN
    tell(
        other_side(review, by, day(at)),
        key=f"review {review.pk} {by.pk} {day(at)}{' ended' if ended else ''}",
        words=f"A review with you {'has ended' if ended else 'goes on'}",
        href=review.get_absolute_url(),
        at=at,
    )


def noted(act: str, review: Review, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[review.person_id],
        object_kind="review",
        object_id=review.pk,
    )
