"""Reading thanks and contributions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from clinlead.access.deciding import directors_cases_on
from clinlead.access.models import RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role
from clinlead.organisation.models import Department, Person, Post
from clinlead.recognition.models import Contribution, Thanks
from clinlead.recognition.policies import SHARED, why_not_confirm

MOST_FOUND = 10  # people of one name to choose from
DECIDES = (Role.LEAD, Role.CHIEF, Role.DIRECTOR)
SHOWS_THANKS = ("to", "by__person")


def people_called(words: str, on: date) -> list[Person]:
    """Who works here, or has an account, and is called so; the very name alone where it is one's.

    One more than `MOST_FOUND` where there are more.
    """
    here = Exists(Post.objects.on(on).filter(person=OuterRef("pk")))
    found = Person.objects.filter(here | Q(account__is_active=True))
    exact = list(found.filter(name__iexact=words)[: MOST_FOUND + 1])
    return exact or list(found.filter(name__icontains=words)[: MOST_FOUND + 1])


def others_thanks(reader: Reader) -> QuerySet[Thanks]:
    """What is shown to this person, newest first."""
    return Thanks.objects.shown_to(reader).select_related(*SHOWS_THANKS)


def others_contributions(reader: Reader) -> QuerySet[Contribution]:
    found = Contribution.objects.visible_to(reader).confirmed().filter(shown__in=SHARED)
    return found.select_related("person")


def of_department(department: Department, on: date) -> tuple[list[Thanks], list[Contribution]]:
    """What its members show at least here."""
    members = Post.objects.on(on).filter(department=department).values("person_id")
    thanks = Thanks.objects.standing().filter(shown__in=SHARED, to__in=members)
    shown = Contribution.objects.confirmed().filter(shown__in=SHARED, person__in=members)
    return (
        list(thanks.select_related(*SHOWS_THANKS)),
        list(shown.select_related("person")),
    )


def received(reader: Reader) -> list[Thanks]:
    """One's own, put away or not."""
    found = Thanks.objects.standing().filter(to_id=reader.person_id)
    return list(found.select_related("by__person")) if reader.person_id else []


def given(reader: Reader) -> list[Thanks]:
    """What one gave and has not taken back."""
    found = Thanks.objects.standing().filter(by_id=reader.account_id)
    return list(found.select_related("to"))


def contributions_of(reader: Reader) -> list[Contribution]:
    found = Contribution.objects.standing().filter(person_id=reader.person_id)
    return list(found.select_related("answered_by__person")) if reader.person_id else []


def to_confirm(reader: Reader) -> list[Contribution]:
    """Contributions that wait for this very person, oldest first; five queries."""
    if not reader.has(*DECIDES):
        return []
    waiting = Contribution.objects.standing().filter(confirmed=None).order_by("recorded_at", "pk")
    found = list(waiting.select_related("person"))
    owners = owners_of({one.person_id for one in found}, reader.on)
    return [
        one for one in found if why_not_confirm(reader, one.facts(owners[one.person_id])) is None
    ]


def owners_of(people: Iterable[int], on: date) -> dict[int, OwnerFacts]:
    """The facts about people, in three queries for any number."""
    people = list(people)
    posts = Post.objects.on(on).filter(person__in=people).values_list("person_id", "department_id")
    leading = RoleHolding.objects.on(on).filter(role=Role.LEAD, account__person__in=people)
    leads = set(leading.values_list("account__person_id", flat=True))
    here: dict[int, set[int]] = {person: set() for person in people}
    for person, department in posts:
        here[person].add(department)
    directors_cases = directors_cases_on(on)
    return {
        pk: OwnerFacts(
            person_id=pk,
            departments=frozenset(found),
            owner_leads=pk in leads,
            owner_goes_to_director=pk in directors_cases,
        )
        for pk, found in here.items()
    }


@dataclass(frozen=True)
class Recognised:
    """What a review may read of somebody: only what they show at least to their department."""

    thanks: list[Thanks]
    contributions: list[Contribution]


def for_review(person: Person, first: date, last: date) -> Recognised:
    """Thanks given, and confirmed contributions that went on, within these days."""
    thanks = Thanks.objects.standing().filter(to=person, shown__in=SHARED)
    shown = Contribution.objects.confirmed().filter(person=person, shown__in=SHARED)
    ends = Q(ends_on=None) | Q(ends_on__gte=first)
    return Recognised(
        list(thanks.filter(at__date__gte=first, at__date__lte=last).select_related(*SHOWS_THANKS)),
        list(shown.filter(ends, starts_on__lte=last)),
    )
