"""The pages of packs: find what this person may open, make what is not there, hand it over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.policies import Button, Refusal, refuse_if
from clinlead.organisation.models import Department, Division, Person
from clinlead.packs import actions, department, policies
from clinlead.packs.forms import ComparatorForm
from clinlead.packs.gathering import gather
from clinlead.packs.making import printed
from clinlead.packs.policies import Comparator, Kind, PackFacts
from clinlead.packs.presenters import own_packs, papers_for
from clinlead.printing import why_not_print
from clinlead.releases.models import Release, ReleaseState

TRAIL = [("Home", "/"), ("Releases", "/releases/")]


def release_for(request: HttpRequest, release_id: int) -> Release:
    """A release that this person may know of."""
    seen = Release.objects.visible_to(request.reader)  # type: ignore[attr-defined]
    rows = seen.select_related("department", "supersedes", "released_by__person")
    return get_object_or_404(rows, pk=release_id)


def facts_of(release: Release, person: Person | None = None) -> PackFacts:
    return PackFacts(
        department_id=release.department_id,
        out=release.state != ReleaseState.PREPARING,
        person_id=person.pk if person else None,
    )


def is_replaced(release: Release) -> bool:
    return release.state == ReleaseState.SUPERSEDED


def refuse(refusal: Refusal | None) -> None:
    """Not found for whoever may not know of it; the reason for whoever may."""
    if refusal is not None and refusal.reason is policies.STRANGER.reason:
        raise Http404
    refuse_if(refusal)


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own packs, and what they compare with."""
    reader = request.reader  # type: ignore[attr-defined]
    if policies.why_not_choose(reader):
        raise Http404
    person = get_object_or_404(Person, pk=reader.person_id)
    form = ComparatorForm(
        request.POST if request.method == "POST" else None,
        initial={"comparator": actions.wanted_by(person)},
    )
    if request.method == "POST" and form.is_valid():
        chosen = Comparator(form.cleaned_data["comparator"])
        actions.choose(comparator=chosen, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Chosen. Your packs are made anew when you open them.")
        return redirect("/me/packs/")
    context = {"lines": own_packs(person), "form": form, "cannot": why_not_print()}
    status = 422 if form.is_bound else 200
    return render(request, "packs/mine.html", context, status=status)


@require_GET
def index(request: HttpRequest, release_id: int) -> HttpResponse:
    """The papers of one release, for whoever may open one of them."""
    release = release_for(request, release_id)
    lines = papers_for(release, request.reader)  # type: ignore[attr-defined]
    if not lines:
        raise Http404
    context = {"release": release, "lines": lines, "trail": TRAIL, "cannot": why_not_print()}
    return render(request, "packs/index.html", context)


@require_http_methods(["GET", "POST"])
def personal(request: HttpRequest, release_id: int, code: str) -> HttpResponse:
    release = release_for(request, release_id)
    in_it = Person.objects.filter(pk__in=release.figures.values("person_id"))
    person = get_object_or_404(in_it, code=code)
    reader = request.reader  # type: ignore[attr-defined]
    refuse(policies.why_not_open_personal(reader, facts_of(release, person)))
    return handed_over(request, release, Kind.PERSONAL, person, [person])


@require_http_methods(["GET", "POST"])
def whole(request: HttpRequest, release_id: int) -> HttpResponse:
    """The department's pack, by name."""
    release = release_for(request, release_id)
    refuse(policies.why_not_open_department(request.reader, facts_of(release)))  # type: ignore[attr-defined]
    people = list(Person.objects.filter(pk__in=release.figures.values("person_id")))
    return handed_over(request, release, Kind.DEPARTMENT, None, people)


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, release_id: int) -> HttpResponse:
    """The department's pack, unnamed."""
    release = release_for(request, release_id)
    refuse(policies.why_not_open_team(request.reader, facts_of(release)))  # type: ignore[attr-defined]
    return handed_over(request, release, Kind.TEAM, None, [])


def handed_over(
    request: HttpRequest, release: Release, kind: Kind, person: Person | None, people: list[Person]
) -> HttpResponse:
    """The paper; or a page that says it is not made yet, with the button that makes it."""
    at = timezone.now()
    paper = actions.paper_of(release, kind, person)
    cannot = why_not_print() or policies.why_not_make(replaced=is_replaced(release))
    if paper is None and request.method == "POST" and not cannot:
        paper = actions.make_now(release, kind, person, at=at)
    if paper is None:
        make = Button("Make it now", enabled=not cannot, hint=cannot)
        context = {"release": release, "make": make, "trail": TRAIL, "here": request.path}
        context["successor"] = Release.objects.filter(supersedes=release).first()
        return render(request, "packs/not_made.html", context)
    actions.note_opening(release=release, people=people, by=request.user, at=at)  # type: ignore[arg-type]
    return as_pdf(paper, f"pack-{release.pk}-{kind.value}.pdf")


def as_pdf(paper: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


@require_GET
def division(request: HttpRequest, code: str) -> HttpResponse:
    """A division's departments in their newest releases, unnamed: made as it is opened."""
    found = get_object_or_404(Division, code=code)
    here = frozenset(Department.objects.filter(division=found).values_list("pk", flat=True))
    reader = request.reader  # type: ignore[attr-defined]
    refuse(policies.why_not_open_division(reader, here))
    standing = Release.objects.filter(department__in=here, state=ReleaseState.RELEASED)
    newest: dict[int, Release] = {}
    for release in standing.select_related("department", "supersedes", "released_by__person"):
        newest.setdefault(release.department_id, release)
    if why_not_print() or not newest:
        context = {"division": found, "cannot": why_not_print()}
        return render(request, "packs/no_division.html", context)
    some = [gather(each) for each in sorted(newest.values(), key=lambda r: r.department.name)]
    silent = Department.objects.open().filter(division=found).exclude(pk__in=newest)
    names = list(silent.values_list("name", flat=True))
    content = department.of_division(found.name, some, policies.fewest_behind(reader, here), names)
    last = max(newest.values(), key=lambda release: release.released_at or release.prepared_at)
    return as_pdf(printed(department.TEMPLATE, content, last), f"pack-{found.code}.pdf")
