"""Reading reviews: whose they are, where each stands, and which are due."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from clinlead.access.deciding import Offices, deciders, owner_in
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role, why_not_decide_for
from clinlead.access.queries import reader_of
from clinlead.concerns.queries import escalated_people, escalated_to
from clinlead.conversations.queries import sight as between_two
from clinlead.organisation.models import Department, Person, Post
from clinlead.reviews.facts import SIDES, ReviewFacts, Side, State, due_on
from clinlead.reviews.models import Review
from clinlead.reviews.policies import why_not_begin, why_not_see
from clinlead.reviews.text import Contents, contents_of

RELATED = ("person", "department", "held_by__person", "begun_by__person", "ended_by__person")


def find(reader: Reader, pk: int) -> tuple[Review, ReviewFacts, Contents] | None:
    """One review with its facts; None where this person may not know that it exists."""
    review = Review.objects.select_related(*RELATED).filter(pk=pk).first()
    if review is None:
        return None
    contents = contents_of(review)
    facts = facts_of(review, contents, reader.on)
    return None if why_not_see(reader, facts) else (review, facts, contents)


def facts_of(review: Review, contents: Contents, on: date) -> ReviewFacts:
    """Everything that the rules ask for; three queries beside the contents."""
    owner = owner_in(review.person_id, review.department_id, on)
    return ReviewFacts(
        owner=owner,
        held_by_id=review.held_by_id,
        holder_decides=holder_decides(review, owner, on),
        state=State(review.state),
        written={side: contents.written(side) for side in Side},
        handed_over=review.handed_over,
        met=review.met_on is not None,
        objectives=len(contents.objectives),
        signed=frozenset(
            Side(one.side) for one in contents.signatures if one.digest == review.digest
        ),
        digest=review.digest,
        escalated_to=escalated_to(review.person_id),
    )


def holder_decides(review: Review, owner: OwnerFacts, on: date) -> bool:
    holder = review.held_by
    return holder is not None and why_not_decide_for(reader_of(holder, on), owner) is None


def visible_to(reader: Reader) -> list[Review]:
    """Reviews that this person may know of, newest first. Every view starts from here."""
    near = Q(held_by_id=reader.account_id) | Q(department__in=reader.leads | reader.chief_of)
    if reader.has(Role.DIRECTOR):  # whose own goes past the chief, or has none
        near |= Q(person__in=leaders(reader.on))
    if reader.person_id is not None:
        near |= Q(person_id=reader.person_id)
    escalated = escalated_people(reader)
    found = Review.objects.filter(near | Q(person__in=escalated)).with_signatures()
    rows = list(found.select_related(*RELATED))
    to_see = sight(reader, rows, escalated)
    return [one for one in rows if why_not_see(reader, to_see(one)) is None]


def sight(
    reader: Reader,
    found: Iterable[Review],
    escalated: Collection[int],
    offices: Offices | None = None,
) -> Callable[[Review], ReviewFacts]:
    """As much as it takes to know whether reviews are this person’s to see.

    Who leads a department, and whether a holder decides, is asked once for any number of reviews.
    """
    between = between_two(reader, found, offices)

    def facts(review: Review) -> ReviewFacts:
        known = between(review)
        return ReviewFacts(
            owner=known.owner,
            held_by_id=known.held_by_id,
            holder_decides=known.holder_decides,
            state=State(review.state),
            escalated_to=frozenset({reader.account_id} if review.person_id in escalated else ()),
        )

    return facts


def other_side(review: Review, by: Account, on: date) -> list[Account]:
    """Who is told of what one of the two did."""
    if by.person_id != review.person_id:
        return list(Account.objects.filter(person=review.person_id))
    owner = owner_in(review.person_id, review.department_id, on)
    if review.held_by and holder_decides(review, owner, on):
        return [review.held_by]
    return deciders(review.department, owner, on)


@dataclass(frozen=True)
class Due:
    """A review that is to be begun."""

    person: Person
    department: Department
    on: date
    first: bool  # none was signed here before: what an earlier system held is not known

    @property
    def key(self) -> str:
        return f"{self.person.code} {self.department.code}"


def to_begin(reader: Reader) -> list[Due]:
    """Everybody whose review this person may begin, one’s own among them; the earliest due first.

    One query for any number.
    """
    near = Q(department__in=reader.leads | reader.chief_of) | Q(person=reader.person_id)
    if reader.has(Role.DIRECTOR):
        near |= goes_to_the_director(reader.on)
    posts = Post.objects.on(reader.on).filter(near)
    found = posts.annotate(**standing(reader.on)).select_related("person", "department")
    dues = {
        (one.person_id, one.department_id): Due(
            one.person,
            one.department,
            due_of(one),
            first=one.signed_at is None,  # type: ignore[attr-defined]
        )
        for one in found
        if why_not_begin(reader, owner_at(one), another=one.goes_on) is None
    }
    return sorted(dues.values(), key=lambda one: (one.on, one.person.name))


def leaders(on: date) -> QuerySet[RoleHolding]:
    """Who leads a department, a division or the trust's doctors, as people."""
    return RoleHolding.objects.on(on).leads_and_above().values("account__person_id")


def goes_to_the_director(on: date) -> Q:
    """Posts of chiefs and directors; and of leads of departments whose division has no chief."""
    held = RoleHolding.objects.on(on)
    over = held.filter(role=Role.CHIEF, division=OuterRef("department__division"))
    leads = held.filter(
        role=Role.LEAD, department=OuterRef("department"), account__person=OuterRef("person")
    )
    directors_cases = held.directors_cases().values("account__person_id")
    return Q(person__in=directors_cases) | (Exists(leads) & ~Exists(over))


def standing(on: date) -> dict[str, Any]:
    """What a post’s holder has there: the lead’s office, a review that goes on, one signed."""
    here = {"person": OuterRef("person"), "department": OuterRef("department")}
    held = RoleHolding.objects.on(on).filter(role=Role.LEAD, department=OuterRef("department"))
    directors_cases = RoleHolding.objects.on(on).directors_cases()
    signed = Review.objects.filter(**here, state=State.SIGNED).order_by("-ended_at")
    came = Post.objects.filter(**here).order_by("starts_on").values("starts_on")
    return {
        "leads_here": Exists(held.filter(account__person=OuterRef("person"))),
        "is_directors_cases": Exists(directors_cases.filter(account__person=OuterRef("person"))),
        "goes_on": Exists(Review.objects.filter(**here, state=State.OPEN)),
        "signed_at": Subquery(signed.values("ended_at")[:1]),
        "came_on": Subquery(came[:1]),
    }


def due_of(post: Post) -> date:
    """Of a post that was read with what its holder has there."""
    last = timezone.localdate(post.signed_at) if post.signed_at else None  # type: ignore[attr-defined]
    return due_on(last, post.came_on)  # type: ignore[attr-defined]


def owner_at(post: Post) -> OwnerFacts:
    return OwnerFacts(
        person_id=post.person_id,
        departments=frozenset({post.department_id}),
        owner_leads=post.leads_here,  # type: ignore[attr-defined]
        owner_goes_to_director=post.is_directors_cases,  # type: ignore[attr-defined]
    )


def due_for_lead(reader: Reader, until: date) -> list[Due]:
    """Reviews of others that are due by a day and not begun."""
    if not (reader.leads | reader.chief_of or reader.has(Role.DIRECTOR)):
        return []
    return [
        one for one in to_begin(reader) if one.on <= until and one.person.pk != reader.person_id
    ]


def running_for(reader: Reader, offices: Offices | None = None) -> list[Review]:
    """The reviews that this person is one of the two of, and that go on: those of a holder who
    decides no longer are with whoever does now, and not with the holder.
    """
    mine = Q(department__in=reader.leads | reader.chief_of)
    if reader.person_id is not None:
        mine |= Q(person_id=reader.person_id)
    if reader.has(Role.DIRECTOR):
        mine |= Q(person__in=leaders(reader.on))
    found = Review.objects.filter(mine, state=State.OPEN).with_signatures()
    rows = list(found.select_related(*RELATED).order_by("begun_at", "pk"))
    to_see = sight(reader, rows, (), offices)
    return [one for one in rows if why_not_see(reader, to_see(one)) is None]


def signed_sides(review: Review) -> frozenset[Side]:
    """Of a review that was read `with_signatures`."""
    said = {
        Side.CLINICIAN: review.signed_by_clinician,  # type: ignore[attr-defined]
        Side.REVIEWER: review.signed_by_reviewer,  # type: ignore[attr-defined]
    }
    return frozenset(side for side in SIDES if said[side])
