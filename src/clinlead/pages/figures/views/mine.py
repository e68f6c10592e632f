"""One's own figures, the records behind each, and those as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.access.policies import Role
from clinlead.access.queries import colleagues_named_to
from clinlead.figures.models import TallyMonth
from clinlead.history.queries import readings_counted
from clinlead.organisation.models import Person
from clinlead.pages.figures.asked import asked_of
from clinlead.pages.figures.listing import as_csv, columns_filed
from clinlead.pages.figures.overview import choices_for, overview, shown_individually
from clinlead.pages.figures.subject import Subject
from clinlead.pages.figures.views.showing import (
    explained,
    listed,
    reader_of_page,
    rows_behind,
    shown,
)


def own_person(request: HttpRequest) -> Person:
    """Whoever has no figures of their own has no such page."""
    person = getattr(request.user, "person", None)
    if person is None or not reader_of_page(request).has(Role.CLINICIAN):
        raise Http404
    return person


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    reader = reader_of_page(request)
    person = own_person(request)
    found = overview(person.code, choices_for(person, reader.on), base="/me/figures/", whose="your")
    page = {"overview": found, "computed": TallyMonth.objects.exists()}
    return render(request, "pages/figures/mine.html", page)


def own_subject(request: HttpRequest, measure: str) -> Subject:
    reader = reader_of_page(request)
    person = own_person(request)
    found = choices_for(person, reader.on, seen=readings_counted(person.pk))
    choices = {each.measure.code: each for each in found}
    choice = choices.get(measure)
    if choice is None or not shown_individually(choice):
        raise Http404
    names = colleagues_named_to(reader, choice.department)
    return Subject(
        unit=person.code,
        person=person,
        choice=choice,
        own=True,
        names=names,
        seen=choice.seen,  # type: ignore[attr-defined]
    )


@require_GET
def my_figure(request: HttpRequest, measure: str) -> HttpResponse:
    subject = own_subject(request, measure)
    return shown(request, subject, base=f"/me/figures/{measure}/", trail=OWN_TRAIL)


@require_GET
def why(request: HttpRequest, measure: str) -> HttpResponse:
    subject = own_subject(request, measure)
    return explained(request, subject, base=f"/me/figures/{measure}/", trail=OWN_TRAIL)


OWN_TRAIL = [("Home", "/"), ("My figures", "/me/figures/")]


@require_GET
def my_records(request: HttpRequest, measure: str) -> HttpResponse:
    subject = own_subject(request, measure)
    base = f"/me/figures/{measure}/"
    trail = [*OWN_TRAIL, (subject.definition.title, base)]
    return listed(request, subject, base=base, trail=trail)


@require_GET
def my_records_file(request: HttpRequest, measure: str) -> HttpResponse:
    """The owner's records as a file; nobody else can have it."""
    subject = own_subject(request, measure)
    asked = asked_of(request.GET.dict(), subject.definition)
    rows = rows_behind(subject, asked, columns_filed(subject.definition))
    answer = HttpResponse(as_csv(rows, subject.definition), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{measure}.csv"'
    return answer
