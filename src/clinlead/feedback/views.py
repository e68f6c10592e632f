"""The pages of feedback. A reading by anybody but the clinician is logged."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.conversations.subjects import talkable
from clinlead.feedback import actions, policies, queries
from clinlead.feedback.facts import RoundFacts
from clinlead.feedback.forms import (
    AnswerForm,
    BeginForm,
    NumberForm,
    RaterForm,
    ReadForm,
    ReasonForm,
    ScaleForm,
    UntilForm,
)
from clinlead.feedback.models import Rater, Round
from clinlead.feedback.presenters import EscalatedPage, RoundPage
from clinlead.history.actions import record_reading


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


@require_GET
def index(request: Asked) -> HttpResponse:
    page = {
        "rounds": queries.visible_to(request.reader),
        "asked": list(queries.asked_of(request.reader)),
        "begins": bool(talkable(request.reader)),
        "escalated": queries.escalated_to_reader(request.reader),
    }
    return render(request, "feedback/index.html", page)


@require_http_methods(["GET", "POST"])
def begin(request: Asked) -> HttpResponse:
    person = request.reader.person_id
    form = BeginForm(request.POST or None, pairs=talkable(request.reader), person=person)
    if not form.pairs:
        raise Http404
    if request.method == "POST" and form.is_valid():
        one, department = form.pairs[form.cleaned_data["who"]]
        at = timezone.now()
        return redirect(actions.begin(person=one, department=department, by=request.user, at=at))
    status = 422 if form.is_bound else 200
    page = {"form": form, "heading": "Ask colleagues for feedback", "button": "Begin"}
    return render(request, "feedback/form.html", page, status=status)


def round_of(request: Asked, pk: int) -> tuple[Round, RoundFacts]:
    found = queries.find(request.reader, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: Asked, pk: int) -> HttpResponse:
    found, facts = round_of(request, pk)
    return page_of(request, found, facts, {})


def page_of(
    request: Asked, found: Round, facts: RoundFacts, wrong: dict[str, forms.Form]
) -> HttpResponse:
    if found.person_id != request.reader.person_id:
        note(request, found)
    context = {
        "page": RoundPage.of(found, facts, request.reader),
        "rater_form": wrong.get("choose") or RaterForm(auto_id="choose-%s"),
        "until_form": wrong.get("ask") or wrong.get("longer") or UntilForm(auto_id="ask-%s"),
        "read_form": wrong.get("agree") or ReadForm(auto_id="agree-%s"),
        "wrong": next(iter(wrong.values()), None),
    }
    return render(request, "feedback/round.html", context, status=422 if wrong else 200)


def note(request: Asked, found: Round, reason: str = "") -> None:
    """Log the reading before the page is shown; the clinician sees it."""
    record_reading(
        at=timezone.now(),
        by_id=request.reader.account_id,
        about=[found.person_id],
        object_kind="feedback",
        object_id=found.pk,
        reason=reason,
    )


@require_http_methods(["GET", "POST"])
def escalated(request: Asked, pk: int) -> HttpResponse:
    """For HR whom a concern has brought in: they say why each time, and the clinician reads it."""
    pair = queries.find_escalated(request.reader, pk)
    if pair is None:
        raise Http404
    found, facts = pair
    refuse_if(policies.why_not_read_escalated(request.reader, facts, "to be said"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note(request, found, form.cleaned_data["reason"])
        shown = {"page": EscalatedPage.of(found, facts)}
        return render(request, "feedback/escalated.html", shown)
    about = f"{found}. A concern has brought you in, so you may read it while that is open."
    page = {"form": form, "heading": "Say why first", "button": "Read it", "about": about}
    return render(request, "feedback/form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def answer(request: Asked, pk: int) -> HttpResponse:
    """The one page that a rater opens."""
    rater = get_object_or_404(
        Rater.objects.select_related("round__person", "round__department", "round__held_by"),
        round=pk,
        account=request.user,
        round__asked_at__isnull=False,
    )
    facts = queries.facts_of(rater.round, request.reader.on)
    answered = rater.answered
    refuse_if(policies.why_not_answer(request.reader, facts, asked=True, answered=answered))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.answer(round_id=pk, said=form.answered(), by=request.user, at=timezone.now())
        messages.success(request, "Thank you. Nobody is told which answers are yours.")
        return redirect("feedback")
    page = {"form": form, "round": rater.round}
    return render(request, "feedback/answer.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def oneself(request: Asked, pk: int) -> HttpResponse:
    found, facts = round_of(request, pk)
    refuse_if(policies.why_not_assess_oneself(request.reader, facts))
    form = ScaleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        actions.assess_oneself(round_id=pk, scores=form.scores(), by=request.user, at=at)
        messages.success(request, "Saved. It stands beside what colleagues say.")
        return redirect(found)
    page = {"form": form, "heading": "How do you see yourself?", "button": "Save", "round": found}
    return render(request, "feedback/form.html", page, status=422 if form.errors else 200)


@require_POST
def act(request: Asked, pk: int, what: str) -> HttpResponse:
    found, facts = round_of(request, pk)
    if what not in ACTS:
        raise Http404
    kind, acts, said = ACTS[what]
    form = kind(request.POST, auto_id=f"{what}-%s")
    if not form.is_valid():
        return page_of(request, found, facts, {what: form})
    acts(found, form, request.user, timezone.now())
    messages.success(request, said)
    return redirect(found)


def choose(found: Round, form: forms.Form, by: Account, at: datetime) -> object:
    return actions.choose(round_id=found.pk, rater=form.cleaned_data["name"], by=by, at=at)


def take_out(found: Round, form: forms.Form, by: Account, at: datetime) -> object:
    rater = get_object_or_404(found.raters, pk=form.cleaned_data["number"])
    return actions.take_out(rater_id=rater.pk, by=by, at=at)


def ask(found: Round, form: forms.Form, by: Account, at: datetime) -> object:
    return actions.ask(round_id=found.pk, by=by, at=at, **form.cleaned_data)


def longer(found: Round, form: forms.Form, by: Account, at: datetime) -> object:
    return actions.ask_longer(round_id=found.pk, by=by, at=at, **form.cleaned_data)


def agree(found: Round, form: forms.Form, by: Account, at: datetime) -> object:
    return actions.agree_how_to_read(round_id=found.pk, by=by, at=at, **form.cleaned_data)


Acts = Callable[[Round, forms.Form, Account, datetime], object]
ACTS: dict[str, tuple[type[forms.Form], Acts, str]] = {
    "choose": (RaterForm, choose, "Added."),
    "take-out": (NumberForm, take_out, "Taken out. They do not know of it."),
    "ask": (UntilForm, ask, "Asked. Each is told on their home page."),
    "longer": (UntilForm, longer, "They have more time, and are told."),
    "agree": (ReadForm, agree, "Saved. Once you both have, the words are shown."),
}
