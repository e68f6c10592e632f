"""A named clinician's figures, for whoever may see them; every reading is logged."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.models import RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role, why_not_see_named
from clinlead.access.queries import colleagues_named_to
from clinlead.figures.policies import RecordsFacts, why_not_list_records
from clinlead.figures.queries import Membership, membership_among, posts_around
from clinlead.history.actions import record_reading
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department, Person
from clinlead.pages.figures.asked import asked_of
from clinlead.pages.figures.overview import overview, shown_individually
from clinlead.pages.figures.released import released_by_unit
from clinlead.pages.figures.subject import Subject
from clinlead.pages.figures.views.showing import (
    chosen,
    department_trail,
    explained,
    listed,
    reader_of_page,
    shown,
)
from clinlead.releases.out import as_released, months_of
from clinlead.strategy.streams import streams_for


@dataclass(frozen=True, kw_only=True)
class Named:
    """A clinician in a department, whose figures of their time there this reader may see."""

    department: Department
    person: Person
    here: Membership
    unreleased: bool  # sees what is not released, too
    only: frozenset[str] | None  # of these measures alone; None: of all


def named_person(
    request: HttpRequest, code: str, person_code: str, measure: str | None = None
) -> Named:
    """Not found for whoever may not see this person's figures in this department.

    A stream's lead sees its joined members' figures of its measures, and no others.
    """
    reader = reader_of_page(request)
    posts = posts_around(code)
    post = next(
        (p for p in posts if (p.department.code, p.person.code) == (code, person_code)), None
    )
    if post is None:
        raise Http404
    department, person = post.department, post.person
    facts = OwnerFacts(
        person_id=person.pk,
        departments=frozenset({department.pk}),
        owner_leads=bool(reader.chief_of) and leads(person, department, reader),
    )
    only = None
    if why_not_see_named(reader, replace(facts, released=True)):
        only = measures_led(reader, department, person)
        if not only or (measure is not None and measure not in only):
            raise Http404
    unreleased = why_not_see_named(reader, facts) is None
    here = membership_among(posts, department)
    return Named(department=department, person=person, here=here, unreleased=unreleased, only=only)


def measures_led(reader: Reader, department: Department, person: Person) -> frozenset[str]:
    """The measures of the streams that this reader leads and this person joined."""
    sight = streams_for(reader, department.pk)
    own = [code for code in sight.measures if sight.of(person.pk, code) & reader.streams_led]
    return frozenset(own)


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
    choices, months = list(chosen_by([department], reader.on)), None
    if named.only is not None:
        choices = [one for one in choices if one.measure.code in named.only]
    if not unreleased:
        figures = released_by_unit(department, person.code)
        choices = [as_released(c, figures.get((c.measure.code, c.rule))) for c in choices]
        months = {key: months_of(figure) for key, figure in figures.items()}
    base = f"/departments/{code}/people/{person_code}/figures/"
    found = overview(
        person.code,
        choices,
        base=base,
        whose="these",
        months=months,
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


def their_subject(
    request: HttpRequest, code: str, person_code: str, measure: str
) -> tuple[Subject, Department]:
    named = named_person(request, code, person_code, measure)
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
def their_why(request: HttpRequest, code: str, person_code: str, measure: str) -> HttpResponse:
    """What might explain a clinician's figure, for whoever sees what is not released."""
    subject, department = their_subject(request, code, person_code, measure)
    if not subject.builds:
        raise Http404
    note(request, subject.person, "figure", f"{person_code}/{measure}")
    base = f"/departments/{code}/people/{person_code}/figures/"
    trail = [*department_trail(department), (subject.label, base)]
    return explained(request, subject, base=f"{base}{measure}/", trail=trail)


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
