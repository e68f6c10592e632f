"""The pages of conversations. A reading by the other of the two is logged."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.conversations import actions, queries, subjects
from clinlead.conversations.forms import AgreedForm, BeginForm, TriedForm, WordsForm
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import TalkFacts, What, why_not_take_part
from clinlead.conversations.presenters import TalkPage
from clinlead.history.actions import record_reading
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.reasons import Finding, Reason
from clinlead.safety.models import Signal


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


@require_GET
def index(request: Asked) -> HttpResponse:
    found = queries.visible_to(request.reader)
    page = {"talks": found, "agreed": queries.agreements(found)}
    return render(request, "conversations/index.html", page)


@require_http_methods(["GET", "POST"])
def begin(request: Asked) -> HttpResponse:
    """By a button beside a signal, or with a few words about something else."""
    if "figure" in request.POST or "signal" in request.POST:
        return opened(request, subject_named(request))
    form = BeginForm(request.POST or None, reader=request.reader)
    if not form.pairs:
        raise Http404
    if request.method == "POST" and form.is_valid():
        person, department = form.pairs[form.cleaned_data["who"]]
        at = timezone.now()
        words = form.cleaned_data["words"]
        return opened(request, subjects.of_words(person, department, words, at.isoformat()))
    status = 422 if form.is_bound else 200
    return render(request, "conversations/begin.html", {"form": form}, status=status)


def subject_named(request: Asked) -> subjects.Subject:
    """What the button stood beside; not found where this person is not one of the two."""
    about = None
    if (number := request.POST.get("figure", "")).isdecimal():
        rows = ReleasedFigure.objects.select_related("release__department", "person")
        about = subjects.of_figure(get_object_or_404(rows, pk=number))
    elif (number := request.POST.get("signal", "")).isdecimal():
        signals = Signal.objects.select_related("department", "person")
        about = subjects.of_signal(get_object_or_404(signals, pk=number))
    if about is None or why_not_take_part(request.reader, about.facts(request.reader.on).owner):
        raise Http404
    return about


def opened(request: Asked, about: subjects.Subject) -> HttpResponse:
    return redirect(actions.open_conversation(about=about, by=request.user, at=timezone.now()))


def talk_of(request: Asked, pk: int) -> tuple[Conversation, TalkFacts]:
    found = queries.find(request.reader, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: Asked, pk: int) -> HttpResponse:
    talk, facts = talk_of(request, pk)
    return page_of(request, talk, facts, {})


def page_of(
    request: Asked, talk: Conversation, facts: TalkFacts, wrong: dict[str, forms.Form]
) -> HttpResponse:
    """The page, with whatever was filled in wrongly still in its form."""
    note(request, talk)
    today = timezone.localdate()
    context = {
        "page": TalkPage.of(talk, facts, request.reader),
        "words_form": wrong.get("say") or WordsForm(auto_id="say-%s"),
        "tried_form": wrong.get("try") or TriedForm(auto_id="try-%s"),
        "agreed_form": wrong.get("agree") or AgreedForm(auto_id="agree-%s", today=today),
        "wrong": next(iter(wrong.values()), None),
    }
    status = 422 if wrong else 200
    return render(request, "conversations/talk.html", context, status=status)


def note(request: Asked, talk: Conversation) -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    if talk.person_id != request.reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=[talk.person_id],
            object_kind="conversation",
            object_id=talk.pk,
        )


@require_POST
def act(request: Asked, pk: int, what: str) -> HttpResponse:
    """Words, an explanation that was tried, what was agreed, and that it was."""
    talk, facts = talk_of(request, pk)
    if what not in ACTS:
        raise Http404
    form = form_for(request, what)
    if not form.is_valid():
        return page_of(request, talk, facts, {what: form})
    ACTS[what](talk, form, request.user, timezone.now())
    messages.success(request, SAID[what])
    return redirect(talk)


class ConfirmForm(forms.Form):
    said = forms.IntegerField()


def form_for(request: Asked, what: str) -> forms.Form:
    if what == "agree":
        return AgreedForm(request.POST, auto_id="agree-%s", today=timezone.localdate())
    if what == "confirm":
        return ConfirmForm(request.POST)
    kind = {"say": WordsForm, "try": TriedForm}[what]
    return kind(request.POST, auto_id=f"{what}-%s")


def say(talk: Conversation, form: forms.Form, by: Account, at: datetime) -> Said:
    return actions.say(conversation_id=talk.pk, text=form.cleaned_data["text"], by=by, at=at)


def tried(talk: Conversation, form: forms.Form, by: Account, at: datetime) -> Said:
    return actions.try_explanation(
        conversation_id=talk.pk,
        reason=Reason(form.cleaned_data["reason"]),
        finding=Finding(form.cleaned_data["finding"]),
        text=form.cleaned_data["text"],
        by=by,
        at=at,
    )


def agree(talk: Conversation, form: forms.Form, by: Account, at: datetime) -> Said:
    assert isinstance(form, AgreedForm)
    return actions.agree(conversation_id=talk.pk, agreement=form.agreement(), by=by, at=at)


def confirm(talk: Conversation, form: forms.Form, by: Account, at: datetime) -> Said:
    agreed = talk.said.filter(what=What.AGREED)
    found = get_object_or_404(agreed, pk=form.cleaned_data["said"])
    return actions.confirm(said_id=found.pk, by=by, at=at)


ACTS: dict[str, Callable[[Conversation, forms.Form, Account, datetime], Said]] = {
    "say": say,
    "try": tried,
    "agree": agree,
    "confirm": confirm,
}
SAID = {
    "say": "Saved. The other of you is told.",
    "try": "Saved, with the evidence there is.",
    "agree": "Saved. The other of you is asked whether that is what you agreed.",
    "confirm": "Thank you. You both say that this is what you agreed.",
}
