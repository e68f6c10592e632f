"""A clinician's home: records to check, figures released, who looked."""

import math
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from clinlead.access.policies import Reader, Role
from clinlead.access.queries import grants_visible_to
from clinlead.history.queries import readings_about
from clinlead.organisation.models import Person
from clinlead.pages.homes.parts import MEASURES, News, Part, Task, Way
from clinlead.pages.words import as_day, as_months, plural
from clinlead.validation.models import Window
from clinlead.validation.policies import RecordState
from clinlead.validation.queries import checking_of, counts_by_state

A_QUARTER = timedelta(days=92)
SECONDS_A_RECORD = 7  # a look at one line of the list


def for_clinician(reader: Reader) -> Part:
    decides = reader.has(Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST)
    return Part(
        tasks=windows_open(reader) if decides else to_check(reader),
        news=[*looked(reader), *let_in(reader)],
        ways=[
            Way("My figures", "/me/figures/", "Your own trend, with the records behind it"),
            Way("My packs", "/me/packs/", "Two pages a release, to read and to take along"),
            Way("My records", "/me/records/", "Check them, or say that one is not right"),
            Way("My challenges", "/challenges/", "What became of what you said"),
            Way("Who looked", "/me/readings/", "Everyone who saw your results, and why"),
            MEASURES,
        ],
    )


def to_check(reader: Reader) -> list[Task]:
    """Records that this clinician has not checked yet, with their own last day."""
    if reader.person_id is None:
        return []
    running = Q(reminders__last_day__gte=reader.on)
    reminded = Person.objects.annotate(reminded_on=Max("reminders__on", filter=running))
    person = reminded.get(pk=reader.person_id)
    checking = checking_of(person, reader.on)
    left = counts_by_state(checking.states)[RecordState.NOT_YET]
    if not checking.running or not left:
        return []
    minutes = math.ceil(left * SECONDS_A_RECORD / 60)
    words = f"Check {plural(left, 'record')} (about {plural(minutes, 'minute')})"
    if checking.away_now:
        return [Task(words, "/me/records/", "your clock stands still while you are away")]
    said = f"by {as_day(checking.last_day)}{reminder_of(person.reminded_on)}"
    return [Task(words, "/me/records/", said)]


def reminder_of(day: date | None) -> str:
    return f" (reminder of {as_day(day)})" if day else ""


def windows_open(reader: Reader) -> list[Task]:
    """The same without the count, in one query: for whoever has a longer page to wait for."""
    running = Window.objects.filter(
        department__in=reader.departments, opens_on__lte=reader.on, closes_on__gte=reader.on
    )
    mine = Q(reminders__person_id=reader.person_id or 0)
    found = running.annotate(reminded_on=Max("reminders__on", filter=mine))
    return [
        Task(
            f"Check your own records of {as_months(one.first_month, one.last_month)}",
            "/me/records/",
            f"by {as_day(one.closes_on)}{reminder_of(one.reminded_on)}",
        )
        for one in found.order_by("closes_on")
    ]


def looked(reader: Reader) -> list[News]:
    """How many people looked at this clinician's results in three months."""
    if reader.person_id is None:
        return []
    recent = readings_about(reader.person_id).filter(at__date__gte=reader.on - A_QUARTER)
    found = recent.order_by().aggregate(people=Count("by_id", distinct=True), newest=Max("at"))
    if not found["people"]:
        return []
    people = plural(found["people"], "person", "people")
    said = f"{people} looked at your results in the last three months"
    return [News(said, timezone.localdate(found["newest"]), "/me/readings/")]


def let_in(reader: Reader) -> list[News]:
    """Grants that let somebody outside see this clinician's department; who leads it gave them."""
    if reader.departments <= reader.leads:
        return []
    running = grants_visible_to(reader).filter(
        department__in=reader.departments, revoked_at=None, ends_on__gte=reader.on
    )
    return [
        News(
            f"{grant.account} may see {grant.department}’s "
            f"{'figures by name' if grant.named else 'team figures'} until {as_day(grant.ends_on)}",
            timezone.localdate(grant.granted_at),
            "/grants/",
        )
        for grant in running
    ]
