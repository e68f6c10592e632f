"""Reading decisions, cycles and drivers: for this room’s pages and for the rooms above."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.improvement.models import Cycle, CycleMember, Decision, Driver
from clinlead.improvement.policies import State
from clinlead.organisation.models import Department, Post, WorkStream
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.strategy.models import Statement

RELATED = ("department", "stream", "release__department", "by__person")
CYCLES = ("department", "stream", "owner__person", "decision__release__department")


def decisions_of(departments: Iterable[Department | int]) -> QuerySet[Decision]:
    """Decisions of these departments that stand, newest first."""
    found = Decision.objects.standing().filter(department__in=list(departments))
    return found.select_related(*RELATED)


def decisions_for(streams: Iterable[WorkStream | int]) -> QuerySet[Decision]:
    """Decisions made for these streams that stand, newest first."""
    return Decision.objects.standing().filter(stream__in=list(streams)).select_related(*RELATED)


def cycles_with_result(streams: Iterable[WorkStream | int]) -> QuerySet[Cycle]:
    """Cycles of these streams that were studied against their prediction, on data over time."""
    found = Cycle.objects.filter(stream__in=list(streams), state=State.CLOSED)
    return found.select_related(*CYCLES)


def cycles_with_result_in(departments: Iterable[Department | int]) -> QuerySet[Cycle]:
    """The same of departments, whatever stream they were for."""
    found = Cycle.objects.filter(department__in=list(departments), state=State.CLOSED)
    return found.select_related(*CYCLES)


def cycles_on(department: Department, measure: str, reader: Reader) -> list[Cycle]:
    """The started cycles that a chart of this measure marks, oldest first; one query."""
    begun = [State.RUNNING, State.CLOSED]
    found = Cycle.objects.visible_to(reader).filter(
        department=department, measure=measure, state__in=begun
    )
    return list(found.order_by("starts_on", "pk"))


def undecided(releases: Iterable[Release]) -> dict[int, list[ReleasedFigure]]:
    """The department’s figures of which nothing is decided yet, by release; one query."""
    listed = {each.pk: each for each in releases}
    made = Decision.objects.standing().filter(
        release=OuterRef("release"), measure=OuterRef("measure")
    )
    found = ReleasedFigure.objects.filter(
        release__in=listed, person=None, unit__startswith="department:"
    ).exclude(Exists(made))
    waiting: dict[int, list[ReleasedFigure]] = {}
    for each in found.defer("tallies", "composition"):
        if each.unit == listed[each.release_id].team_unit:
            waiting.setdefault(each.release_id, []).append(each)
    return waiting


def latest_releases(departments: Collection[int]) -> list[Release]:
    """The newest release of each department that stands now."""
    out = Release.objects.filter(department__in=departments, state=ReleaseState.RELEASED)
    newest: dict[int, Release] = {}
    for each in out.select_related("department").defer("manifest", "inputs").order_by("last_month"):
        newest[each.department_id] = each
    return list(newest.values())


def to_study(reader: Reader) -> list[Cycle]:
    """Running cycles whose study is due, that this person runs or leads."""
    due = Cycle.objects.visible_to(reader).filter(state=State.RUNNING, ends_on__lte=reader.on)
    return [
        each
        for each in due.select_related(*CYCLES).order_by("ends_on")
        if each.owner_id == reader.account_id
        or each.department_id in reader.leads
        or each.stream_id in reader.streams_led
    ]


def without_owner(reader: Reader) -> list[Cycle]:
    """Open cycles that this person leads, whose owner works here no longer."""
    open_ones = Cycle.objects.filter(
        state__in=[State.PLANNED, State.RUNNING], department__in=reader.leads
    )
    listed = list(open_ones.select_related(*CYCLES))
    here = at_work([each.owner_id for each in listed], reader.on)
    return [each for each in listed if (each.owner_id, each.department_id) not in here]


def at_work(accounts: Iterable[int], on: date) -> set[tuple[int, int]]:
    """Which of these accounts work in, or lead, which departments on a day; two queries."""
    wanted = set(accounts)
    if not wanted:
        return set()
    posts = Post.objects.on(on).filter(person__account__in=wanted)
    held = RoleHolding.objects.on(on).filter(account__in=wanted, department__isnull=False)
    kinds = [Role.LEAD, Role.OPERATIONS, Role.STAFF]
    return {
        *posts.values_list("person__account", "department_id"),
        *held.filter(role__in=kinds).values_list("account_id", "department_id"),
    }


def members_of(cycle: Cycle) -> QuerySet[CycleMember]:
    return cycle.members.filter(left_at=None).select_related("account__person")


def ramp_of(cycle: Cycle, reader: Reader) -> list[Cycle]:
    """Every cycle of the same ramp that this person may see, in order; one query."""
    same = Cycle.objects.visible_to(reader).filter(decision=cycle.decision_id)
    listed = {each.pk: each for each in same.order_by("number", "starts_on", "pk")}
    first = root_of(cycle, listed)
    return [each for each in listed.values() if root_of(each, listed) == first]


def root_of(cycle: Cycle, among: dict[int, Cycle]) -> int:
    here = cycle
    while here.parent_id in among:
        here = among[here.parent_id]
    return here.pk


def drivers_of(outcome: Statement) -> list[Driver]:
    """The drivers that stand, with their ideas; two queries."""
    found = outcome.drivers.filter(ended_at=None).select_related("added_by__person")
    return list(found.prefetch_related("ideas__added_by__person"))


def counts() -> dict[str, int]:
    """How many decisions stand and cycles there are, by kind and state: numbers alone."""
    kinds = Counter(Decision.objects.standing().values_list("kind", flat=True))
    states = Counter(Cycle.objects.values_list("state", flat=True))
    acts = Counter(Cycle.objects.filter(state=State.CLOSED).values_list("act", flat=True))
    return {**kinds, **states, **acts}
