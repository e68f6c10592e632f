"""What of a figure has been released, and what was said of it: read from the releases room."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.figures.comparing import shown_beside
from clinlead.figures.sums import Sums, total
from clinlead.organisation.models import Department
from clinlead.releases.models import Interpretation, ReleasedFigure, ReleaseState
from clinlead.releases.out import ONLY_TO_VERIFY, Out, months_of
from clinlead.releases.reasons import Checklist, looked_at
from clinmeasures.definitions import Definition


def released_peers(out: Out, months: Sequence[str]) -> dict[str, Sums]:
    """The colleagues' released totals over some months, of the same release."""
    mine = out.figure
    others = ReleasedFigure.objects.filter(
        release=mine.release_id, measure=mine.measure, rule=mine.rule, person__isnull=False
    ).exclude(unit=mine.unit)
    read = others.only("unit", "tallies", "composition")
    wanted = set(months)
    sums = {f.unit: total(m for m in months_of(f) if m.month in wanted) for f in read}
    return {unit: each for unit, each in sums.items() if each.n}


def beside_released(
    out: Out,
    months: Sequence[str],
    definition: Definition,
    others: Mapping[str, Sums],
    unlike: Collection[str],
) -> dict[str, Sums]:
    """Colleagues who stand beside a released figure; see `shown_beside`."""

    def before() -> frozenset[str]:
        return left_out_before(out, months, definition, unlike)

    return shown_beside(others, definition, before, unlike=unlike)


def left_out_before(
    out: Out, months: Sequence[str], definition: Definition, unlike: Collection[str]
) -> frozenset[str]:
    """Colleagues whom the edition before left out over the same months."""
    figure = out.figure
    earlier = ReleasedFigure.objects.filter(
        release=out.release.supersedes_id,
        measure=figure.measure,
        rule=figure.rule,
        unit=figure.unit,
    )
    then = earlier.select_related("release").defer(*ONLY_TO_VERIFY).first()
    if then is None:
        return frozenset()
    before = Out(then, months_of(then))
    others = released_peers(before, months)
    shown = beside_released(before, months, definition, others, unlike)
    return frozenset(others.keys() - shown.keys())


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
    related = found.select_related("by__person", "release__department").defer(*ONLY_TO_VERIFY)
    ordered = related.order_by("-at", "-pk")
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
        .defer(*ONLY_TO_VERIFY)
        .order_by("release__last_month", "release__edition")
    )
    return {(each.measure, each.rule): each for each in found}
