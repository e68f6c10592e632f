"""VLAD and CUSUM of a watched measure: one's own, a clinician's, a department's."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.deciding import owner_in
from clinlead.access.policies import Reader, Role
from clinlead.history.actions import record_reading
from clinlead.organisation.models import Department, Person
from clinlead.organisation.queries import departments_of
from clinlead.safety.monitored import Monitored, monitored, watch_of
from clinlead.safety.policies import SignalFacts, why_not_see_signal
from clinlead.safety.presenters import question

TRAIL = [("Home", "/"), ("Safety", "/safety/")]
OF_DEPARTMENT = "Do more events happen to the department’s patients than was expected of them?"


def reader_of(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


@require_GET
def mine(request: HttpRequest, measure: str) -> HttpResponse:
    """One's own cases, in the first of one's departments that watches the measure."""
    reader, own = reader_of(request), getattr(request.user, "person", None)
    if own is None or not reader.has(Role.CLINICIAN):
        raise Http404
    for place in departments_of(own.pk, reader.on):
        watch = watch_of(place, measure, reader)
        if watch is not None:
            asked = question(True)
            return shown(request, monitored(watch, place, own, whose=YOURS, question=asked))
    raise Http404


YOURS = "Your own patients"


@require_GET
def person(request: HttpRequest, code: str, person_code: str, measure: str) -> HttpResponse:
    """A clinician's cases, for whoever may see their signals; the reading is logged."""
    reader = reader_of(request)
    place = get_object_or_404(Department, code=code)
    posted = Person.objects.filter(posts__department=place).distinct()
    found = get_object_or_404(posted, code=person_code)
    owner = owner_in(found.pk, place.pk, reader.on)
    facts = SignalFacts(
        department_id=place.pk,
        person_id=found.pk,
        owner_leads=owner.owner_leads,
        owner_goes_to_director=owner.owner_goes_to_director,
    )
    if why_not_see_signal(reader, facts):
        raise Http404
    watch = watch_of(place, measure, reader)
    if watch is None:
        raise Http404
    note(reader, found, f"{code}/{person_code}/{measure}")
    builds = reader.has(Role.ANALYST) and place.pk not in reader.leads
    whose = f"{found.code if builds else found.name}, {place}"
    page = monitored(watch, place, found, whose=whose, question=question(False))
    return shown(request, page)


def note(reader: Reader, found: Person, what: str) -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    if found.pk != reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=[found.pk],
            object_kind="monitoring",
            object_id=what,
        )


@require_GET
def department(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """A department's cases, its clinicians' and its pool's together."""
    reader = reader_of(request)
    place = get_object_or_404(Department, code=code)
    near = place.pk in reader.leads | reader.chief_of or reader.has(Role.ANALYST)
    watch = watch_of(place, measure, reader) if near else None
    if watch is None:
        raise Http404
    whose = f"{place}, as a department"
    page = monitored(watch, place, None, whose=whose, question=OF_DEPARTMENT)
    facts = SignalFacts(department_id=place.pk, contributors=page.drawn.contributors)
    if why_not_see_signal(reader, facts):
        raise Http404
    return shown(request, page)


def shown(request: HttpRequest, page: Monitored) -> HttpResponse:
    return render(request, "safety/monitored.html", {"page": page, "trail": TRAIL})
