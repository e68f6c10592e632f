"""What of a figure has been released, and what was said of it: read from the releases room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinlead.figures.queries import is_person
from clinlead.figures.sums import MonthSums, Sums, total
from clinlead.organisation.models import Department
from clinlead.releases.models import Interpretation, Release, ReleasedFigure, ReleaseState
from clinlead.releases.statistics import as_months


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


def released(department: Department, unit: str, measure: str, rule: str) -> Out | None:
    """The newest release of a unit's figure that stands now."""
    found = (
        ReleasedFigure.objects.filter(
            release__department=department,
            release__state=ReleaseState.RELEASED,
            unit=unit,
            measure=measure,
            rule=rule,
        )
        .select_related("release__department")
        .order_by("-release__last_month", "-release__edition")
        .first()
    )
    return None if found is None else Out(found, months_of(found))


def months_of(figure: ReleasedFigure) -> list[MonthSums]:
    """The frozen columns as months again, with how many people are in each."""
    return [
        replace(month, contributors=people_in(figure.composition, month.month))
        for month in as_months(figure.tallies)
    ]


def people_in(composition: Mapping[str, Sequence[str]], month: str) -> int:
    """A person's own figure is one; a department's is everybody who is in it."""
    return sum(is_person(unit) for unit in composition[month]) if composition else 1


def released_peers(out: Out, months: Sequence[str]) -> dict[str, Sums]:
    """The colleagues' released totals over some months, of the same release."""
    mine = out.figure
    others = ReleasedFigure.objects.filter(
        release=mine.release_id, measure=mine.measure, rule=mine.rule, person__isnull=False
    ).exclude(unit=mine.unit)
    wanted = set(months)
    sums = {f.unit: total(m for m in months_of(f) if m.month in wanted) for f in others}
    return {unit: each for unit, each in sums.items() if each.n}


@dataclass(frozen=True)
class Said:
    """The lead's interpretation or the owner's own words."""

    by: str
    at: Any
    text: str
    by_owner: bool
    about: str  # which release


def said_of(unit: str, measure: str, rule: str, department: Department) -> list[Said]:
    """What was said of a figure in releases that are out, newest first."""
    found = Interpretation.objects.filter(
        unit=unit,
        measure=measure,
        rule=rule,
        release__department=department,
        release__state=ReleaseState.RELEASED,
    )
    ordered = found.select_related("by__person", "release__department").order_by("-at", "-pk")
    return [Said(str(i.by), i.at, i.text, i.by_owner, str(i.release.period)) for i in ordered[:10]]


def released_by_unit(department: Department, unit: str) -> dict[tuple[str, str], list[MonthSums]]:
    """Everything of a unit that is out: measure and rule → months of the newest release."""
    found = (
        ReleasedFigure.objects.filter(
            release__department=department, release__state=ReleaseState.RELEASED, unit=unit
        )
        .select_related("release")
        .order_by("release__last_month", "release__edition")
    )
    return {(each.measure, each.rule): months_of(each) for each in found}
