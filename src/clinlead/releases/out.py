"""A figure as it is out, and a department's months as a reader may see them."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from clinlead.access.policies import Reader, Role, why_not_open_team
from clinlead.figures.policies import READS_OPENED, TeamFacts, why_not_see_team
from clinlead.figures.queries import is_person
from clinlead.figures.sums import MonthSums
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import find
from clinlead.organisation.models import Department, Person
from clinlead.releases.models import (
    TEAM_PREFIX,
    Release,
    ReleasedFigure,
    ReleaseState,
)
from clinlead.releases.opening import is_opened
from clinlead.releases.statistics import as_months
from clinlead.strategy.streams import NO_STREAMS, StreamSight, streams_for

ONLY_TO_VERIFY = ("release__inputs", "release__manifest")  # large, and shown by no figure


@dataclass(frozen=True)
class Out:
    """A figure as it is out: frozen, whatever has been computed since."""

    figure: ReleasedFigure
    months: list[MonthSums]

    @property
    def release(self) -> Release:
        return self.figure.release

    @property
    def last_month(self) -> str:
        return self.figure.release.last_month

    @property
    def href(self) -> str:
        f = self.figure
        return f"/releases/{f.release_id}/figures/{f.measure}/{f.rule}/{f.unit}/"


def released(
    department: Department, unit: str, measure: str, rule: str, version: int | None = None
) -> Out | None:
    """The newest release of a unit's figure that stands now; of one wording alone, where asked."""
    rows = ReleasedFigure.objects.filter(
        release__department=department,
        release__state=ReleaseState.RELEASED,
        unit=unit,
        measure=measure,
        rule=rule,
    )
    rows = rows if version is None else rows.filter(version=version)
    newest = rows.select_related("release__department").defer(*ONLY_TO_VERIFY)
    found = newest.order_by("-release__last_month", "-release__edition").first()
    return None if found is None else Out(found, months_of(found))


def as_released(choice: DepartmentMeasure, figure: ReleasedFigure | None) -> DepartmentMeasure:
    """The choice under the wording that a figure went out with: it is never read under another."""
    if figure is None or figure.version == choice.measure.version:
        return choice
    found = find(figure.measure, figure.version)
    if found is None:
        return choice
    then = copy(choice)
    then.measure = found
    return then


def months_of(figure: ReleasedFigure) -> list[MonthSums]:
    """The frozen columns as months again, with how many people are in each."""
    composition = figure.composition
    return as_months(figure.tallies, lambda month: people_in(composition, month))


def people_in(composition: Mapping[str, Sequence[str]], month: str) -> int:
    """A person's own figure is one; a department's is everybody who is in it."""
    return sum(is_person(unit) for unit in composition[month]) if composition else 1


Months = tuple[list[MonthSums], str]  # what may be seen, and else why nothing may


def builds(reader: Reader, department: Department) -> bool:
    """Whether this reader sees a department's figures before they are released."""
    return department.pk in reader.leads or reader.has(Role.ANALYST)


def released_months(
    reader: Reader, department: Department, measure: str, rule: str, out: Out | None = None
) -> Months:
    """The released months behind which enough people stand for this reader."""
    return months_seen(
        reader, department, out or released(department, team_unit(department), measure, rule)
    )


@dataclass(frozen=True, kw_only=True)
class ByName:
    """Whom a stream's lead sees by name in one department; nobody, for everybody else."""

    reader: Reader
    streams: StreamSight = NO_STREAMS
    codes: Mapping[int, str] = field(default_factory=dict)  # of everybody who joined a stream

    def of(self, measure: str) -> frozenset[str]:
        """Their codes, for one measure."""
        shown = (pk for pk in self.codes if self.streams.shows(pk, measure, self.reader))
        return frozenset(self.codes[pk] for pk in shown)


def by_name(reader: Reader, department: Department) -> ByName:
    """Nothing to ask for whoever leads no stream of the department."""
    streams = streams_for(reader, department.pk)
    joined = Person.objects.filter(pk__in=streams.members) if streams.members else ()
    return ByName(reader=reader, streams=streams, codes={each.pk: each.code for each in joined})


def months_seen(
    reader: Reader, department: Department, out: Out | None, known: ByName | None = None
) -> Months:
    """Those months of a released figure behind which enough people stand for this reader."""
    if out is None:
        why = why_not_see_team(reader, TeamFacts(department_id=department.pk))
        return [], why.because if why else ""
    by_opening = why_not_open_team(reader, department.pk) and reader.has(*READS_OPENED)
    opened = bool(by_opening) and is_opened(department, out.figure.measure)
    named = (known or by_name(reader, department)).of(out.figure.measure)

    def facts(month: MonthSums) -> TeamFacts:
        seen = len(named.intersection(out.figure.composition.get(month.month, ())))
        return replace(team_facts(department, month), opened=opened, seen=seen)

    refused = [(month, why_not_see_team(reader, facts(month))) for month in out.months]
    seen = [month for month, refusal in refused if refusal is None]
    reasons = [refusal.because for _, refusal in refused if refusal is not None]
    return seen, "" if seen or not reasons else reasons[-1]


def team_facts(department: Department, month: MonthSums) -> TeamFacts:
    return TeamFacts(department_id=department.pk, contributors=month.contributors, released=True)


def team_unit(department: Department) -> str:
    """How releases name a department's own figure."""
    return TEAM_PREFIX + department.code


def where_released(reader: Reader, out: Out | None) -> str:
    """The address of a released figure, where this reader may know of its release; one query."""
    known = out and Release.objects.visible_to(reader).filter(pk=out.release.pk).exists()
    return out.href if out and known else ""
