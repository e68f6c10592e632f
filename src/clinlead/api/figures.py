"""Figures: one's own, and a department's as far as the reader may see them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from clinlead.access.policies import why_not_open_team
from clinlead.api.application import REFUSALS, Asking
from clinlead.figures.charting import charted, reading
from clinlead.figures.policies import why_not_show_individually
from clinlead.figures.presenters import sentence, usual_period, within
from clinlead.figures.queries import Wanted, added_up, department_units, is_person, tallies
from clinlead.figures.sums import MonthSums, figure_of, total, value_of
from clinlead.history.actions import record_reading
from clinlead.measures.breaks import breaks_of
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, Person
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.opening import opens_to
from clinlead.releases.out import (
    ByName,
    as_released,
    builds,
    months_seen,
    released,
    team_unit,
)
from clinlead.releases.queries import latest_release, released_months, seen_by
from clinlead.releases.statistics import as_months
from clinlead.releases.views import needs_purpose
from clinmeasures.definitions import Definition

router = Router(tags=["figures"])


class MonthOut(Schema):
    """One month. Numerator and denominator are in millionths of a record, or of its unit."""

    month: str
    n: int
    numerator: int
    denominator: int
    value: float | None
    complete: bool
    released: bool


class FigureOut(Schema):
    """A figure with its months, its interval and its reading in words."""

    measure: str
    version: int
    rule: str
    title: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    cases: int
    sentence: str
    reading: str
    release: int | None
    months: list[MonthOut]


class FiguresOut(Schema):
    count: int
    figures: list[FigureOut]


def chosen_individually(departments: Iterable[int], on: Any) -> list[DepartmentMeasure]:
    """The measures that are shown for one person, each once."""
    found: dict[tuple[int, str], DepartmentMeasure] = {}
    for one in chosen_by(list(departments), on):
        definition = read_definition(one.measure.definition)
        team_level = definition.level == "team"
        if not why_not_show_individually(team_level=team_level, decided=one.shown_individually):
            found.setdefault((one.measure_id, one.rule), one)
    return list(found.values())


@router.get("/me/figures", response={200: FiguresOut, **REFUSALS}, operation_id="my_figures")
def my_figures(request: Asking) -> dict[str, Any]:
    """One's own figures, released or not; the newest months may be provisional."""
    person = request.user.person
    if person is None:
        raise Http404
    chosen = chosen_individually(request.reader.departments, request.reader.on)
    wanted = [Wanted(one.measure.code, one.measure.version, one.rule) for one in chosen]
    found = tallies(wanted, [person.code])
    figures = [
        live_figure(one, person.code, found[each].get(person.code, []), team=False)
        for one, each in zip(chosen, wanted, strict=True)
    ]
    return {"count": len(figures), "figures": figures}


def live_figure(
    one: DepartmentMeasure, unit: str, months: Sequence[MonthSums], *, team: bool
) -> dict[str, Any]:
    """A figure as it stands now, over its last twelve settled months."""
    out = released_months(unit, one.measure.code, one.measure.version)
    return {**figure_out(one, unit, months, team=team, out=out), "release": None}


def figure_out(
    one: DepartmentMeasure,
    unit: str,
    months: Sequence[MonthSums],
    *,
    team: bool,
    out: Collection[str],
) -> dict[str, Any]:
    """What these months come to; `out` are those of them that are released."""
    definition = read_definition(one.measure.definition)
    period = usual_period(months)
    sums = total(within(months, period))
    value = figure_of(sums, definition)
    breaks = breaks_of(one.department_id, one.measure.code)
    return {
        "measure": one.measure.code,
        "version": one.measure.version,
        "rule": one.rule,
        "title": one.measure.title,
        "unit": unit,
        "value": value.value,
        "lower": value.lower,
        "upper": value.upper,
        "cases": sums.n,
        "sentence": sentence(sums, definition, period) if period else "",
        "reading": reading(charted(months, definition, team=team, breaks=breaks)),
        "months": [month_out(month, definition, month.month in out) for month in months],
    }


def month_out(month: MonthSums, definition: Definition, released: bool) -> dict[str, Any]:
    return {
        "month": month.month,
        "n": month.sums.n,
        "numerator": month.sums.numerator,
        "denominator": month.sums.denominator,
        "value": value_of(month.sums, definition),
        "complete": month.complete,
        "released": released,
    }


def frozen_figure(figure: ReleasedFigure, definition: Definition) -> dict[str, Any]:
    """A figure as it was released."""
    statistics = figure.statistics
    return {
        "measure": figure.measure,
        "version": figure.version,
        "rule": figure.rule,
        "title": figure.title,
        "unit": figure.unit,
        **{name: statistics[name] for name in ("value", "lower", "upper", "cases")},
        "sentence": statistics["sentence"],
        "reading": statistics["reading"],
        "release": figure.release_id,
        "months": [month_out(month, definition, True) for month in as_months(figure.tallies)],
    }


@router.get(
    "/departments/{code}/figures",
    response={200: FiguresOut, **REFUSALS},
    operation_id="department_figures",
)
def department_figures(request: Asking, code: str) -> dict[str, Any]:
    """A department's figures: as they stand for its lead and analysts, else as released."""
    department = get_object_or_404(Department, code=code)
    figures = figures_for(request, department)
    note_reading(request, department, [figure["unit"] for figure in figures])
    return {"count": len(figures), "figures": figures}


def figures_for(request: Asking, department: Department) -> list[dict[str, Any]]:
    """As its page shows them to this reader; not found where the page is not."""
    reader = request.reader
    if why_not_open_team(reader, department.pk):
        if not opens_to(reader, department):
            raise Http404
        return opened_of(request, department)
    if builds(reader, department):
        return live_of(request, department)
    return released_of(request, department)


def live_of(request: Asking, department: Department) -> list[dict[str, Any]]:
    chosen = list(chosen_by([department], request.reader.on))
    alone = {one.pk for one in chosen_individually([department.pk], request.reader.on)}
    wanted = [Wanted(one.measure.code, one.measure.version, one.rule) for one in chosen]
    found = department_units(department, wanted)
    figures = []
    for one, each in zip(chosen, wanted, strict=True):
        unit = f"department:{department.code}"
        figures.append(live_figure(one, unit, added_up(found[each]), team=True))
        people = found[each] if one.pk in alone else {}
        figures += [
            live_figure(one, unit, months, team=False)
            for unit, months in sorted(people.items())
            if is_person(unit)
        ]
    return figures


def released_of(request: Asking, department: Department) -> list[dict[str, Any]]:
    release = latest_release(department)
    if release is None:
        return []
    texts = {
        (one.measure.code, one.measure.version): one.measure.definition
        for one in department.measures.select_related("measure")
    }
    return [
        frozen_figure(figure, read_definition(texts[figure.measure, figure.version]))
        for figure in seen_by(release, request.reader)
        if not needs_purpose(request.reader, figure)
    ]


def opened_of(request: Asking, department: Department) -> list[dict[str, Any]]:
    """The department's own totals that it opened more widely, of the months enough stand behind."""
    unit, figures = team_unit(department), []
    for choice in chosen_by([department], request.reader.on):
        out = released(department, unit, choice.measure.code, choice.rule)
        months, _ = months_seen(request.reader, department, out, ByName(reader=request.reader))
        if out and months:
            shown = as_released(choice, out.figure)
            said = figure_out(shown, unit, months, team=True, out={m.month for m in months})
            figures.append({**said, "release": out.release.pk})
    return figures


def note_reading(request: Asking, department: Department, units: Iterable[str]) -> None:
    """One entry, naming everyone else whose figures are given."""
    people = Person.objects.filter(code__in=list(units)).exclude(pk=request.reader.person_id or 0)
    about = list(people.values_list("pk", flat=True))
    if about:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=about,
            object_kind="department",
            object_id=department.pk,
        )
