"""Where an object stands in the loop: what comes before it and after it, as far as one may see.

strategic objective → outcome (SCO) → measure (KPI) → data specification → extract → BI check →
sign-off → release → interpretation → decision → PDSA → re-measure → back to measure or outcome.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from clinlead.access.policies import Reader, Role, why_not_open_team
from clinlead.figures.computing import data_sets_read
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import why_not_see
from clinlead.intake.models import Load
from clinlead.intake.policies import why_not_load, why_not_see_grades
from clinlead.intake.queries import latest_grades
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.releases.queries import seen_by
from clinlead.strategy.models import OutcomeMeasure, Statement, Wording
from clinlead.strategy.policies import Kind

MOST = 6  # links on one side: a page is not a list


@dataclass(frozen=True)
class Link:
    """One step of the loop that this reader may open."""

    station: str  # "outcome", "release", …
    words: str
    href: str


@dataclass(frozen=True)
class Around:
    """The links on both sides, and where one stands."""

    station: str
    before: Sequence[Link] = field(default_factory=list)
    after: Sequence[Link] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Remeasured:
    """A department’s figure today, after the cycles on it that this reader may see."""

    measure: str
    title: str
    cycles: Sequence[Cycle]


def around(reader: Reader, station: str, thing: Any) -> Around:
    """What comes before and after an object; each station has its own way to look."""
    before, after = STATIONS[station]
    return Around(station, list(before(reader, thing))[:MOST], list(after(reader, thing))[:MOST])


# Strategic objective: by its statement


def outcomes_serving(_reader: Reader, objective: Statement) -> Iterable[Link]:
    found = Wording.objects.in_force(Kind.OUTCOME).filter(objective=objective)
    for one in found.select_related("statement").order_by("statement_id"):
        yield Link("outcome (SCO)", one.title, one.statement.get_absolute_url())


def the_strategy(_reader: Reader, _objective: Statement) -> Iterable[Link]:
    """The loop begins here."""
    yield Link("strategy", "What this trust wants to reach", "/strategy/")


# Outcome (SCO): by its wording


def objective_of(_reader: Reader, outcome: Wording) -> Iterable[Link]:
    if outcome.objective:
        words, href = outcome.objective_title(), outcome.objective.get_absolute_url()
        yield Link("strategic objective", words, href)


def measures_of(_reader: Reader, outcome: Wording) -> Iterable[Link]:
    linked = OutcomeMeasure.objects.filter(outcome=outcome.statement_id, ended_at=None)
    yield from measure_links(linked)
    code = outcome.statement.code
    yield Link("driver diagram", "What it depends on", f"/improvement/drivers/{code}/")


def measure_links(linked: QuerySet[OutcomeMeasure]) -> Iterable[Link]:
    """The measures of these links, by title; one query."""
    codes = linked.values("measure")
    found = MeasureVersion.objects.filter(code__in=codes, approved=True)
    titles = dict(found.order_by("version").values_list("code", "title"))
    for code, title in sorted(titles.items(), key=lambda one: one[1]):
        yield Link("measure (KPI)", title, f"/measures/{code}/")


# Measure (KPI) and its data specification: by the version of the register


def outcomes_shown(_reader: Reader, measure: MeasureVersion) -> Iterable[Link]:
    links = OutcomeMeasure.objects.filter(ended_at=None, measure=measure.code)
    found = Wording.objects.in_force(Kind.OUTCOME).filter(statement__in=links.values("outcome_id"))
    for one in found.select_related("statement").order_by("statement_id"):
        yield Link("outcome (SCO)", one.title, one.statement.get_absolute_url())


def specification_of(_reader: Reader, measure: MeasureVersion) -> Iterable[Link]:
    href = f"/measures/{measure.code}/{measure.version}/"
    yield Link("data specification", f"version {measure.version}, as agreed", href)


def measure_of(_reader: Reader, measure: MeasureVersion) -> Iterable[Link]:
    yield Link("measure (KPI)", measure.title, f"/measures/{measure.code}/")


def extracts_of(reader: Reader, measure: MeasureVersion) -> Iterable[Link]:
    """The newest load of each data set it reads; the quality page for who does not load."""
    grades = latest_grades()
    for name in sorted(data_sets_read(read_definition(measure.definition))):
        load = grades.get(name)
        if load and why_not_load(reader) is None:
            yield Link("extract", f"{name}, load {load.number}", f"/loads/{load.number}/")
        elif load and why_not_see_grades(reader) is None:
            yield Link("extract", f"{name}, grade {load.grade or 'not given'}", "/quality/")


# Extract: by its load


def specifications_reading(_reader: Reader, load: Load) -> Iterable[Link]:
    newest: dict[str, MeasureVersion] = {}
    for each in MeasureVersion.objects.filter(approved=True).order_by("version"):
        newest[each.code] = each
    for each in sorted(newest.values(), key=lambda one: one.title):
        if load.dataset in data_sets_read(read_definition(each.definition)):
            href = f"/measures/{each.code}/{each.version}/"
            yield Link("data specification", each.title, href)


def releases_after(reader: Reader, load: Load) -> Iterable[Link]:
    """Those being prepared, where the next BI check is, and then the newest that are out."""
    found = Release.objects.visible_to(reader).select_related("department")
    preparing = found.filter(state=ReleaseState.PREPARING).order_by("due_on")
    out = found.filter(state=ReleaseState.RELEASED, released_at__gte=load.loaded_at)
    for each in [*preparing[:MOST], *out.order_by("-released_at")[:MOST]]:
        preparing_it = each.state == ReleaseState.PREPARING
        yield Link("BI check" if preparing_it else "release", str(each), each.get_absolute_url())


# Release: BI check, sign-off and release stand on one page


def specifications_of(reader: Reader, release: Release) -> Iterable[Link]:
    """The extract for who loads; for others what the figures were made by."""
    if why_not_load(reader) is None:
        newest = Load.objects.filter(number__in=loads_in(release)).order_by("-number")
        for load in newest[:2]:
            yield Link("extract", f"{load.dataset}, load {load.number}", f"/loads/{load.number}/")
    for one in chosen_by([release.department_id], reader.on):
        href = f"/measures/{one.measure.code}/{one.measure.version}/"
        yield Link("data specification", one.measure.title, href)


def loads_in(release: Release) -> list[int]:
    """The numbers of the loads it was frozen from; none while it is being prepared."""
    if release.state == ReleaseState.PREPARING:
        return []
    return [int(each["load"]) for each in release.inputs.get("loads", [])]


def interpretations_in(reader: Reader, release: Release) -> Iterable[Link]:
    if release.state == ReleaseState.PREPARING:
        href = f"{release.get_absolute_url()}#interpret"
        yield Link("interpretation", "What the figures need", href)
        return
    decided = Decision.objects.visible_to(reader).standing().filter(release=release).count()
    if decides_from(reader, release):
        words = f"{decided} decided" if decided else "Nothing is decided yet"
        yield Link("decision", words, f"/improvement/releases/{release.pk}/")


def decides_from(reader: Reader, release: Release) -> bool:
    """Whether this person may open what was decided from a release."""
    here = reader.departments | reader.leads | reader.chief_of | reader.stationed
    return release.department_id in here or reader.has(
        Role.DIRECTOR, Role.ANALYST, Role.PROJECT_TEAM
    )


# Released figure, with its interpretation


def release_of_figure(_reader: Reader, figure: ReleasedFigure) -> Iterable[Link]:
    yield Link("release", str(figure.release), figure.release.get_absolute_url())


def decisions_on(reader: Reader, figure: ReleasedFigure) -> Iterable[Link]:
    """Decisions are about the department’s figure of the measure, whoever’s figure this is."""
    made = Decision.objects.visible_to(reader).standing()
    for one in made.filter(release=figure.release_id, measure=figure.measure):
        yield Link("decision", str(one), one.get_absolute_url())
    if figure.release.department_id in reader.leads:
        release = figure.release_id
        href = f"/improvement/releases/{release}/decide/{figure.measure}/"
        if figure.release.state == ReleaseState.RELEASED:
            yield Link("decision", "Decide", href)


# Decision


def figure_decided_on(reader: Reader, decision: Decision) -> Iterable[Link]:
    release = decision.release
    if not Release.objects.visible_to(reader).filter(pk=release.pk).exists():
        return
    unit = release.team_unit
    href = f"/releases/{release.pk}/figures/{decision.measure}/{decision.rule}/{unit}/"
    seen = {(each.measure, each.unit) for each in seen_by(release, reader)}
    if (decision.measure, unit) in seen:
        yield Link("interpretation", "The figure and what was made of it", href)
    yield Link("release", str(release), release.get_absolute_url())


def cycles_from(reader: Reader, decision: Decision) -> Iterable[Link]:
    for one in decision.cycles.visible_to(reader).order_by("pk"):
        yield Link("PDSA cycle", one.title, one.get_absolute_url())
    yield from remeasured(reader, decision.department, decision.measure)


# PDSA cycle


def decision_before(reader: Reader, cycle: Cycle) -> Iterable[Link]:
    if cycle.parent_id and cycle.parent:
        seen = Cycle.objects.visible_to(reader).filter(pk=cycle.parent_id).exists()
        if seen:
            yield Link("PDSA cycle", cycle.parent.title, cycle.parent.get_absolute_url())
    if why_not_see(reader, cycle.decision.place()) is None:
        yield Link("decision", str(cycle.decision), cycle.decision.get_absolute_url())


def what_follows(reader: Reader, cycle: Cycle) -> Iterable[Link]:
    following = Cycle.objects.visible_to(reader).filter(parent=cycle)
    for one in following.order_by("pk"):
        yield Link("PDSA cycle", one.title, one.get_absolute_url())
    yield from remeasured(reader, cycle.department, cycle.measure)


def remeasured(reader: Reader, department: Department, measure: str) -> Iterable[Link]:
    """The department’s figure today, and what it is a figure of."""
    if why_not_open_team(reader, department.pk) is None:
        href = f"/departments/{department.code}/figures/{measure}/"
        yield Link("re-measure", "The department’s figure today", href)
    yield Link("measure (KPI)", "How it is defined", f"/measures/{measure}/")


# Re-measure: a department’s use of a measure


def cycles_measured(_reader: Reader, figure: Remeasured) -> Iterable[Link]:
    for one in figure.cycles:
        yield Link("PDSA cycle", one.title, one.get_absolute_url())


def back_to_the_measure(_reader: Reader, figure: Remeasured) -> Iterable[Link]:
    yield Link("measure (KPI)", figure.title, f"/measures/{figure.measure}/")
    yield Link("outcome (SCO)", "What it is for", f"/strategy/measures/{figure.measure}/")


Looks = Callable[[Reader, Any], Iterable[Link]]
STATIONS: dict[str, tuple[Looks, Looks]] = {
    "strategic objective": (the_strategy, outcomes_serving),
    "outcome (SCO)": (objective_of, measures_of),
    "measure (KPI)": (outcomes_shown, specification_of),
    "data specification": (measure_of, extracts_of),
    "extract": (specifications_reading, releases_after),
    "release": (specifications_of, interpretations_in),
    "interpretation": (release_of_figure, decisions_on),
    "decision": (figure_decided_on, cycles_from),
    "PDSA cycle": (decision_before, what_follows),
    "re-measure": (cycles_measured, back_to_the_measure),
}
