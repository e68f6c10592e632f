"""A department's figures: as they are for its lead, as they are out for others."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.policies import why_not_open_team
from clinlead.history.actions import record_reading
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Department
from clinlead.pages.figures import teams
from clinlead.pages.figures.asked import asked_of
from clinlead.pages.figures.listing import definition_words
from clinlead.pages.figures.team import team_page
from clinlead.pages.figures.views.showing import chosen, department_trail, reader_of_page
from clinlead.releases.opening import opens_to
from clinlead.releases.out import builds


def open_department(request: HttpRequest, code: str) -> Department:
    department = get_object_or_404(Department, code=code)
    reader = reader_of_page(request)
    if why_not_open_team(reader, department.pk) and not opens_to(reader, department):
        raise Http404
    return department


@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    found = open_department(request, code)
    reader = reader_of_page(request)
    page = {
        "department": found,
        "overview": teams.team_overview(reader, found),
        "builds": builds(reader, found),
        "trail": department_trail(found)[:-1],
    }
    return render(request, "pages/figures/department.html", page)


@require_GET
def department_figure(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    found = open_department(request, code)
    reader = reader_of_page(request)
    choice = chosen(found, measure, reader)
    definition = read_definition(choice.measure.definition)
    asked = asked_of(request.GET.dict(), definition)
    page = team_page(reader, found, choice, asked)
    others = [each for each in page.named if each != reader.person_id]
    if others:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=others,
            object_kind="figure",
            object_id=f"{code}/{measure}",
        )
    context = {
        "page": page,
        "department": found,
        "asked": asked,
        "trail": department_trail(found),
        "words": definition_words(definition),
        "builds": builds(reader, found),
    }
    return render(request, "pages/figures/team.html", context)
