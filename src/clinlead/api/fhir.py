"""Released figures as FHIR R4 MeasureReports, for whoever may see them on a page.

People and departments are identified by code and never by name, and nothing that is not released
is there. Reading somebody else's figure is logged as on the pages.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from clinlead.api.application import REFUSALS, Asking, PageNumber
from clinlead.api.releases import note_reading
from clinlead.figures.sums import Sums, total, unit_of_figure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.releases.queries import seen_by
from clinlead.releases.statistics import as_months
from clinlead.releases.views import needs_purpose
from clinmeasures.definitions import Definition, Direction, MeasureKind

router = Router(tags=["fhir"])
RELEASES_A_PAGE = 4
WHOLE = 1_000_000  # a record, in millionths
CONTENT_TYPE = "application/fhir+json"
UNITS = {"%": "%", "days": "d", "hours": "h", "minutes": "min"}  # ours → UCUM
POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
NOTATION = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
BETTER = {Direction.HIGHER: "increase", Direction.LOWER: "decrease"}
DOCUMENTED = {
    "responses": {
        200: {
            "description": "A FHIR R4 Bundle (searchset) of MeasureReports",
            "content": {CONTENT_TYPE: {"schema": {"type": "object"}}},
        }
    }
}


@router.get(
    "/fhir/MeasureReport",
    response={200: None, **REFUSALS},
    operation_id="measure_reports",
    openapi_extra=DOCUMENTED,
)
def measure_reports(
    request: Asking,
    release: int | None = Query(None, ge=1, le=2**62),
    measure: str | None = Query(None, max_length=50),
    page: PageNumber = 1,
) -> HttpResponse:
    """Every released figure that this account may see, newest releases first, a few a page."""
    found = Release.objects.visible_to(request.reader).filter(state=ReleaseState.RELEASED)
    found = found.select_related("department", "supersedes")
    if release is not None:
        found = found.filter(pk=release)
        if not found:
            raise Http404
    first = (page - 1) * RELEASES_A_PAGE
    here = list(found[first : first + RELEASES_A_PAGE + 1])
    figures = [each for one in here[:RELEASES_A_PAGE] for each in figures_of(request, one, measure)]
    more = len(here) > RELEASES_A_PAGE
    content = bundle(figures, links_of(request, page, more=more)).model_dump_json()
    return HttpResponse(content, content_type=CONTENT_TYPE)


def figures_of(request: Asking, release: Release, measure: str | None) -> list[ReleasedFigure]:
    """What this account may see of a release without stating a purpose; the reading is logged."""
    seen = [
        figure
        for figure in seen_by(release, request.reader)
        if measure in {None, figure.measure} and not needs_purpose(request.reader, figure)
    ]
    note_reading(request, release, seen)
    return seen


def links_of(request: Asking, page: int, *, more: bool) -> list[dict[str, str]]:
    links = [{"relation": "self", "url": request.build_absolute_uri()}]
    if more:
        query = request.GET.copy()
        query["page"] = str(page + 1)
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        links.append({"relation": "next", "url": address})
    return links


def bundle(figures: Iterable[ReleasedFigure], links: list[dict[str, str]]) -> Any:
    """The reports as one FHIR Bundle, checked by the library against the specification."""
    from fhir.resources.R4B.bundle import Bundle

    listed = list(figures)
    definitions = definitions_of(listed)
    return Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "timestamp": timezone.now(),
            "link": links,
            "entry": [
                {
                    "fullUrl": f"urn:clinlead:released-figure:{each.pk}",
                    "resource": report(each, definitions[each.measure, each.version]),
                    "search": {"mode": "match"},
                }
                for each in listed
            ]
            or None,
        }
    )


def definitions_of(figures: Iterable[ReleasedFigure]) -> dict[tuple[str, int], Definition]:
    """The wording that each figure was computed under; one query for any number."""
    codes = {each.measure for each in figures}
    rows = MeasureVersion.objects.filter(code__in=codes)
    return {(row.code, row.version): read_definition(row.definition) for row in rows}


def report(figure: ReleasedFigure, definition: Definition) -> dict[str, Any]:
    """One released figure. A clinician's says not which way is better; a department's does."""
    release, statistics = figure.release, figure.statistics
    found: dict[str, Any] = {
        "resourceType": "MeasureReport",
        "id": f"figure-{figure.pk}",
        "text": narrative(f"{figure.title}. {statistics['sentence']} {statistics['reading']}"),
        "status": "complete",
        "type": "summary",
        "measure": f"urn:clinlead:measure:{figure.measure}|{figure.version}",
        "date": release.released_at,
        "reporter": by_code("Organization", "department", release.department.code),
        "period": {"start": release.period.starts_on, "end": release.period.ends_on},
        "group": [group(figure, definition)],
    }
    if not figure.key.is_team:
        found["subject"] = by_code("Practitioner", "person", figure.unit)
    elif definition.direction in BETTER:
        found["improvementNotation"] = coded(NOTATION, BETTER[definition.direction])
    return found


def group(figure: ReleasedFigure, definition: Definition) -> dict[str, Any]:
    """The counts of the release's months, and the figure in the unit that pages show."""
    months = as_months(figure.tallies)
    sums = total(each for each in months if each.month in figure.statistics["months"])
    found: dict[str, Any] = {"code": {"text": figure.title}, "population": counts(sums, definition)}
    value = figure.statistics["value"]
    if value is not None:
        unit = unit_of_figure(definition)
        found["measureScore"] = {"value": round(unit.shown(value), 6), "unit": unit.name or None}
        if unit.name in UNITS:
            ucum = {"system": "http://unitsofmeasure.org", "code": UNITS[unit.name]}
            found["measureScore"] |= ucum
    return found


def counts(sums: Sums, definition: Definition) -> list[dict[str, Any]]:
    """FHIR counts whole records alone: where people share records there is only how many."""
    if definition.kind is not MeasureKind.PROPORTION or sums.fractional:
        return [{"code": coded(POPULATION, "measure-population"), "count": sums.n}]
    return [
        {"code": coded(POPULATION, "denominator"), "count": sums.denominator // WHOLE},
        {"code": coded(POPULATION, "numerator"), "count": sums.numerator // WHOLE},
    ]


def by_code(kind: str, what: str, code: str) -> dict[str, Any]:
    return {"type": kind, "identifier": {"system": f"urn:clinlead:{what}", "value": code}}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def narrative(words: str) -> dict[str, str]:
    body = escape(words)
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{body}</p></div>',
    }
