"""The room’s first page, a release’s decisions, and one decision."""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Button, Reader, refuse_if
from clinlead.improvement import actions, policies, queries
from clinlead.improvement.deciding import Decided, facts_of, team_figures
from clinlead.improvement.forms import BecauseForm, DecideForm
from clinlead.improvement.models import Cycle, Decision, place_of
from clinlead.improvement.policies import COUNTS, Kind
from clinlead.improvement.presenters import DecisionPage, Row, lines_of
from clinlead.organisation.models import WorkStream
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.releases.queries import seen_by
from clinlead.strategy.queries import measure_titles

A_PAGE = 25
HOME = [("Home", "/"), ("Improvement", "/improvement/")]
NOTHING = "No signal in this release. We look again next quarter."
EXAMPLE = Decided(measure="", kind=Kind.NO_ACTION, because=NOTHING)


def reader_of_page(request: HttpRequest) -> Reader:
    return request.reader  # type: ignore[attr-defined]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    reader = reader_of_page(request)
    if policies.why_not_open_room(reader):
        raise Http404
    if reader.has(*COUNTS):
        return render(request, "improvement/counts.html", {"counts": queries.counts()})
    found = Cycle.objects.visible_to(reader).select_related(*queries.CYCLES)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [Row.of(each) for each in page],
        "waiting": list(queries.undecided(reader.leads).items()),
        "due": queries.to_study(queries.open_cycles(reader), reader.on),
        "decisions": Decision.objects.visible_to(reader).select_related(*queries.RELATED)[:A_PAGE],
        "titles": measure_titles(),
    }
    return render(request, "improvement/index.html", context)


def release_of(request: HttpRequest, release_id: int) -> Release:
    """A release that is out, where this person may read what was decided from it."""
    reader = reader_of_page(request)
    led = Q(department__streams__in=reader.streams_led)
    seen = Q(pk__in=Release.objects.visible_to(reader).values("pk")) | led
    found = Release.objects.filter(seen).exclude(state=ReleaseState.PREPARING)
    shown = get_object_or_404(found.select_related("department").distinct(), pk=release_id)
    mine = next(iter(streams_of(shown, reader)), None)
    if policies.why_not_see(reader, place_of(shown.department_id, mine)):
        raise Http404
    return shown


def figures_seen(request: HttpRequest, release: Release) -> list[ReleasedFigure]:
    return [each for each in seen_by(release, reader_of_page(request)) if each.person_id is None]


@require_GET
def release(request: HttpRequest, release_id: int) -> HttpResponse:
    shown, reader = release_of(request, release_id), reader_of_page(request)
    decides = shown.department_id in reader.leads and shown.state == ReleaseState.RELEASED
    decisions = Decision.objects.visible_to(reader).filter(release=shown)
    figures = figures_seen(request, shown)
    listed = list(decisions.select_related(*queries.RELATED))
    lines = lines_of(shown, figures, listed, decides=decides)
    context = {
        "release": shown,
        "lines": lines,
        "decides": decides,
        "quiet": [one for one in lines if not one.signal and not one.decisions],
    }
    return render(request, "improvement/release.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, release_id: int, measure: str) -> HttpResponse:
    shown, reader = release_of(request, release_id), reader_of_page(request)
    figures = {each.measure: each for each in team_figures(shown)}
    leads, streams = shown.department_id in reader.leads, streams_of(shown, reader)
    one = replace(EXAMPLE, stream=None if leads else next(iter(streams), None))
    refuse_if(policies.why_not_decide(reader, facts_of(shown, one, measure in figures)))
    form = DecideForm(request.POST or None, streams=streams, needed=not leads)
    if request.method == "POST" and form.is_valid():
        made = actions.decide(
            release_id=shown.pk,
            said=form.said(measure),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Decided. The department can read it.")
        return redirect(made)
    context = {"release": shown, "figure": figures[measure], "form": form}
    return render(request, "improvement/decide.html", context)


def streams_of(shown: Release, reader: Reader) -> list[WorkStream]:
    """The streams that this person may decide for, of those the department is part of."""
    found = WorkStream.objects.filter(departments=shown.department_id)
    if shown.department_id not in reader.leads:
        found = found.filter(pk__in=reader.streams_led)
    return list(found)


@require_POST
def no_action(request: HttpRequest, release_id: int) -> HttpResponse:
    """No action on every measure without a signal that nothing is decided about, in one act."""
    shown = release_of(request, release_id)
    made = set(Decision.objects.standing().filter(release=shown).values_list("measure", flat=True))
    figures = team_figures(shown)
    quiet = [e.measure for e in figures if not e.has_signal and e.measure not in made]
    said = [replace(EXAMPLE, measure=each, together=True) for each in quiet]
    refuse_if(policies.why_not_decide(reader_of_page(request), facts_of(shown, EXAMPLE, True)))
    actions.decide_all(release_id=shown.pk, said=said, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"No action on {len(said)} without a signal.")
    return redirect(f"/improvement/releases/{shown.pk}/")


def decision_of(request: HttpRequest, pk: int) -> Decision:
    found = Decision.objects.visible_to(reader_of_page(request))
    more = ("withdrawn_by__person", "shared_by__person")
    return get_object_or_404(found.select_related(*queries.RELATED, *more), pk=pk)


@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    shown = decision_of(request, pk)
    title = measure_titles().get(shown.measure, shown.measure)
    page = DecisionPage.of(shown, title, reader_of_page(request))
    rows = [Row.of(each) for each in page.cycles]
    return render(request, "improvement/decision.html", {"page": page, "rows": rows})


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    shown = decision_of(request, pk)
    actions.share_decision(decision_id=shown.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Shared. Other clinical directors and stream leads can read it.")
    return redirect(shown)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    shown = decision_of(request, pk)
    refuse_if(policies.why_not_withdraw(reader_of_page(request), shown.facts(), "a reason"))
    form = BecauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        actions.withdraw_decision(
            decision_id=shown.pk,
            because=because,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Withdrawn. The list keeps it with your reason.")
        return redirect(shown)
    context = {
        "heading": "Withdraw this decision",
        "about": "It stands no more; the list keeps it with your reason.",
        "form": form,
        "button": Button("Withdraw it", enabled=True),
        "trail": [*HOME, (str(shown), shown.get_absolute_url())],
    }
    return render(request, "improvement/because.html", context)
