"""Released figures as FHIR R4 MeasureReports, for whoever may see them on a page.

People and departments are identified by code and never by name, and nothing that is not released
is there. Reading somebody else's figure is logged as on the pages.
"""

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from clinlead.api.application import REFUSALS, Asking, PageNumber
from clinlead.api.releases import note_reading
from clinlead.releases.fhir import CONTENT_TYPE, bundle
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.releases.queries import seen_by
from clinlead.releases.views import needs_purpose

router = Router(tags=["fhir"])
RELEASES_A_PAGE = 4
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
    links = links_of(request, page, more=more)
    content = bundle(figures, at=timezone.now(), links=links).model_dump_json()
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
