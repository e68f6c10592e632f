"""The strategy's pages: read by all staff."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.deciding import leads_of
from clinlead.measures.models import MeasureVersion
from clinlead.organisation.models import Department
from clinlead.strategy.actions import approve, decline, link_facts, link_measure, unlink_measure
from clinlead.strategy.forms import DeclineForm, MeasureChoiceForm
from clinlead.strategy.models import OutcomeMeasure, Statement, Wording
from clinlead.strategy.policies import (
    MOST_MEASURES,
    Kind,
    why_not_decline,
    why_not_start,
    why_not_unlink,
)
from clinlead.strategy.presenters import StatementPage, VersionPage, ways_to_propose
from clinlead.strategy.proposing import DEFINITION_CODE
from clinlead.strategy.queries import (
    definition_in_force,
    mandates_and_leads,
    measure_titles,
    outcome_nodes,
    upwards,
    waiting,
    whole_map,
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    page = {
        "objectives": whole_map(reader),
        "definition": definition_in_force(),
        "waiting": waiting(reader),
        "ways": ways_to_propose(reader),
        "mandates": sum(1 for _, _, mandate in mandates_and_leads(reader) if mandate),
    }
    return render(request, "strategy/index.html", page)


@require_GET
def show_map(request: HttpRequest) -> HttpResponse:
    found = whole_map(request.reader)  # type: ignore[attr-defined]
    return render(request, "strategy/map.html", {"objectives": found})


@require_GET
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """Back up: what a measure is for."""
    newest = MeasureVersion.objects.filter(code=code).order_by("-version").first()
    if newest is None:
        raise Http404
    found = upwards(request.reader, code)  # type: ignore[attr-defined]
    return render(request, "strategy/measure.html", {"measure": newest, "objectives": found})


def page_of(request: HttpRequest, kind: Kind, code: str) -> StatementPage:
    """One statement as this person may read it; not found where they may not."""
    statement = get_object_or_404(Statement, kind=kind, code=code)
    page = StatementPage.of(statement, request.reader)  # type: ignore[attr-defined]
    if page is None:
        raise Http404
    return page


@require_GET
def objective(request: HttpRequest, code: str) -> HttpResponse:
    page = page_of(request, Kind.OBJECTIVE, code)
    reader = request.reader  # type: ignore[attr-defined]
    nodes = [one for one in whole_map(reader) if one.wording.statement_id == page.statement.pk]
    outcomes = nodes[0].outcomes if nodes else []
    return render(request, "strategy/objective.html", {"page": page, "outcomes": outcomes})


@require_GET
def outcome(request: HttpRequest, code: str) -> HttpResponse:
    page = page_of(request, Kind.OUTCOME, code)
    return render(request, "strategy/outcome.html", outcome_parts(request, page))


def outcome_parts(request: HttpRequest, page: StatementPage) -> dict:
    reader = request.reader  # type: ignore[attr-defined]
    (node,) = outcome_nodes(reader, [page.shown])
    may_link = why_not_unlink(reader, link_facts(page.statement)) is None
    linked = {each.code for each in node.measures}
    left = [(code, title) for code, title in measure_titles().items() if code not in linked]
    room = may_link and len(linked) < MOST_MEASURES
    return {
        "page": page,
        "node": node,
        "may_link": may_link,
        "form": MeasureChoiceForm(choices=sorted(left, key=lambda one: one[1])) if room else None,
        "most": MOST_MEASURES,
    }


@require_POST
def link(request: HttpRequest, code: str) -> HttpResponse:
    page = page_of(request, Kind.OUTCOME, code)
    link_measure(
        outcome=page.statement,
        measure=request.POST.get("measure", ""),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "The measure shows this outcome from now on.")
    return redirect(page.statement)


@require_POST
def unlink(request: HttpRequest, code: str, link_id: int) -> HttpResponse:
    page = page_of(request, Kind.OUTCOME, code)
    running = OutcomeMeasure.objects.filter(outcome=page.statement, ended_at=None)
    found = get_object_or_404(running, pk=link_id)
    unlink_measure(link_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "The measure shows this outcome no longer.")
    return redirect(page.statement)


@require_GET
def poor_performance(request: HttpRequest) -> HttpResponse:
    """The definition; a page of its own before there is one, which says what follows from that."""
    reader = request.reader  # type: ignore[attr-defined]
    statement = Statement.objects.filter(kind=Kind.DEFINITION, code=DEFINITION_CODE).first()
    page = StatementPage.of(statement, reader) if statement else None
    may_start = page is None and why_not_start(reader, Kind.DEFINITION) is None
    return render(request, "strategy/definition.html", {"page": page, "may_start": may_start})


@require_GET
def mandates(request: HttpRequest) -> HttpResponse:
    lines = mandates_and_leads(request.reader)  # type: ignore[attr-defined]
    return render(request, "strategy/mandates.html", {"lines": lines})


@require_GET
def mandate(request: HttpRequest, code: str) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    department = get_object_or_404(Department, code=code)
    statement = Statement.objects.filter(kind=Kind.MANDATE, code=code).first()
    page = StatementPage.of(statement, reader) if statement else None
    leads = leads_of(department, reader.on)
    may_start = bool(page is None and leads and why_not_start(reader, Kind.MANDATE) is None)
    more = {"department": department, "leads": leads, "may_start": may_start}
    return render(request, "strategy/mandate.html", {"page": page, **more})


def version_of(request: HttpRequest, pk: int) -> Wording:
    found = Wording.objects.visible_to(request.reader)  # type: ignore[attr-defined]
    related = ("statement", "written_by__person", "decided_by__person")
    more = ("holder__person", "sponsor__person", "objective")
    listed = found.select_related(*related, *more).prefetch_related("departments", "causes")
    return get_object_or_404(listed, pk=pk)


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    page = VersionPage.of(version_of(request, pk), request.reader)  # type: ignore[attr-defined]
    return render(request, "strategy/version.html", {"page": page})


@require_POST
def approve_version(request: HttpRequest, pk: int) -> HttpResponse:
    shown = version_of(request, pk)
    approve(wording_id=shown.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Approved. It is in force, and all staff can read it.")
    return redirect(shown.statement)


@require_http_methods(["GET", "POST"])
def decline_version(request: HttpRequest, pk: int) -> HttpResponse:
    shown = version_of(request, pk)
    reader = request.reader  # type: ignore[attr-defined]
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        decline(wording_id=shown.pk, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "It is not in force; the list of versions keeps it.")
        return redirect(shown)
    refusal = why_not_decline(reader, shown.facts(), "a reason")
    own = shown.written_by_id == reader.account_id
    page = {"shown": shown, "form": form, "refusal": refusal, "own_text": own}
    return render(request, "strategy/decline.html", page)
