"""The register of measures, in words that every member of staff can read."""

from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.measures.break_views import noted_of, places_of
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.policies import READS_MODELS, MarkFacts, why_not_mark_safety
from clinlead.measures.presenters import MeasureLine, MeasurePage
from clinlead.measures.queries import chosen_by, running_marks
from clinlead.measures.redefining_pages import Redefining
from clinlead.organisation.models import Department


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    lines = [
        MeasureLine.of(newest, reader.on) for newest in newest_of(MeasureVersion.objects.all())
    ]
    page = {"lines": lines, "reads_models": reader.has(*READS_MODELS)}
    return render(request, "measures/register.html", page)


def newest_of(versions: Iterable[MeasureVersion]) -> list[MeasureVersion]:
    """The newest wording of each that can be chosen; else whatever there is."""
    best: dict[str, MeasureVersion] = {}
    for each in sorted(versions, key=lambda one: (one.approved, not one.retired_at, one.version)):
        best[each.code] = each
    return sorted(best.values(), key=lambda one: one.title)


@require_GET
def measure(request: HttpRequest, code: str, version: int | None = None) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    versions = list(MeasureVersion.objects.filter(code=code).order_by("-version"))
    shown = next((one for one in versions if one.version == version), None)
    if version is None and versions:
        shown = newest_of(versions)[0]
    if shown is None:
        raise Http404
    page = MeasurePage.of(shown, versions, users_of(code, reader.on), reader.on)
    noted = [(each, False) for each, _ in noted_of(request, code)]
    more = {
        "noted": noted,
        "may_note": bool(places_of(reader, code)),
        "marks": list(running_marks().filter(measure=code)),
        "named_version": version,
        "may_mark": why_not_mark_safety(reader, MarkFacts(), "a reason") is None,
        "redefining": Redefining.of(shown, reader),
    }
    return render(request, "measures/measure.html", {"page": page, **more})


def users_of(code: str, on: date) -> list[DepartmentMeasure]:
    """The departments that use any wording of a measure on a day."""
    chosen = chosen_by(Department.objects.all(), on).filter(measure__code=code)
    return list(chosen.order_by("department__name"))
