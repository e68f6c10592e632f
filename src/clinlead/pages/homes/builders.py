"""Homes of those who build: BI analysts and the project team."""

from datetime import date

from django.utils import timezone

from clinlead.access.policies import Reader
from clinlead.background.models import Job
from clinlead.background.policies import JobState
from clinlead.intake.models import Load, LoadState
from clinlead.learning.queries import to_moderate
from clinlead.organisation.models import Department
from clinlead.pages.homes import streams
from clinlead.pages.homes.leads import departments_out, out_of
from clinlead.pages.homes.parts import (
    DEPARTMENTS,
    FRAMEWORK,
    MEASURES,
    RESULTS,
    RULES,
    WORK,
    Fact,
    News,
    Part,
    Task,
    Way,
)
from clinlead.pages.homes.wordings import reviews_due
from clinlead.pages.words import as_day, as_months, plural
from clinlead.releases.models import Release, ReleaseState
from clinlead.validation.models import Challenge, ChallengeState, Window
from clinlead.workstreams.models import HelpRequest


def for_analyst(reader: Reader) -> Part:
    return Part(
        tasks=[*to_check(reader.on), *reviews_due(reader)],
        news=loaded(),
        facts=grades(),
        ways=[
            Way("Loads", "/loads/", "Take an extract in; see its quality and what was refused"),
            Way("Data quality", "/quality/", "Each data set’s grade and the rules behind it"),
            Way("Challenges", "/challenges/", "Add what you find"),
            Way("Corrections", "/corrections/", "Send them to the sources, and see what was fixed"),
            Way("Checking", "/windows/", "Records being checked, and the audit sample"),
            Way("Releases", "/releases/", "Check figures before they are signed off"),
            MEASURES,
            DEPARTMENTS,
        ],
    )


def to_check(on: date) -> list[Task]:
    """Releases that wait for the BI check."""
    waiting = Release.objects.filter(state=ReleaseState.PREPARING, checked_at=None)
    return [
        Task(
            f"Check {one.department}’s figures for {as_months(one.first_month, one.last_month)}",
            f"/releases/{one.pk}/",
            f"release due by {as_day(one.due_on)}",
            late=one.due_on < on,
        )
        for one in waiting.select_related("department").order_by("due_on")[:10]
    ]


def loaded() -> list[News]:
    newest = Load.objects.filter(state=LoadState.ACTIVE).order_by("-number")[:5]
    return [
        News(
            f"{load.file_name}: {plural(load.rows_accepted, 'row')} accepted into "
            f"{load.dataset}, {load.rows_quarantined or 'none'} put aside"
            + (f", grade {load.grade}" if load.grade else ""),
            timezone.localdate(load.loaded_at),
            f"/loads/{load.number}/",
        )
        for load in newest
    ]


def grades() -> list[Fact]:
    """The newest grade of each data set."""
    newest: dict[str, Load] = {}
    for load in Load.objects.filter(state=LoadState.ACTIVE).order_by("number"):
        newest[load.dataset] = load
    return [
        Fact(f"Quality of {name.replace('_', ' ')}", f"grade {load.grade or 'not given'}")
        for name, load in sorted(newest.items())
    ]


def failed_work() -> list[Task]:
    """Background work that somebody has to look at."""
    failed = Job.objects.filter(state=JobState.FAILED).count()
    if not failed:
        return []
    return [Task(f"{plural(failed, 'background job')} failed", "/background/", late=True)]


def for_project_team(reader: Reader) -> Part:
    everywhere = frozenset(Department.objects.open().values_list("pk", flat=True))
    running = Window.objects.filter(opens_on__lte=reader.on, closes_on__gte=reader.on)
    open_ones = Challenge.objects.filter(state=ChallengeState.OPEN)
    silent = everywhere - departments_out(everywhere)
    tasks = failed_work()
    if silent and len(silent) < len(everywhere):
        words = f"{plural(len(silent), 'department')} with no release yet"
        tasks.append(Task(words, "/releases/", "they may need support"))
    return Part(
        tasks=[*help_asked(reader), *posts_held(reader), *tasks],
        paths=[streams.PATH],
        facts=[
            Fact("Departments with figures released", out_of(everywhere)),
            Fact("Departments checking records now", str(running.count())),
            Fact("Open challenges", str(open_ones.count())),
            Fact("Of them overdue", str(open_ones.filter(due_on__lt=reader.on).count())),
        ],
        ways=[
            streams.STREAMS,
            Way("Requests for help", "/streams/help/", "What managers and leads asked for"),
            Way("Releases", "/releases/", "The calendar of every department"),
            *(FRAMEWORK, RESULTS),
            WORK,
            DEPARTMENTS,
            MEASURES,
            RULES,
        ],
    )


def posts_held(reader: Reader) -> list[Task]:
    """Posts of the forum that may say who somebody is, and wait for a moderator."""
    number = to_moderate(reader)
    return [Task(f"Moderate {plural(number, 'post')} in the forum", "/forum/")] if number else []


def help_asked(reader: Reader) -> list[Task]:
    """Requests for help that nobody has answered."""
    number = HelpRequest.objects.visible_to(reader).filter(answered_at=None).count()
    words = f"Answer {plural(number, 'request')} for help"
    return [Task(words, "/streams/help/")] if number else []
