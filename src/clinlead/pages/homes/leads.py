"""Homes of those who decide: the department's quarter, the division, the trust."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from clinlead.access.models import RoleHolding, RoleProposal
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Department
from clinlead.pages.homes.parts import DEPARTMENTS, MEASURES, RULES, Fact, News, Part, Task, Way
from clinlead.pages.words import as_day, as_months, plural
from clinlead.releases.models import Release, ReleaseState
from clinlead.validation.models import Challenge, ChallengeState


def for_lead(reader: Reader) -> Part:
    led = list(Department.objects.filter(pk__in=reader.leads))
    waits = [*challenges_in(reader.leads, reader.on), *being_prepared(reader.leads, reader.on)]
    return Part(
        tasks=waits,
        news=made(reader.leads),
        ways=[
            *(Way(f"{d} figures", f"/departments/{d.code}/figures/", "Everybody’s") for d in led),
            Way("Challenges", "/challenges/", "What colleagues said is not right"),
            Way("Releases", "/releases/", "The quarter’s figures, from check to release"),
            Way("Grants", "/grants/", "Who outside the department may see its figures"),
        ],
    )


def for_chief(reader: Reader) -> Part:
    waiting = open_by_department(reader.chief_of)
    late = overdue_by_department(reader.chief_of, reader.on)
    return Part(
        tasks=[
            Task(
                f"{d}: {plural(late[d.pk], 'challenge')} overdue",
                "/challenges/",
                "the clinical director must settle them",
                late=True,
            )
            for d in Department.objects.filter(pk__in=[pk for pk, n in late.items() if n])
        ],
        news=made(reader.chief_of),
        facts=[
            Fact("Departments in your division", str(len(reader.chief_of))),
            Fact("Departments with figures released", str(len(departments_out(reader.chief_of)))),
            Fact("Open challenges", str(sum(waiting.values()))),
        ],
        ways=[
            Way("Challenges", "/challenges/", "Those that have come to you"),
            Way("Releases", "/releases/", "Where each department’s quarter stands"),
            Way("Grants", "/grants/", "Who outside may see your departments’ figures"),
            DEPARTMENTS,
        ],
    )


def for_director(reader: Reader) -> Part:
    everywhere = frozenset(Department.objects.values_list("pk", flat=True))
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD).values("department_id")
    unled = Department.objects.exclude(pk__in=leading).count()
    overdue = sum(overdue_by_department(everywhere, reader.on).values())
    tasks = proposals_to_second(reader)
    if unled:
        tasks.append(Task(f"{plural(unled, 'department')} without a director", "/departments/"))
    return Part(
        tasks=tasks,
        facts=[
            Fact("Departments with figures released", out_of(everywhere)),
            Fact("Challenges overdue", str(overdue)),
        ],
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


def challenges_in(departments: Iterable[int], on: date) -> list[Task]:
    """Open challenges of these departments in one line, the overdue ones apart."""
    waiting = Challenge.objects.filter(state=ChallengeState.OPEN, department__in=departments)
    due = sorted(waiting.values_list("due_on", flat=True))
    late = [day for day in due if day < on]
    tasks = []
    if late:
        tasks.append(
            Task(f"Settle {plural(len(late), 'overdue challenge')}", "/challenges/", "", late=True)
        )
    if len(due) > len(late):
        first = as_day(due[len(late)])
        rest = plural(len(due) - len(late), "challenge")
        tasks.append(Task(f"Settle {rest}", "/challenges/", f"the first by {first}"))
    return tasks


def being_prepared(departments: Iterable[int], on: date) -> list[Task]:
    found = Release.objects.filter(state=ReleaseState.PREPARING, department__in=departments)
    return [
        Task(
            f"Release {one.department}’s figures for {as_months(one.first_month, one.last_month)}",
            f"/releases/{one.pk}/",
            f"due by {as_day(one.due_on)}",
            late=one.due_on < on,
        )
        for one in found.select_related("department").order_by("due_on")
    ]


def made(departments: Iterable[int]) -> list[News]:
    """The newest releases of these departments."""
    found = Release.objects.filter(state=ReleaseState.RELEASED, department__in=departments)
    newest = found.select_related("department").order_by("-released_at")[:5]
    return [
        News(
            f"{one.department}’s figures for {as_months(one.first_month, one.last_month)} "
            "were released",
            one.released_at.date(),
            f"/releases/{one.pk}/",
        )
        for one in newest
        if one.released_at
    ]


def open_by_department(departments: Iterable[int]) -> Counter[int]:
    waiting = Challenge.objects.filter(state=ChallengeState.OPEN, department__in=departments)
    return Counter(waiting.order_by().values_list("department_id", flat=True))


def overdue_by_department(departments: Iterable[int], on: date) -> Counter[int]:
    waiting = Challenge.objects.filter(
        state=ChallengeState.OPEN, department__in=departments, due_on__lt=on
    )
    return Counter(waiting.order_by().values_list("department_id", flat=True))


def departments_out(departments: Iterable[int]) -> set[int]:
    """Those of these departments that have a release."""
    out = Release.objects.filter(state=ReleaseState.RELEASED, department__in=departments)
    return set(out.order_by().values_list("department_id", flat=True))


def out_of(departments: frozenset[int]) -> str:
    return f"{len(departments_out(departments))} of {len(departments)}"
