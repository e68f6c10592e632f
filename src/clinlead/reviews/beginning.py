"""Beginning a review, gathering its evidence, meeting, and closing one that is not signed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account
from clinlead.access.policies import is_owner, refuse_if
from clinlead.access.queries import reader_of
from clinlead.organisation.models import Department, Person
from clinlead.reviews import policies
from clinlead.reviews.acting import acted, asked, day, noted, told
from clinlead.reviews.facts import State
from clinlead.reviews.gathering import Months, gathered
from clinlead.reviews.models import Gathering, Review
from clinlead.reviews.text import contents_of, digest_now


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Which months a review looks back at, and when the two mean to meet."""

    first: date
    last: date
    meets_on: date | None = None


@transaction.atomic
def begin(
    *, person: Person, department: Department, looked: Looked, by: Account, at: datetime
) -> Review:
    """By one of the two; what Clinlead knows of the months is gathered at once."""
    Person.objects.select_for_update().get(pk=person.pk)  # where both begin at once, one does
    reader = reader_of(by, day(at))
    owner = owner_in(person.pk, department.pk, reader.on)
    running = Review.objects.filter(person=person, department=department, state=State.OPEN)
    refuse_if(policies.why_not_begin(reader, owner, another=running.exists()))
    review = Review.objects.create(
        person=person,
        department=department,
        first_day=looked.first,
        last_day=looked.last,
        meets_on=looked.meets_on,
        begun_by=by,
        begun_at=at,
        held_by=None if is_owner(reader, owner) else by,
    )
    keep_evidence(review, by, at)
    review.digest = digest_now(review, contents_of(review))
    review.save(update_fields=["digest"])
    told(review, by, at)
    noted("review begun", review, by, at)
    return review


def keep_evidence(review: Review, by: Account, at: datetime) -> None:
    days = (review.first_day, review.last_day, day(at))
    months = Months(review.person, review.department, *days)
    Gathering.objects.create(review=review, sections=gathered(months), by=by, at=at)


@transaction.atomic
def gather_again(*, review_id: int, by: Account, at: datetime) -> Review:
    """What is known now; what was gathered before is kept, and signed texts stay what they were."""
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_act(reader, facts))
    keep_evidence(review, by, at)
    acted("review evidence gathered", review, facts, by, at)
    return review


@transaction.atomic
def plan_meeting(*, review_id: int, on: date, by: Account, at: datetime) -> Review:
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_act(reader, facts))
    review.meets_on = on
    acted("review meeting planned", review, facts, by, at)
    return review


@transaction.atomic
def meet(*, review_id: int, on: date, by: Account, at: datetime) -> Review:
    """They have met; what they agree is written from here on."""
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_meet(reader, facts))
    review.met_on = on
    acted("review meeting held", review, facts, by, at)
    return review


@transaction.atomic
def close(*, review_id: int, because: str, by: Account, at: datetime) -> Review:
    """It will not be signed: somebody left, or the two cannot agree. All that was written stays."""
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_close(reader, facts, because))
    review.state, review.ended_by, review.ended_at = State.CLOSED, by, at
    review.ended_because = because.strip()
    acted("review closed without signatures", review, facts, by, at)
    return review
