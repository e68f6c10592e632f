"""Reading decisions, cycles and drivers: for this room’s pages and for the rooms above."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.improvement.models import Cycle, CycleMember, Decision, Driver
from clinlead.improvement.policies import State
from clinlead.organisation.models import Department, Post, WorkStream
from clinlead.releases.models import (
    FROZEN,
    TEAM_PREFIX,
    Release,
    ReleasedFigure,
    ReleaseState,
)
from clinlead.releases.out import ONLY_TO_VERIFY
from clinlead.strategy.models import Statement

RELATED = ("department", "stream", "release__department", "by__person")
CYCLES = (
    *("department", "stream", "owner__person"),
    *("decision__release__department", "decision__stream"),
)
MANIFESTS = ("decision__release__manifest", "decision__release__inputs")  # long, and not shown
STATIONED = (Role.LEAD, Role.OPERATIONS, Role.STAFF)


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


def cycles_on(department: Department, measures: Collection[str], reader: Reader) -> list[Cycle]:
    """The started cycles that charts of these measures mark, oldest first; one query."""
    begun = [State.RUNNING, State.CLOSED]
    found = Cycle.objects.visible_to(reader).filter(
        department=department, measure__in=measures, state__in=begun
    )
    return list(found.order_by("starts_on", "pk"))


def undecided(departments: Collection[int]) -> dict[Release, list[ReleasedFigure]]:
    """The departments’ figures of their newest releases of which nothing is decided; one query."""
    made = Decision.objects.standing().filter(
        release=OuterRef("release"), measure=OuterRef("measure")
    )
    out = Release.objects.filter(
        department=OuterRef("release__department"), state=ReleaseState.RELEASED
    )
    newest = out.order_by("-last_month", "-edition").values("pk")[:1]
    found = ReleasedFigure.objects.filter(
        ~Exists(made),
        release__department__in=departments,
        release=Subquery(newest),
        person=None,
        unit=Concat(Value(TEAM_PREFIX), "release__department__code"),
    )
    related = found.select_related("release__department").order_by("title")
    waiting: dict[Release, list[ReleasedFigure]] = {}
    for each in related.defer(*FROZEN, *ONLY_TO_VERIFY):
        waiting.setdefault(each.release, []).append(each)
    return waiting


def open_cycles(reader: Reader) -> list[Cycle]:
    """What this person runs, or leads, and is not closed yet; `owner_here` says of each whether
    its owner still works, or leads, in its department. One query."""
    mine = Q(owner_id=reader.account_id)
    led = Q(department__in=reader.leads) | Q(stream__in=reader.streams_led)
    found = Cycle.objects.filter(mine | led, state__in=[State.PLANNED, State.RUNNING])
    found = found.annotate(owner_here=owner_at_work(reader.on)).defer(*MANIFESTS)
    return list(found.select_related(*CYCLES).order_by("ends_on", "pk"))


def to_study(cycles: Iterable[Cycle], on: date) -> list[Cycle]:
    """Those of these cycles whose study is due."""
    return [each for each in cycles if each.state == State.RUNNING and each.ends_on <= on]


def without_owner(cycles: Sequence[Cycle], reader: Reader) -> list[Cycle]:
    """Those `open_cycles` that this person leads and whose owner works there no longer."""
    led = [each for each in cycles if each.department_id in reader.leads]
    return [each for each in led if not each.owner_here]  # type: ignore[attr-defined]


def owner_at_work(on: date) -> Q:
    """Whether a cycle’s owner works in, or leads, its department on a day."""
    posts = Post.objects.on(on).filter(
        person__account=OuterRef("owner"), department=OuterRef("department")
    )
    held = RoleHolding.objects.on(on).filter(
        account=OuterRef("owner"), department=OuterRef("department"), role__in=STATIONED
    )
    return Exists(posts) | Exists(held)


def members_of(cycle: Cycle) -> QuerySet[CycleMember]:
    return cycle.members.filter(left_at=None).select_related("account__person")


def ramp_of(cycle: Cycle, reader: Reader) -> list[Cycle]:
    """Every cycle of the same ramp that this person may see, in order; one query."""
    same = (
        Cycle.objects.visible_to(reader).filter(decision=cycle.decision_id).select_related(*CYCLES)
    )
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
