"""Reminding owners whose last day to check is near; run once a day, by the calendar."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Person
from clinlead.validation import queries
from clinlead.validation.models import Reminder, Window
from clinlead.validation.policies import RecordState

LONGEST_WINDOW = timedelta(days=366)  # with every absence added


@transaction.atomic
def remind_owners(*, at: datetime) -> list[Reminder]:
    """Remind, once a window, every owner with records left whose own last day is near.

    A reminder stands on the owner's home page and in the record of acts; whoever asked for e-mail
    gets one, which says that records wait and not how many.
    """
    today = localdate(at)
    running = Window.objects.filter(opens_on__lte=today, opens_on__gt=today - LONGEST_WINDOW)
    made = [each for window in running for each in reminders_of(window, today)]
    for one in Reminder.objects.bulk_create(made):
        append(
            act="reminded to check",
            at=at,
            by_id=None,
            about=[one.person_id],
            object_kind="window",
            object_id=one.window_id,
            details={"left": one.left, "last_day": one.last_day.isoformat()},
        )
        tell_owner(one, at)
    return made


def tell_owner(one: Reminder, at: datetime) -> None:
    tell(
        Account.objects.filter(person=one.person_id),
        key=f"reminder {one.window_id}",
        words=f"Your records wait to be checked by {one.last_day.day} {one.last_day:%B %Y}",
        href="/me/records/",
        at=at,
    )


def reminders_of(window: Window, today: date) -> list[Reminder]:
    """Who is to be reminded of this window today."""
    near = owners_near_their_day(window, today)
    if not near:
        return []
    states = queries.states_in_window(window, today)
    left = Counter(one.person.pk for one in states if one.state is RecordState.NOT_YET)
    return [
        Reminder(window=window, person=person, on=today, left=left[person.pk], last_day=day)
        for person, day in near
        if left[person.pk]
    ]


def owners_near_their_day(window: Window, today: date) -> list[tuple[Person, date]]:
    """Members not yet reminded, and not away, whose own last day is near or today."""
    told = Reminder.objects.filter(window=window).values("person_id")
    people = list(queries.members_in(window).exclude(pk__in=told))
    away = queries.away_spans([person.pk for person in people])
    found = []
    for person in people:
        day = queries.window_facts(window, away[person.pk]).last_day
        if day is not None and is_near(day, today) and not is_away(away[person.pk], today):
            found.append((person, day))
    return found


def is_near(last_day: date, today: date) -> bool:
    return today <= last_day < today + timedelta(days=settings.CONFIGURATION.reminder_days)


def is_away(spans: list[queries.Away], today: date) -> bool:
    return any(first <= today and (last is None or today <= last) for first, last in spans)
