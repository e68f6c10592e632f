"""What of a figure has been released, and what was said of it: read from the releases room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.figures.sums import Sums, total
from clinlead.organisation.models import Department
from clinlead.releases.models import Interpretation, ReleasedFigure, ReleaseState
from clinlead.releases.out import Out, months_of
from clinlead.releases.reasons import Checklist, looked_at


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
    looked: Checklist  # what the lead looked at, with the evidence there was then


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
    return [
        Said(
            by=str(each.by),
            at=each.at,
            text=each.text,
            by_owner=each.by_owner,
            about=str(each.release.period),
            looked=looked_at(each.looked_at),
        )
        for each in ordered[:10]
    ]


def released_by_unit(department: Department, unit: str) -> dict[tuple[str, str], ReleasedFigure]:
    """Everything of a unit that is out: measure and rule → the newest figure."""
    found = (
        ReleasedFigure.objects.filter(
            release__department=department, release__state=ReleaseState.RELEASED, unit=unit
        )
        .select_related("release")
        .order_by("release__last_month", "release__edition")
    )
    return {(each.measure, each.rule): each for each in found}
