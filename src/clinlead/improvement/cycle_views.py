"""One cycle: planned, started, studied, followed, called off, joined, handed over."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Button, Reader, refuse_if
from clinlead.improvement import actions, policies, queries
from clinlead.improvement.drawing import ramp
from clinlead.improvement.forms import BecauseForm, CycleForm, HandOverForm, StudyForm
from clinlead.improvement.models import ChangeIdea, Cycle
from clinlead.improvement.presenters import Acts, Row, facts_of_plan
from clinlead.improvement.series import Sight, look
from clinlead.improvement.showing import cycle_figures, frozen_study
from clinlead.improvement.studying import study_facts
from clinlead.improvement.views import HOME, decision_of, reader_of_page
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, Post


def cycle_of(request: HttpRequest, pk: int) -> Cycle:
    found = Cycle.objects.visible_to(reader_of_page(request))
    more = ("idea__driver__outcome", "parent", "closed_by__person", "decision__by__person")
    return get_object_or_404(found.select_related(*queries.CYCLES, *more), pk=pk)


@require_GET
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    shown, reader = cycle_of(request, pk), reader_of_page(request)
    sight, members = look(shown, reader), list(queries.members_of(shown))
    facts = study_facts(shown, sight, members=frozenset(one.account_id for one in members))
    steps = queries.ramp_of(shown, reader)
    context = {
        "cycle": shown,
        "row": Row.of(shown),
        "plan": facts_of_plan(shown, titles_in(sight)),
        "acts": Acts.of(reader, facts),
        "facts": facts,
        "least": policies.LEAST_MONTHS,
        "figures": cycle_figures(shown, sight, marked(shown, reader)),
        "study": frozen_study(shown, sight),
        "members": members,
        "owner_gone": facts.state in policies.OPEN and owner_is_gone(shown, reader.on),
        "ramp": ramp(steps, shown) if len(steps) > 1 else None,
        "steps": [Row.of(each) for each in steps],
        "trail": HOME,
    }
    return render(request, "improvement/cycle.html", context)


def titles_in(sight: Sight) -> dict[str, str]:
    seen = [each.definition for each in (sight.live, sight.balancing) if each]
    return {each.code: each.title for each in seen}


def marked(cycle: Cycle, reader: Reader) -> list[Cycle]:
    """The started cycles that charts of this one’s measures mark."""
    return queries.cycles_on(cycle.department, [cycle.measure, cycle.balancing], reader)


def owner_is_gone(cycle: Cycle, on: date) -> bool:
    """Whether whoever runs a department’s cycle works there no longer."""
    if cycle.stream_id is not None:
        return False
    return not Cycle.objects.filter(queries.owner_at_work(on), pk=cycle.pk).exists()


def measures_of(department: Department, request: HttpRequest) -> list[tuple[str, str]]:
    chosen = chosen_by([department], reader_of_page(request).on)
    return [(each.measure.code, each.measure.title) for each in chosen]


def ideas_for(measure: str) -> QuerySet[ChangeIdea]:
    """The change ideas of outcomes that this measure shows."""
    found = ChangeIdea.objects.filter(
        ended_at=None,
        driver__outcome__measures__measure=measure,
        driver__outcome__measures__ended_at=None,
    )
    return found.distinct()


def form_for(request: HttpRequest, department: Department, measure: str, initial: dict):
    return CycleForm(
        request.POST or None,
        measures=measures_of(department, request),
        ideas=ideas_for(measure),
        initial=initial,
    )


def plan_page(request: HttpRequest, heading: str, form: CycleForm, trail, button: str):
    context = {"heading": heading, "form": form, "trail": trail, "button": button}
    return render(request, "improvement/plan.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A first cycle from a decision."""
    decision = decision_of(request, pk)
    refuse_if(policies.why_not_plan(reader_of_page(request), decision.facts()))
    form = form_for(request, decision.department, decision.measure, first_words(request, decision))
    if request.method == "POST" and form.is_valid():
        made = actions.plan_cycle(
            decision_id=decision.pk,
            plan=form.plan(),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Planned. Start it when the change begins.")
        return redirect(made)
    trail = [*HOME, (str(decision), decision.get_absolute_url())]
    return plan_page(request, "Plan a PDSA cycle", form, trail, "Save the plan")


def first_words(request: HttpRequest, decision) -> dict:
    """What the decision and the measure’s definition suggest."""
    chosen = chosen_by([decision.department], reader_of_page(request).on)
    choice = chosen.filter(measure__code=decision.measure).first()
    balances = read_definition(choice.measure.definition).balances if choice else ""
    return {"measure": decision.measure, "balancing": balances}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    shown = cycle_of(request, pk)
    refuse_if(policies.why_not_change(reader_of_page(request), shown.facts()))
    form = form_for(request, shown.department, shown.measure, CycleForm.of(shown))
    if request.method == "POST" and form.is_valid():
        actions.change_plan(cycle_id=shown.pk, plan=form.plan(), **by_now(request))
        messages.success(request, "The plan is changed.")
        return redirect(shown)
    trail = [*HOME, (shown.title, shown.get_absolute_url())]
    return plan_page(request, "Change the plan", form, trail, "Save the plan")


@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """The next cycle of the ramp, from what this one was."""
    shown = cycle_of(request, pk)
    refuse_if(policies.why_not_follow(reader_of_page(request), shown.facts()))
    again = CycleForm.of(shown) | {"title": "", "predicted": None}
    form = form_for(request, shown.department, shown.measure, without_days(again))
    if request.method == "POST" and form.is_valid():
        made = actions.follow_cycle(cycle_id=shown.pk, plan=form.plan(), **by_now(request))
        messages.success(request, "The next cycle is planned.")
        return redirect(made)
    trail = [*HOME, (shown.title, shown.get_absolute_url())]
    return plan_page(request, "Plan the next cycle", form, trail, "Save the plan")


def without_days(words: dict) -> dict:
    return {name: value for name, value in words.items() if not name.endswith("_on")}


def by_now(request: HttpRequest) -> dict:
    return {"by": request.user, "at": timezone.now()}


def acted(act: Callable[..., object], said: str):
    """A view that finds the cycle, acts on it, says so and goes back to it."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        shown = cycle_of(request, pk)
        act(cycle_id=shown.pk, **by_now(request))
        messages.success(request, said)
        return redirect(shown)

    return view


start = acted(actions.start_cycle, "Started. Charts of the measure mark it from now on.")
share = acted(actions.share_cycle, "Shared. Other clinical directors and stream leads can read it.")
join = acted(actions.join_cycle, "You have joined.")
leave = acted(actions.leave_cycle, "You have left.")


@require_http_methods(["GET", "POST"])
def study(request: HttpRequest, pk: int) -> HttpResponse:
    shown, reader = cycle_of(request, pk), reader_of_page(request)
    sight = look(shown, reader)
    refuse_if(policies.why_not_study(reader, study_facts(shown, sight)))
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.study_cycle(cycle_id=shown.pk, study=form.study(), **by_now(request))
        messages.success(request, "Studied. What you saw is kept with it.")
        return redirect(shown)
    context = {
        "cycle": shown,
        "row": Row.of(shown),
        "figures": cycle_figures(shown, sight, marked(shown, reader)),
        "form": form,
    }
    return render(request, "improvement/study.html", context)


@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    shown = cycle_of(request, pk)
    refuse_if(policies.why_not_call_off(reader_of_page(request), shown.facts(), "a reason"))
    form = BecauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        actions.call_off(cycle_id=shown.pk, because=because, **by_now(request))
        messages.success(request, "Called off. The reason stays with it.")
        return redirect(shown)
    context = {
        "heading": f"Call off: {shown.title}",
        "about": "It is not studied and counts as no result. Where there is data, study it "
        "instead and abandon the change: that teaches something.",
        "form": form,
        "button": Button("Call it off", enabled=True),
        "trail": [*HOME, (shown.title, shown.get_absolute_url())],
    }
    return render(request, "improvement/because.html", context)


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    shown, reader = cycle_of(request, pk), reader_of_page(request)
    refuse_if(policies.why_not_hand_over(reader, shown.facts(), to_belongs=True))
    form = HandOverForm(request.POST or None, accounts=who_could_run(shown, reader.on))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        actions.hand_over(cycle_id=shown.pk, to=to, **by_now(request))
        messages.success(request, f"{to} runs it from now on.")
        return redirect(shown)
    context = {
        "heading": f"Hand over: {shown.title}",
        "about": "Whoever runs a cycle starts it, studies it and plans the next one.",
        "form": form,
        "button": Button("Hand it over", enabled=True),
        "trail": [*HOME, (shown.title, shown.get_absolute_url())],
    }
    return render(request, "improvement/because.html", context)


def who_could_run(cycle: Cycle, on: date) -> QuerySet[Account]:
    """Clinicians of the department, and whoever has joined; not who runs it now."""
    posts = Post.objects.on(on).filter(department=cycle.department_id)
    joined = cycle.members.filter(left_at=None).values("account_id")
    found = Account.objects.filter(is_active=True).exclude(pk=cycle.owner_id)
    here = found.filter(person__posts__in=posts) | found.filter(pk__in=joined)
    return here.select_related("person").distinct().order_by("person__name")
