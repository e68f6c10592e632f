"""What the calendar plans: a meeting after each department's newest release, once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import holidays
from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from clinlead.access.deciding import leads_of
from clinlead.governance.models import Meeting
from clinlead.governance.policies import State
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Department
from clinlead.releases.models import Release, ReleaseState


def after_releases(at: datetime) -> str:
    """Plan what is due; doing it again plans nothing."""
    made = [each for release in untabled_newest() if (each := plan_after(release, at=at))]
    return f"{len(made)} governance meeting{'' if len(made) == 1 else 's'} planned"


def untabled_newest() -> Iterator[Release]:
    """The newest release of each open department, where no meeting has looked at it yet."""
    out = Release.objects.filter(state=ReleaseState.RELEASED, department__closed_on=None)
    newest: dict[int, Release] = {}
    listed = out.select_related("department")
    for each in listed.order_by("last_month", "edition"):
        newest[each.department_id] = each
    return (each for each in newest.values() if each.tabled_on is None)


@transaction.atomic
def plan_after(release: Release, *, at: datetime) -> Meeting | None:
    """A meeting some days after a release first went out; none where there is or was one.

    One that the chair has called off is not planned again.
    """
    department = Department.objects.select_for_update().get(pk=release.department_id)
    first = first_out(release)
    if has_one(department, release, first):
        return None
    made = Meeting.objects.create(
        department=department,
        on=day_after(first, timezone.localdate(at)),
        planned_for=release.last_month,
        planned_at=at,
    )
    append(
        act="governance meeting planned",
        at=at,
        by_id=None,
        object_kind="governance meeting",
        object_id=made.pk,
        details={"of": made.body, "on": made.on.isoformat(), "after": str(release)},
    )
    tell_the_chair(made, department, at)
    return made


def tell_the_chair(meeting: Meeting, department: Department, at: datetime) -> None:
    day = f"{meeting.on.day} {meeting.on:%B %Y}"
    words = f"A governance meeting of {meeting.body} is planned for {day}"
    chairs = leads_of(department, timezone.localdate(at))
    tell(chairs, key=f"meeting {meeting.pk}", words=words, href=meeting.get_absolute_url(), at=at)


def first_out(release: Release) -> date:
    """The day on which any edition of these months went out."""
    editions = Release.objects.filter(
        department=release.department_id, last_month=release.last_month, released_at__isnull=False
    )
    return timezone.localdate(editions.aggregate(first=Min("released_at"))["first"])


def has_one(department: Department, release: Release, first: date) -> bool:
    """The calendar's own for these months, or one since the release that somebody planned."""
    since = Q(on__gte=first) & ~Q(state=State.CANCELLED)
    found = Meeting.objects.filter(department=department)
    return found.filter(since | Q(planned_for=release.last_month)).exists()


def day_after(released_on: date, today: date) -> date:
    """The setting's days after a release, never in the past; not a weekend or bank holiday."""
    configuration = settings.CONFIGURATION
    day = max(released_on + timedelta(days=configuration.meeting_days), today + timedelta(days=1))
    free = holidays.country_holidays("GB", subdiv=configuration.nation)
    while day.weekday() > 4 or day in free:
        day += timedelta(days=1)
    return day
