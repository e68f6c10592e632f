"""Figure pages: one's own, a named clinician's for whoever may, a department's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.models import RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role, why_not_see_named
from clinlead.access.queries import colleagues_named_to
from clinlead.figures.models import TallyMonth
from clinlead.figures.policies import (
    RecordsFacts,
    why_not_list_records,
    why_not_open_team,
)
from clinlead.figures.presenters import Period, usual_period, within
from clinlead.figures.queries import Membership, membership, tallies
from clinlead.figures.records import records_behind
from clinlead.history.actions import record_reading
from clinlead.history.queries import readings_about
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department, Person
from clinlead.pages.figures import teams
from clinlead.pages.figures.asked import Asked, asked_of
from clinlead.pages.figures.listing import as_csv, definition_words, lines, newest_first
from clinlead.pages.figures.overview import choices_for, overview, shown_individually
from clinlead.pages.figures.page import Subject, figure_page, months_of
from clinlead.pages.figures.released import released_by_unit

RECORDS_A_PAGE = 50


def reader_of_page(request: HttpRequest) -> Reader:
    return request.reader  # type: ignore[attr-defined]


# ---- one's own ------------------------------------------------------------------------------


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
    choices = {each.measure.code: each for each in choices_for(person, reader.on)}
    choice = choices.get(measure)
    if choice is None or not shown_individually(choice):
        raise Http404
    names = colleagues_named_to(reader, choice.department)
    return Subject(unit=person.code, person=person, choice=choice, own=True, names=names)


@require_GET
def my_figure(request: HttpRequest, measure: str) -> HttpResponse:
    subject = own_subject(request, measure)
    return shown(request, subject, base=f"/me/figures/{measure}/", trail=OWN_TRAIL)


OWN_TRAIL = [("Home", "/"), ("My figures", "/me/figures/")]


@require_GET
def my_records(request: HttpRequest, measure: str) -> HttpResponse:
    subject = own_subject(request, measure)
    base = f"/me/figures/{measure}/"
    trail = [*OWN_TRAIL, (subject.definition.title, base)]
    return listed(request, subject, base=base, trail=trail)


@require_GET
def my_records_file(request: HttpRequest, measure: str) -> StreamingHttpResponse:
    """The owner's records as a file; nobody else can have it."""
    subject = own_subject(request, measure)
    asked = asked_of(request.GET.dict(), subject.definition)
    rows = rows_behind(subject, asked)
    answer = StreamingHttpResponse(as_csv(rows, subject.definition), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{measure}.csv"'
    return answer


# ---- a named clinician's --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Named:
    """A clinician in a department, whose figures of their time there this reader may see."""

    department: Department
    person: Person
    here: Membership
    unreleased: bool  # sees what is not released, too


def named_person(request: HttpRequest, code: str, person_code: str) -> Named:
    """Not found for whoever may not see this person's figures in this department."""
    reader = reader_of_page(request)
    department = get_object_or_404(Department, code=code)
    person = get_object_or_404(Person, code=person_code)
    who = membership(department)
    if person.code not in who.units():
        raise Http404
    facts = OwnerFacts(
        person_id=person.pk,
        departments=frozenset({department.pk}),
        owner_leads=bool(reader.chief_of) and leads(person, department, reader),
    )
    if why_not_see_named(reader, replace(facts, released=True)):
        raise Http404
    unreleased = why_not_see_named(reader, facts) is None
    return Named(department=department, person=person, here=who, unreleased=unreleased)


def leads(person: Person, department: Department, reader: Reader) -> bool:
    holdings = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD, department=department)
    return holdings.filter(account__person=person).exists()


def label_for(reader: Reader, department: Department, person: Person) -> str:
    """Who builds figures works with codes where names are not needed."""
    builder = reader.has(Role.ANALYST) and department.pk not in reader.leads
    return person.code if builder else person.name


def note(request: HttpRequest, person: Person, kind: str, what: str, reason: str = "") -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    reader = reader_of_page(request)
    if person.pk != reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=[person.pk],
            object_kind=kind,
            object_id=what,
            reason=reason,
        )


def purpose_needed(reader: Reader, department: Department) -> bool:
    """The medical director reads named figures for a stated purpose, without a grant."""
    nearer = reader.leads | reader.granted_named
    return department.pk not in nearer and reader.has(Role.DIRECTOR)


def asks_purpose(request: HttpRequest, department: Department, person: Person) -> str | None:
    """The purpose given; None where one must be given first."""
    given = request.GET.get("purpose", "").strip()[:300]
    own = reader_of_page(request).person_id == person.pk
    needed = purpose_needed(reader_of_page(request), department) and not own
    return None if needed and not given else given


def ask_purpose(request: HttpRequest, department: Department, label: str) -> HttpResponse:
    page = {
        "department": department,
        "label": label,
        "field": "purpose",
        "question": "For which statutory purpose do you need these figures?",
        "trail": department_trail(department),
    }
    return render(request, "pages/figures/reason.html", page)


@require_GET
def theirs(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    named = named_person(request, code, person_code)
    department, person, unreleased = named.department, named.person, named.unreleased
    reader = reader_of_page(request)
    label = label_for(reader, department, person)
    purpose = asks_purpose(request, department, person)
    if purpose is None:
        return ask_purpose(request, department, label)
    choices = chosen_by([department], reader.on)
    base = f"/departments/{code}/people/{person_code}/figures/"
    found = overview(
        person.code,
        choices,
        base=base,
        whose="these",
        months=None if unreleased else released_by_unit(department, person.code),
        here=named.here,
    )
    note(request, person, "figures", person.code, purpose)
    page = {
        "overview": found,
        "label": label,
        "department": department,
        "trail": department_trail(department),
        "purpose": purpose,
        "unreleased": unreleased,
    }
    return render(request, "pages/figures/theirs.html", page)


def department_trail(department: Department) -> list[tuple[str, str]]:
    base = f"/departments/{department.code}/"
    return [("Home", "/"), (department.name, base), ("Figures", f"{base}figures/")]


def their_subject(
    request: HttpRequest, code: str, person_code: str, measure: str
) -> tuple[Subject, Department]:
    named = named_person(request, code, person_code)
    department, person = named.department, named.person
    reader = reader_of_page(request)
    choice = chosen(department, measure, reader)
    if not shown_individually(choice):
        raise Http404
    label = label_for(reader, department, person)
    subject = Subject(
        unit=person.code,
        person=person,
        choice=choice,
        own=person.pk == reader.person_id,
        builds=named.unreleased,
        here=named.here,
        label=label,
        whose="this clinician's",
        names=colleagues_named_to(reader, department),
    )
    return subject, department


def chosen(department: Department, measure: str, reader: Reader) -> DepartmentMeasure:
    return get_object_or_404(chosen_by([department], reader.on), measure__code=measure)


@require_GET
def their_figure(request: HttpRequest, code: str, person_code: str, measure: str) -> HttpResponse:
    subject, department = their_subject(request, code, person_code, measure)
    purpose = asks_purpose(request, department, subject.person)
    if purpose is None:
        return ask_purpose(request, department, subject.label)
    note(request, subject.person, "figure", f"{person_code}/{measure}", purpose)
    base = f"/departments/{code}/people/{person_code}/figures/"
    trail = [*department_trail(department), (subject.label, base)]
    return shown(request, subject, base=f"{base}{measure}/", trail=trail)


@require_GET
def their_records(request: HttpRequest, code: str, person_code: str, measure: str) -> HttpResponse:
    """A clinician's records, for a reason that is logged and that they can read."""
    subject, department = their_subject(request, code, person_code, measure)
    asked = asked_of(request.GET.dict(), subject.definition)
    facts = RecordsFacts(
        person_id=subject.person.pk,
        departments=frozenset({department.pk}),
        reason=asked.reason,
    )
    reader = reader_of_page(request)
    base = f"/departments/{code}/people/{person_code}/figures/"
    trail = [*department_trail(department), (subject.label, base)]
    trail.append((subject.definition.title, f"{base}{measure}/"))
    refusal = why_not_list_records(reader, facts)
    if refusal and asked.reason:
        raise Http404
    if refusal:
        if why_not_list_records(reader, as_if_said(facts)):
            raise Http404
        page = {"label": subject.label, "field": "reason", "trail": trail, "asked": asked}
        page["question"] = "Why do you need to see these records?"
        return render(request, "pages/figures/reason.html", page)
    note(request, subject.person, "records", f"{person_code}/{measure}", asked.reason)
    return listed(request, subject, base=f"{base}{measure}/", trail=trail)


def as_if_said(facts: RecordsFacts) -> RecordsFacts:
    return RecordsFacts(
        person_id=facts.person_id, departments=facts.departments, reason="to be said"
    )


# ---- what both are made of ------------------------------------------------------------------


def shown(
    request: HttpRequest, subject: Subject, *, base: str, trail: list[tuple[str, str]]
) -> HttpResponse:
    definition = subject.definition
    asked = asked_of(request.GET.dict(), definition)
    found = figure_page(subject, asked, reader_of_page(request).on)
    note_named(request, subject, found.comparison.named)
    page: dict[str, Any] = {
        "page": found,
        "subject": subject,
        "asked": asked,
        "trail": trail,
        "records": f"{base}records/{asked.query()}" if subject.builds else "",
        "words": definition_words(definition),
        "seen": readings_about(subject.person.pk).count() if subject.own else None,
        "purpose": request.GET.get("purpose", ""),
    }
    return render(request, "pages/figures/figure.html", page)


def note_named(request: HttpRequest, subject: Subject, people: Sequence[int]) -> None:
    """Log whose figures the comparison shows by name; they can see it."""
    if people:
        record_reading(
            at=timezone.now(),
            by_id=reader_of_page(request).account_id,
            about=people,
            object_kind="figure",
            object_id=f"{subject.choice.department.code}/{subject.definition.code}",
        )


def rows_behind(subject: Subject, asked: Asked) -> list[Any]:
    """The records of the months asked for; of the usual months where none are named."""
    months = months_asked(subject, asked)
    return records_behind(
        subject.wanted(asked.rule or subject.choice.rule),
        [subject.unit],
        months=months,
        filters=asked.as_filters,
    )


def months_asked(subject: Subject, asked: Asked) -> list[str]:
    wanted = subject.wanted(asked.rule or subject.choice.rule)
    months = months_of(subject, tallies([wanted], [subject.unit])[wanted])
    return [each.month for each in within(months, asked.period(usual_period(months)))]


def listed(
    request: HttpRequest, subject: Subject, *, base: str, trail: list[tuple[str, str]]
) -> HttpResponse:
    definition = subject.definition
    asked = asked_of(request.GET.dict(), definition)
    rows = newest_first(rows_behind(subject, asked), definition)
    pages = Paginator(rows, RECORDS_A_PAGE)
    here = pages.get_page(request.GET.get("page"))
    query = asked.query()
    page = {
        "definition": definition,
        "subject": subject,
        "asked": asked,
        "trail": trail,
        "count": len(rows),
        "counted": sum(bool(row["numerator"]) for row in rows),
        "months": months_span(rows),
        "lines": lines(here.object_list, definition, definition.record),
        "shares": any(row["weight_millionths"] != 1_000_000 for row in rows),
        "pager": here,
        "address": f"{query}&" if query else "?",
        "base": base,
        "file": f"{base}records.csv{query}" if subject.own else "",
    }
    return render(request, "pages/figures/records.html", page)


def months_span(rows: list[Any]) -> str:
    months = sorted(row["month"] for row in rows)
    return Period(first=months[0], last=months[-1]).in_words if months else ""


# ---- a department's -------------------------------------------------------------------------


def open_department(request: HttpRequest, code: str) -> Department:
    department = get_object_or_404(Department, code=code)
    if why_not_open_team(reader_of_page(request), department.pk):
        raise Http404
    return department


@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    found = open_department(request, code)
    reader = reader_of_page(request)
    page = {
        "department": found,
        "overview": teams.team_overview(reader, found),
        "builds": teams.builds(reader, found),
        "trail": department_trail(found)[:-1],
    }
    return render(request, "pages/figures/department.html", page)


@require_GET
def department_figure(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    found = open_department(request, code)
    reader = reader_of_page(request)
    choice = chosen(found, measure, reader)
    definition = read_choice(choice)
    asked = asked_of(request.GET.dict(), definition)
    page = teams.team_page(reader, found, choice, asked)
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
        "builds": teams.builds(reader, found),
    }
    return render(request, "pages/figures/team.html", context)


def read_choice(choice: DepartmentMeasure) -> Any:
    from clinlead.measures.queries import read_definition

    return read_definition(choice.measure.definition)
