"""The facts that checks judge: one question a kind, for any number of streams."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.figures.models import Tally, TallyMonth
from clinlead.intake.queries import in_use
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, Post, WorkStream
from clinlead.releases.models import Interpretation, Release, ReleasedFigure, ReleaseState
from clinlead.strategy.models import Wording
from clinlead.strategy.policies import Kind, State
from clinlead.validation.models import Window
from clinlead.workstreams.came import CameOf, came_of_releases, for_stream
from clinlead.workstreams.facts import Aim, Measured, Outcome, Place, StreamFacts
from clinlead.workstreams.models import (
    Engagement,
    MoreMeasures,
    PreconditionRecord,
    StageEntry,
    StreamPerson,
)
from clinlead.workstreams.policies import MOST_MEASURES, PartPlayed, Precondition, Status

Members = dict[int, list[Department]]  # a stream's departments


@dataclass
class Stated:
    """What the trust states: everything in force, sorted by kind."""

    objectives: dict[int, Aim] = field(default_factory=dict)  # by statement
    definition: bool = False
    mandates: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    outcomes: dict[int, Outcome] = field(default_factory=dict)  # by statement
    serving: dict[int, int] = field(default_factory=dict)  # outcome to objective


def entries(streams: QuerySet[WorkStream], on: date) -> QuerySet[StageEntry]:
    """Where streams are, each with what is recorded of the stream itself; in one question."""
    theirs = {"stream": OuterRef("stream"), "ended_at": None}
    said = {
        "status": Subquery(Engagement.objects.filter(**theirs).values("status")[:1]),
        "most": Subquery(MoreMeasures.objects.filter(**theirs).values("most")[:1]),
        "has_sponsor": Exists(named(PartPlayed.SPONSOR, on)),
        "has_manager": Exists(named(PartPlayed.MANAGER, on)),
    }
    done = {f"done_{kind.name}": Exists(standing_records(kind)) for kind in Precondition}
    found = StageEntry.objects.filter(stream__in=streams)
    related = ("stream__specialty", "stream__pilot", "entered_by__person")
    return found.select_related(*related).annotate(**said, **done)


def named(part: PartPlayed, on: date) -> QuerySet[StreamPerson]:
    return StreamPerson.objects.on(on).filter(stream=OuterRef("stream"), part=part)


def standing_records(kind: Precondition) -> QuerySet[PreconditionRecord]:
    return PreconditionRecord.objects.filter(kind=kind, withdrawn_at=None)


def gather(listed: Iterable[StageEntry], reader: Reader) -> dict[int, StreamFacts]:
    """The facts of the streams of these entries, by stream; a dozen questions for any number."""
    by_stream = {each.stream_id: each for each in listed}
    members = departments_of(by_stream, reader.on)
    every = {each.pk: each for theirs in members.values() for each in theirs}
    stated, held = what_is_stated(), holdings(reader.on)
    measures = measures_of(stated, every, reader.on)
    places = places_of(every, stated, held, reader)
    came = came_of_releases(every, reader)
    return {
        pk: facts_of(entry, seen_from(pk, members[pk], places, came), stated, measures, held)
        for pk, entry in by_stream.items()
    }


def seen_from(
    stream_id: int,
    departments: Iterable[Department],
    places: Mapping[int, Place],
    came: Mapping[int, CameOf],
) -> list[Place]:
    """A stream's departments, with what came of their releases for this stream."""
    return [for_stream(places[each.pk], came[each.pk], stream_id) for each in departments]


def facts_of(
    entry: Any,  # annotated by entries()
    places: list[Place],
    stated: Stated,
    measures: Mapping[str, Measured],
    held: "Holdings",
) -> StreamFacts:
    here = frozenset(each.pk for each in places)
    outcomes = outcomes_for(stated, here)
    done = (kind for kind in Precondition if getattr(entry, f"done_{kind.name}"))
    return StreamFacts(
        stream_id=entry.stream_id,
        places=tuple(places),
        outcomes=outcomes,
        measures=narrowed(measures, outcomes, here),
        most_measures=entry.most or MOST_MEASURES,
        objective=bool(stated.objectives),
        definition=stated.definition,
        status=Status(entry.status) if entry.status else None,
        sponsored=entry.has_sponsor,
        managed=entry.has_manager or entry.stream_id in held.managed,
        led=entry.stream_id in held.streams,
        preconditions=frozenset(done),
    )


def departments_of(streams: Iterable[int], on: date) -> Members:
    """Each stream's departments that are there on a day, by name; in one question.

    One that merged asks nothing of a stream any more: the one that continues it does.
    """
    there = Q(department__closed_on=None) | Q(department__closed_on__gte=on)
    begun = Q(department__opened_on=None) | Q(department__opened_on__lte=on)
    through = WorkStream.departments.through.objects.filter(there, begun)
    through = through.select_related("department")
    found: Members = {each: [] for each in streams}
    for link in through.filter(workstream__in=list(found)).order_by("department__name"):
        found[link.workstream_id].append(link.department)
    return found


class Row(NamedTuple):
    """A statement in force with one of its departments and one of its measures."""

    kind: str
    statement: int
    code: str
    title: str
    objective: int | None
    holder: int | None
    department: int | None
    measure: str | None


def what_is_stated() -> Stated:
    """Every statement in force with its departments and measures, in one question."""
    shows = Q(statement__measures__ended_at=None)
    running = FilteredRelation("statement__measures", condition=shows)
    names = ("statement__kind", "statement_id", "statement__code", "title", "objective_id")
    rows = Wording.objects.filter(state=State.APPROVED).annotate(running=running)
    stated = Stated()
    for row in rows.values_list(*names, "holder_id", "departments", "running__measure"):
        add_statement(stated, Row(*row))
    for statement, objective in stated.serving.items():
        aim = stated.objectives.get(objective)
        stated.outcomes[statement] = replace(stated.outcomes[statement], aim=aim)
    return stated


def add_statement(stated: Stated, row: Row) -> None:
    if row.kind == Kind.OBJECTIVE:
        address = f"/strategy/objectives/{row.code}/"
        stated.objectives[row.statement] = Aim(row.title, address)
    elif row.kind == Kind.DEFINITION:
        stated.definition = True
    elif row.kind == Kind.MANDATE and row.department and row.holder:
        stated.mandates[row.department].add(row.holder)
    elif row.kind == Kind.OUTCOME and row.objective:
        stated.serving[row.statement] = row.objective
        add_to_outcome(stated, row)


def add_to_outcome(stated: Stated, row: Row) -> None:
    address = f"/strategy/outcomes/{row.code}/"
    known = stated.outcomes.get(row.statement) or Outcome(title=row.title, address=address)
    stated.outcomes[row.statement] = replace(
        known,
        departments=known.departments | ({row.department} if row.department else set()),
        measures=known.measures | ({row.measure} if row.measure else set()),
    )


def outcomes_for(stated: Stated, departments: frozenset[int]) -> tuple[Outcome, ...]:
    found = [one for one in stated.outcomes.values() if one.departments & departments]
    return tuple(sorted(found, key=lambda one: one.title))


def measures_of(
    stated: Stated, departments: Mapping[int, Department], on: date
) -> dict[str, Measured]:
    """Every measure that shows an outcome: its wording, who uses it, and the grade of its data."""
    wanted = {code for one in stated.outcomes.values() for code in one.measures}
    used: dict[str, set[int]] = defaultdict(set)
    chosen = chosen_by(list(departments), on).select_related(None).order_by()
    for department, code in chosen.values_list("department_id", "measure__code"):
        used[code].add(department)
    grades = grades_of_data()
    found = {code: Measured(code=code, title=code, approved=False) for code in wanted}
    registered = MeasureVersion.objects.filter(approved=True, code__in=wanted).order_by("version")
    for each in registered:
        found[each.code] = Measured(
            code=each.code,
            title=each.title,
            used_by=frozenset(used[each.code]),
            grade=grades.get(read_definition(each.definition).record, ""),
        )
    return found


def grades_of_data() -> dict[str, str]:
    """Data set → the grade of its newest load in use; a load without one counts as the worst."""
    loads = in_use().order_by("number").values_list("dataset", "grade")
    return {dataset: grade or "D" for dataset, grade in loads}


def narrowed(
    measures: Mapping[str, Measured], outcomes: Iterable[Outcome], departments: frozenset[int]
) -> tuple[Measured, ...]:
    """The measures of these outcomes, each with the departments that need it here."""
    needed: dict[str, frozenset[int]] = {}
    for one in outcomes:
        for code in one.measures:
            here = one.departments & departments
            needed[code] = needed.get(code, frozenset()) | here
    found = [replace(measures[code], needed_by=here) for code, here in needed.items()]
    return tuple(sorted(found, key=lambda one: one.title))


@dataclass
class Holdings:
    """Who leads departments, and which streams somebody leads or manages by role."""

    leads: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    streams: set[int] = field(default_factory=set)
    managed: set[int] = field(default_factory=set)


def holdings(on: date) -> Holdings:
    found = Holdings()
    kinds = [Role.LEAD, Role.STREAM_LEAD, Role.OPERATIONS]
    held = RoleHolding.objects.on(on).filter(role__in=kinds).order_by()
    for role, account, department, stream in held.values_list(
        "role", "account_id", "department_id", "stream_id"
    ):
        if role == Role.LEAD:
            found.leads[department].add(account)
        elif stream:
            (found.streams if role == Role.STREAM_LEAD else found.managed).add(stream)
    return found


def places_of(
    departments: Mapping[int, Department], stated: Stated, held: Holdings, reader: Reader
) -> dict[int, Place]:
    covered = in_newest_figures(departments, reader.on)
    windows = windows_held(departments, reader.on)
    releases = releases_of(departments, reader)
    return {
        pk: with_releases(
            Place(
                pk=pk,
                code=each.code,
                name=each.name,
                leads=frozenset(held.leads[pk]),
                mandated=frozenset(stated.mandates.get(pk, ())),
                in_figures=pk in covered,
                records_checked=pk in windows,
            ),
            releases[pk],
        )
        for pk, each in departments.items()
    }


def in_newest_figures(departments: Iterable[int], on: date) -> set[int]:
    """Departments with a clinician who has a tally in the newest complete month."""
    complete = TallyMonth.objects.filter(shown=True, complete=True)
    newest = Subquery(complete.order_by("-month").values("month")[:1])
    here = Tally.objects.filter(tally_month__in=complete.filter(month=newest)).values("unit")
    posts = Post.objects.on(on).filter(department__in=list(departments), person__code__in=here)
    return set(posts.order_by().values_list("department_id", flat=True).distinct())


def windows_held(departments: Iterable[int], on: date) -> set[int]:
    held = Window.objects.filter(department__in=list(departments), closes_on__lt=on)
    return set(held.order_by().values_list("department_id", flat=True).distinct())


def releases_of(departments: Iterable[int], reader: Reader) -> dict[int, list[Release]]:
    """Every release of these departments, oldest first.

    Each with whether a signal was left uninterpreted, and whether this reader may open it.
    """
    same = {name: OuterRef(name) for name in ("release", "measure", "rule", "unit")}
    words = Interpretation.objects.filter(by_owner=False, **same)
    signals = ReleasedFigure.objects.filter(~Q(beside="") | Q(has_signal=True))
    silent = signals.filter(release=OuterRef("pk")).filter(~Exists(words))
    seen = Release.objects.visible_to(reader).filter(pk=OuterRef("pk"))
    fields = ("department_id", "state", "first_month", "checked_at", "tabled_on", "released_at")
    listed = Release.objects.filter(department__in=list(departments)).only(*fields)
    asked = listed.annotate(uninterpreted=Exists(silent), opens=Exists(seen))
    found: dict[int, list[Release]] = defaultdict(list)
    for each in asked.order_by("first_month", "edition"):
        found[each.department_id].append(each)
    return found


def with_releases(place: Place, releases: list[Any]) -> Place:
    out = [each for each in releases if each.state == ReleaseState.RELEASED]
    ever = [each for each in releases if each.state != ReleaseState.PREPARING]
    return replace(
        place,
        bi_checked=any(each.checked_at for each in releases),
        released=len({each.first_month for each in out}),
        uninterpreted=any(each.uninterpreted for each in out),
        tabled=len({each.first_month for each in ever if each.tabled_on}),
        preparing=next((each.pk for each in releases if each not in ever and each.opens), None),
        opens=tuple(each.pk for each in out if each.opens),
    )
