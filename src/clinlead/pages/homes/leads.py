"""Homes of those who decide: the department's quarter, the division, the trust."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from clinlead.access.models import RoleHolding, RoleProposal
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Department, WorkStream
from clinlead.pages.homes import above, streams
from clinlead.pages.homes.parts import (
    DEPARTMENTS,
    JOB_PLANS,
    MEASURES,
    RULES,
    Fact,
    News,
    Part,
    Path,
    Task,
    Way,
)
from clinlead.pages.homes.wordings import reviews_due
from clinlead.pages.words import as_day, as_months, plural
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.presenters import steps_of
from clinlead.releases.quarter import Step, minutes_left
from clinlead.releases.standing import gate_facts, standing
from clinlead.strategy.queries import without_measure
from clinlead.validation.models import Challenge

WHOSE = "The department’s, and each clinician’s"


def for_lead(reader: Reader) -> Part:
    releases = releases_of(reader.leads)
    led = departments_led(reader, releases)
    return Part(
        tasks=[
            *being_prepared(releases, reader.on),
            *unmeasured(reader),
            *reviews_due(reader, led=True),
        ],
        paths=[
            *(path_of(one) for one in releases if one.state == ReleaseState.PREPARING),
            streams.PATH,
        ],
        news=made(releases),
        ways=[
            *(
                Way(
                    f"{d} figures",
                    f"/departments/{d.code}/figures/",
                    "The department’s, and each clinician’s",
                )
                for d in led
            ),
            Way("Challenges", "/challenges/", "What colleagues said is not right"),
            Way("Checking", "/windows/", "How far colleagues are with their records"),
            Way("Releases", "/releases/", "The quarter’s figures, from check to release"),
            Way("Grants", "/grants/", "Who outside the department may see its figures"),
            JOB_PLANS,
        ],
    )


def departments_led(reader: Reader, releases: Iterable[Release]) -> list[Department]:
    """In the order of names; asked for only where one of them has no release yet."""
    known = {one.department_id: one.department for one in releases}
    if reader.leads <= known.keys():
        return sorted((known[pk] for pk in reader.leads), key=str)
    return list(Department.objects.filter(pk__in=reader.leads))


def unmeasured(reader: Reader) -> list[Task]:
    """Outcomes of one's departments that no measure shows."""
    return [
        Task(
            f"Choose a measure for “{one.title}”",
            one.statement.get_absolute_url(),
            "nothing shows yet whether it is reached",
        )
        for one in without_measure(reader.leads)
    ]


def for_stream_lead(reader: Reader) -> Part:
    led = WorkStream.objects.filter(pk__in=reader.streams_led)
    departments = Department.objects.filter(pk__in=reader.stream_departments)
    return Part(
        paths=[streams.PATH],
        ways=[
            *(Way(str(one), one.get_absolute_url(), "The stream that you lead") for one in led),
            streams.STREAMS,
            *(
                Way(
                    f"{one} figures",
                    f"/departments/{one.code}/figures/",
                    "Of your stream’s measures, those of its members by name",
                )
                for one in departments
            ),
            MEASURES,
            RULES,
        ],
    )


def for_chief(reader: Reader) -> Part:
    waiting = open_challenges_in(reader.chief_of)
    releases = releases_of(reader.chief_of)
    late = Counter(str(one.department) for one in waiting if one.due_on < reader.on)
    out = {one.department_id for one in releases if one.released_at}
    return Part(
        tasks=[
            *(
                Task(
                    f"{name}: {plural(number, 'challenge')} overdue",
                    "/challenges/",
                    "its clinical director must settle them",
                    late=True,
                )
                for name, number in sorted(late.items())
            ),
        ],
        news=made(releases),
        facts=[
            Fact("Departments in your division", str(len(reader.chief_of))),
            Fact("Departments with figures released", str(len(out))),
            Fact("Open challenges", str(len(waiting))),
        ],
        paths=[above.PATH, streams.PATH],
        ways=[
            streams.STREAMS,
            Way("Challenges", "/challenges/", "Those that have come to you"),
            Way("Releases", "/releases/", "Where each department’s quarter stands"),
            Way("Grants", "/grants/", "Who outside may see your departments’ figures"),
            DEPARTMENTS,
        ],
    )


def open_challenges_in(departments: Iterable[int]) -> list[Challenge]:
    found = Challenge.objects.open().filter(department__in=departments)
    return list(found.select_related("department"))


def for_director(reader: Reader) -> Part:
    everywhere = frozenset(Department.objects.open().values_list("pk", flat=True))
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD).values("department_id")
    unled = Department.objects.open().exclude(pk__in=leading).count()
    overdue = Challenge.objects.open().filter(due_on__lt=reader.on).count()
    tasks = proposals_to_second(reader)
    if unled:
        tasks.append(Task(f"{plural(unled, 'department')} without a director", "/departments/"))
    return Part(
        tasks=tasks,
        facts=[
            Fact("Departments with figures released", out_of(everywhere)),
            Fact("Challenges overdue", str(overdue)),
        ],
        paths=[above.PATH],
        ways=[
            DEPARTMENTS,
            Way("Releases", "/releases/", "Where each department’s quarter stands"),
            Way("Roles", "/roles/", "Second a role that sees named results"),
            RULES,
            MEASURES,
        ],
    )


def proposals_to_second(reader: Reader) -> list[Task]:
    """Roles that wait for a second person, other than those one proposed or would hold."""
    waiting = RoleProposal.objects.filter(answered_at=None)
    waiting = waiting.exclude(proposed_by=reader.account_id).exclude(account=reader.account_id)
    return [
        Task(f"Second or decline: {one.account} as {one.get_role_display()}", "/roles/")
        for one in waiting.select_related("account__person")
    ]


def path_of(release: Release) -> Path:
    """The quarter as five steps; they come in a request of their own, after the page."""
    months = as_months(release.first_month, release.last_month)
    here = f"/releases/{release.pk}/"
    words = "See the five steps and what is left in each"
    return Path(f"{release.department}: {months}", f"/quarters/{release.pk}/", here, words)


@dataclass(frozen=True)
class Quarter:
    """A release on its way: the five steps, and the minutes that should be left."""

    steps: list[Step]
    said: str

    @classmethod
    def of(cls, release: Release, on: date) -> "Quarter":
        steps = steps_of(gate_facts(standing(release, on)))
        here = f"/releases/{release.pk}/"
        linked = [
            replace(one, href=here + one.href if one.href.startswith("#") else one.href)
            for one in steps
        ]
        minutes = plural(minutes_left(steps), "minute")
        return cls(linked, f"About {minutes} of work left, due by {as_day(release.due_on)}.")


def releases_of(departments: Iterable[int]) -> list[Release]:
    """Every release of these departments that is on its way or out, in one query."""
    states = [ReleaseState.PREPARING, ReleaseState.RELEASED]
    found = Release.objects.filter(department__in=departments, state__in=states)
    return list(found.select_related("department").order_by("due_on"))


def being_prepared(releases: Iterable[Release], on: date) -> list[Task]:
    return [
        Task(
            f"Release {one.department}’s figures for {as_months(one.first_month, one.last_month)}",
            f"/releases/{one.pk}/",
            f"due by {as_day(one.due_on)}",
            late=one.due_on < on,
        )
        for one in releases
        if one.state == ReleaseState.PREPARING
    ]


def made(releases: Iterable[Release]) -> list[News]:
    """Those of these releases that are out."""
    return [
        News(
            f"{one.department}’s figures for {as_months(one.first_month, one.last_month)} "
            "were released",
            timezone.localdate(one.released_at),
            f"/releases/{one.pk}/",
        )
        for one in releases
        if one.released_at
    ]


def departments_out(departments: Iterable[int]) -> set[int]:
    """Those of these departments that have a release."""
    out = Release.objects.filter(state=ReleaseState.RELEASED, department__in=departments)
    return set(out.order_by().values_list("department_id", flat=True))


def out_of(departments: frozenset[int]) -> str:
    return f"{len(departments_out(departments))} of {len(departments)}"
