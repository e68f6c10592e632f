"""Reading meetings: what comes next, what waits for whom. For this room's pages and those above."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from clinlead.access.policies import Reader
from clinlead.governance.models import Action, Meeting, Tabled
from clinlead.governance.policies import State
from clinlead.organisation.models import Department
from clinlead.releases.models import Release, ReleaseState

RELATED = ("department", "division")


def coming(reader: Reader) -> QuerySet[Meeting]:
    """Meetings that this person may know of and that are still to be held, the next first."""
    found = Meeting.objects.visible_to(reader).filter(state=State.PLANNED)
    return found.select_related(*RELATED).order_by("on", "pk")


def past(reader: Reader) -> QuerySet[Meeting]:
    """Those that were held or called off, the latest first."""
    found = Meeting.objects.visible_to(reader).exclude(state=State.PLANNED)
    return found.select_related(*RELATED).order_by("-on", "-pk")


def unplanned(departments: Iterable[int]) -> list[Department]:
    """Departments without a meeting in the calendar; one query."""
    planned = Meeting.objects.filter(state=State.PLANNED, department__isnull=False)
    found = Department.objects.open().filter(pk__in=list(departments))
    return list(found.exclude(pk__in=planned.values("department_id")))


def untabled(departments: Iterable[int]) -> list[Release]:
    """Releases that are out and that no meeting has looked at, the oldest first; one query."""
    out = Release.objects.filter(
        department__in=list(departments), state=ReleaseState.RELEASED, tabled_on=None
    )
    listed = out.select_related("department")
    return list(listed.order_by("released_at"))


def next_meeting(department: Department | int) -> Meeting | None:
    """The department's next one in the calendar."""
    found = Meeting.objects.filter(department=department, state=State.PLANNED)
    return found.select_related(*RELATED).order_by("on").first()


def meeting_of(release: Release | int) -> Meeting | None:
    """The meeting at which a release was looked at."""
    found = Tabled.objects.filter(release=release).select_related("meeting__department")
    tabled = found.first()
    return tabled.meeting if tabled else None


def actions_for(reader: Reader) -> list[Action]:
    """What this person is to do, and has not closed; one query."""
    found = Action.objects.filter(owner=reader.account_id, closed_at=None)
    return list(found.select_related("meeting__department", "meeting__division"))


def open_actions(meeting: Meeting) -> QuerySet[Action]:
    """What the same body's meetings asked for and nobody has closed."""
    same = Meeting.objects.of_body(meeting)
    found = Action.objects.filter(meeting__in=same, closed_at=None)
    return found.select_related("owner__person", "meeting")


def to_minute(reader: Reader) -> QuerySet[Meeting]:
    """Meetings that were held, whose minutes this person approves or takes; one query."""
    mine = Q(department__in=reader.leads) | Q(minuted_by=reader.account_id)
    found = Meeting.objects.filter(mine, state=State.HELD)
    return found.select_related(*RELATED).order_by("on")
