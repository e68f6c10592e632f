"""Opening a concern: the one way in, by a person, after talking."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns import queries
from clinlead.concerns.facts import Part, State
from clinlead.concerns.models import Concern, SeatHeld
from clinlead.concerns.policies import OpeningFacts, why_not_open
from clinlead.concerns.steps import route_in_force, text_in_force
from clinlead.concerns.telling import noted, tell_owner
from clinlead.organisation.models import Department, Person
from clinlead.strategy.queries import definition_in_force


def opening_facts(person: Person, department: Department, on: date) -> OpeningFacts:
    """What stands in the way today, for the page and for the act."""
    return OpeningFacts(
        owner=owner_in(person.pk, department.pk, on),
        defined=definition_in_force() is not None,
        discussions=queries.different_days(queries.discussions(person, department)),
        needed=text_in_force().discussions,
        another=open_here(person, department) is not None,
    )


def open_here(person: Person, department: Department) -> Concern | None:
    """The newest that is open in this department. Whoever decides for somebody elsewhere is told
    nothing of it, and two can be open here after departments have merged.
    """
    found = Concern.objects.filter(person=person, department=department, state=State.OPEN)
    return found.order_by("-opened_at", "-pk").first()


@transaction.atomic
def open_concern(
    *, person: Person, department: Department, why: str, by: Account, at: datetime
) -> Concern:
    """By whoever decides for the clinician, who is told at once. Nothing else calls this."""
    hold(person)
    reader = reader_of(by, timezone.localdate(at))
    refuse_if(why_not_open(reader, opening_facts(person, department, reader.on), why))
    made = new_concern(person, department, why, by, at)
    made.discussed.set(queries.discussions(person, department))
    SeatHeld.objects.create(concern=made, part=Part.LEAD, account=by, taken_at=at, brought_in_by=by)
    tell_owner(made, f"opened {made.pk}", at)
    noted("concern opened", made, by, at)
    return made


def hold(person: Person) -> None:
    """One at a time about one person here: the second who comes at once finds the first's."""
    Person.objects.select_for_update().get(pk=person.pk)


def new_concern(
    person: Person, department: Department, why: str, by: Account, at: datetime
) -> Concern:
    return Concern.objects.create(
        person=person,
        department=department,
        route=route_in_force(at),
        definition=definition_in_force(),
        why=why.strip(),
        opened_by=by,
        opened_at=at,
        told_at=at,
    )
