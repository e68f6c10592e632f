"""Driver diagrams: read by all staff, written by the outcome’s own departments."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinlead.improvement import actions, policies, queries
from clinlead.improvement.drawing import driver_diagram
from clinlead.improvement.driving import diagram_facts
from clinlead.improvement.forms import DriverForm, IdeaForm
from clinlead.improvement.models import ChangeIdea, Cycle, Driver
from clinlead.improvement.views import reader_of_page
from clinlead.strategy.models import Statement, Wording
from clinlead.strategy.policies import Kind
from clinlead.strategy.queries import in_force, measure_titles

TRAIL = [("Home", "/"), ("Driver diagrams", "/improvement/drivers/")]


@require_GET
def diagrams(request: HttpRequest) -> HttpResponse:
    standing = Driver.objects.filter(ended_at=None).values_list("outcome_id", flat=True)
    counts: dict[int, int] = {}
    for outcome in standing:
        counts[outcome] = counts.get(outcome, 0) + 1
    listed = [(one, counts.get(one.statement_id, 0)) for one in in_force(Kind.OUTCOME)]
    return render(request, "improvement/diagrams.html", {"listed": listed})


def outcome_of(code: str) -> Wording:
    found = in_force(Kind.OUTCOME).filter(statement__code=code).first()
    if found is None:
        raise Http404
    return found


@require_GET
def diagram(request: HttpRequest, code: str) -> HttpResponse:
    return page_of(request, outcome_of(code))


def page_of(request: HttpRequest, outcome: Wording, *, status: int = 200, **bound) -> HttpResponse:
    reader = reader_of_page(request)
    drivers = queries.drivers_of(outcome.statement)
    titles = measure_titles()
    linked = outcome.statement.measures.filter(ended_at=None).values_list("measure", flat=True)
    measures = [(each, titles.get(each, each)) for each in linked]
    writes = policies.why_not_write_drivers(reader, diagram_facts(outcome.statement)) is None
    context = {
        "outcome": outcome,
        "objective": outcome.objective_title(),
        "drivers": [
            (one, [idea for idea in one.ideas.all() if not idea.ended_at]) for one in drivers
        ],
        "titles": titles,
        "measures": measures,
        "cycles": cycles_by_idea(request, drivers),
        "picture": driver_diagram(outcome, drivers, dict(measures)),
        "writes": writes,
        "driver_form": bound.get("driver_form") or DriverForm(auto_id="driver-%s"),
        "idea_form": bound.get("idea_form") or idea_form(None, drivers, measures),
        "trail": TRAIL,
    }
    return render(request, "improvement/diagram.html", context, status=status)


def idea_form(data, drivers: list[Driver], measures: list[tuple[str, str]]) -> IdeaForm:
    choices = [(str(one.pk), one.text) for one in drivers]
    return IdeaForm(data, drivers=choices, measures=measures, auto_id="idea-%s")


def cycles_by_idea(request: HttpRequest, drivers: list[Driver]) -> Mapping[int, list[Cycle]]:
    """The cycles that try each idea, as far as this person may see them; one query."""
    seen = Cycle.objects.visible_to(reader_of_page(request))
    found: dict[int, list[Cycle]] = {}
    for each in seen.filter(idea__driver__in=drivers).order_by("starts_on", "pk"):
        found.setdefault(each.idea_id or 0, []).append(each)
    return found


@require_POST
def add_driver(request: HttpRequest, code: str) -> HttpResponse:
    outcome = outcome_of(code)
    form = DriverForm(request.POST, auto_id="driver-%s")
    if not form.is_valid():
        return page_of(request, outcome, status=422, driver_form=form)
    actions.add_driver(outcome=outcome.statement, text=form.cleaned_data["text"], **by_now(request))
    messages.success(request, "The driver is added.")
    return redirect(address(outcome.statement))


@require_POST
def add_idea(request: HttpRequest, code: str) -> HttpResponse:
    outcome = outcome_of(code)
    drivers = queries.drivers_of(outcome.statement)
    titles = measure_titles()
    linked = outcome.statement.measures.filter(ended_at=None).values_list("measure", flat=True)
    form = idea_form(request.POST, drivers, [(each, titles.get(each, each)) for each in linked])
    if not form.is_valid():
        return page_of(request, outcome, status=422, idea_form=form)
    given = form.cleaned_data
    actions.add_idea(
        driver_id=int(given["driver"]),
        text=given["text"],
        measure=given["measure"],
        **by_now(request),
    )
    messages.success(request, "The change idea is added.")
    return redirect(address(outcome.statement))


@require_POST
def end_driver(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Driver.objects.select_related("outcome"), pk=pk)
    actions.end_driver(driver_id=found.pk, **by_now(request))
    messages.success(request, "It is no driver any more; the record keeps it.")
    return redirect(address(found.outcome))


@require_POST
def end_idea(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ChangeIdea.objects.select_related("driver__outcome"), pk=pk)
    actions.end_idea(idea_id=found.pk, **by_now(request))
    messages.success(request, "The idea is ended; the record keeps it.")
    return redirect(address(found.driver.outcome))


def by_now(request: HttpRequest) -> dict:
    return {"by": request.user, "at": timezone.now()}


def address(outcome: Statement) -> str:
    return f"/improvement/drivers/{outcome.code}/"
