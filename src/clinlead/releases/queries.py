"""Reading releases: what is out, what is due, and what waits for whom."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from clinlead.access.policies import Reader, Role
from clinlead.figures.sums import MonthSums
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Department
from clinlead.releases.models import FROZEN, Interpretation, Release, ReleasedFigure, ReleaseState
from clinlead.releases.out import ONLY_TO_VERIFY, ByName, by_name, months_of
from clinlead.releases.periods import Period, last_whole_period
from clinlead.releases.policies import FigureFacts, why_not_see_figure
from clinlead.releases.standing import leading
from clinlead.strategy.streams import NO_STREAMS, StreamSight, streams_for


def released_figures(unit: str) -> QuerySet[ReleasedFigure]:
    """A unit's figures of editions that stand now, newest months first."""
    out = ReleasedFigure.objects.filter(unit=unit, release__state=ReleaseState.RELEASED)
    related = out.select_related("release__department").defer(*ONLY_TO_VERIFY)
    return related.order_by("-release__last_month", "title")


def released_figure(unit: str, measure: str, rule: str | None = None) -> ReleasedFigure | None:
    """The newest released figure of a person's (or department's) unit for a measure."""
    found = released_figures(unit).filter(measure=measure)
    if rule is not None:
        found = found.filter(rule=rule)
    return found.first()


def released_months(unit: str, measure: str, version: int | None = None) -> set[str]:
    """Every month of a unit's measure that has been released, in whatever edition stands now.

    Of one wording alone where a version is named: what is out under another is another figure.
    """
    out = released_figures(unit).filter(measure=measure)
    out = out if version is None else out.filter(version=version)
    tallies = out.values_list("tallies", flat=True)
    return {month for columns in tallies for month in columns["month"]}


def is_released(unit: str, measure: str, months: Collection[str]) -> bool:
    """Whether all of these months of a unit's measure have been released."""
    return bool(months) and set(months) <= released_months(unit, measure)


def latest_release(department: Department) -> Release | None:
    """The newest release of a department that stands now."""
    out = Release.objects.filter(department=department, state=ReleaseState.RELEASED)
    return out.order_by("-last_month", "-edition").first()


def interpretations_of(unit: str, measure: str) -> QuerySet[Interpretation]:
    """What the lead and the owner wrote of a unit's measure in releases that are out."""
    said = Interpretation.objects.filter(unit=unit, measure=measure)
    said = said.exclude(release__state=ReleaseState.PREPARING)
    return said.select_related("by__person", "release").defer(*ONLY_TO_VERIFY)


IN_A_LIST = ("figure", "reading", "signals", "months")


def without_frozen(release: Release) -> QuerySet[ReleasedFigure]:
    """Which figures a release has, without what they add up and say: most of a row."""
    return release.figures.defer(*FROZEN)


def listed(release: Release) -> QuerySet[ReleasedFigure]:
    """The same, each with what a list says of it (`said`), taken out by the database."""
    said = JSONObject(**{name: f"statistics__{name}" for name in IN_A_LIST})
    return without_frozen(release).annotate(said=said)


def with_frozen(
    figures: Iterable[ReleasedFigure], *, but: Sequence[str] = ()
) -> list[ReleasedFigure]:
    """The same figures whole, but for some columns; one question, and none of nothing."""
    releases = {figure.pk: figure.release for figure in figures}
    if not releases:
        return []
    found = ReleasedFigure.objects.filter(pk__in=releases).select_related("person").defer(*but)
    whole = list(found)
    for figure in whole:
        figure.release = releases[figure.pk]
    return whole


def seen_by(
    release: Release, reader: Reader, rows: QuerySet[ReleasedFigure] | None = None
) -> list[ReleasedFigure]:
    """The released figures of one release that this person may see; `rows`, where less is read."""
    leads = leading(release.department_id, reader.on)
    streams = streams_for(reader, release.department_id)
    figures = list((release.figures.all() if rows is None else rows).select_related("person"))
    seen = seen_by_name(figures, streams, reader)
    return [
        f
        for f in figures
        if why_not_see_figure(facts_of(release, f, leads, streams, seen), reader) is None
    ]


def seen_by_name(
    figures: Iterable[ReleasedFigure], streams: StreamSight, reader: Reader
) -> Mapping[str, int]:
    """How many clinicians' figures a stream's lead sees by name, by measure."""
    return Counter(f.measure for f in figures if streams.shows(f.person_id, f.measure, reader))


def facts_of(
    release: Release,
    figure: ReleasedFigure,
    leads: Collection[int],
    streams: StreamSight = NO_STREAMS,
    seen: Mapping[str, int] | None = None,
) -> FigureFacts:
    return FigureFacts(
        department_id=release.department_id,
        stage=release.stage,
        person_id=figure.person_id,
        owner_leads=figure.person_id in leads,
        contributors=figure.contributors,
        seen=(seen or {}).get(figure.measure, 0),
        streams=streams.of(figure.person_id, figure.measure),
    )


def months_shown(
    figure: ReleasedFigure, reader: Reader, known: ByName | None = None
) -> list[MonthSums]:
    """The months of a released figure, less those of a total with too few people behind it.

    `known`: whom the reader sees by name in its department, where that was asked already.
    """
    months = months_of(figure)
    if figure.person_id is not None:
        return months
    facts = facts_of(figure.release, figure, ())
    named = (known or by_name(reader, figure.release.department)).of(figure.measure)

    def refused(month: MonthSums) -> bool:
        seen = len(named.intersection(figure.composition.get(month.month, ())))
        these = replace(facts, contributors=month.contributors, seen=seen)
        return why_not_see_figure(these, reader) is not None

    return [month for month in months if not refused(month)]


@dataclass(frozen=True, kw_only=True)
class Due:
    """A department's next release, by the calendar."""

    department: Department
    period: Period
    due_on: date
    release: Release | None  # once it is being prepared
    overdue: bool


def calendar(departments: Iterable[Department], on: date) -> list[Due]:
    """Each department's next release: the first period that is over and not out, or the next."""
    configuration = settings.CONFIGURATION
    over = last_whole_period(on, configuration.release_months)
    departments = list(departments)
    made: dict[int, list[Release]] = {}
    for release in Release.objects.filter(department__in=departments).select_related("department"):
        made.setdefault(release.department_id, []).append(release)
    return [
        due_of(each, made.get(each.pk, []), over, on, configuration.release_due_days)
        for each in departments
    ]


def due_of(
    department: Department, made: Iterable[Release], over: Period, on: date, due_days: int
) -> Due:
    made = sorted(made, key=lambda release: (release.last_month, release.edition))
    waiting = next((r for r in made if r.state == ReleaseState.PREPARING), None)
    if waiting:
        period, due_on = waiting.period, waiting.due_on
    else:
        opened = department.opened_on
        new = opened is not None and opened > over.ends_on  # by a merger: it has no such months
        out = new or any(release.period >= over for release in made)
        period = over.next() if out else over
        due_on = period.due_on(due_days)
    return Due(
        department=department,
        period=period,
        due_on=due_on,
        release=waiting,
        overdue=due_on < on,
    )


def measured_departments(reader: Reader, on: date) -> QuerySet[Department]:
    """The departments whose calendar concerns this person, of those that use a measure.

    One that merged before the last whole period has nothing to come, but what is being prepared.
    """
    used = DepartmentMeasure.objects.filter(ended_on=None, decided_on__lte=on)
    preparing = Release.objects.filter(state=ReleaseState.PREPARING).values("department_id")
    over = last_whole_period(on, settings.CONFIGURATION.release_months)
    there = Q(closed_on=None) | Q(closed_on__gte=over.starts_on) | Q(pk__in=preparing)
    found = Department.objects.filter(there, pk__in=used.values("department_id"))
    if reader.has(Role.ANALYST, Role.DIRECTOR, Role.PROJECT_TEAM, Role.OPERATIONS):
        return found
    near = reader.departments | reader.leads | reader.chief_of | reader.stream_departments
    return found.filter(pk__in=near | reader.granted_team | reader.granted_named)
