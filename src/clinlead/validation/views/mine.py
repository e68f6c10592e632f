"""My records: check them, undo it, be away, claim one that is missing."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.organisation.models import Person
from clinlead.validation import actions, queries, queues
from clinlead.validation.addresses import parse_record_id
from clinlead.validation.forms import AwayForm, ClaimForm
from clinlead.validation.models import ConfirmationBatch, Window
from clinlead.validation.policies import RecordState, why_not_claim
from clinlead.validation.presenters.challenges import challenge_line
from clinlead.validation.presenters.lists import Progress, by_day
from clinlead.validation.records import WrongValue
from clinlead.validation.views import who

A_PAGE = 100  # records confirmed with one key


def me(request: HttpRequest) -> Person:
    """The person whose records these are; an account without one has no such page."""
    person = who.account(request).person
    if person is None:
        raise Http404
    return person


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My records of the months I am asked to check, those not checked yet first."""
    person, today = me(request), timezone.localdate()
    checking = queries.checking_of(person, today)
    shown = filtered(checking.states, request.GET.get("state", ""))
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "validation/mine.html",
        {
            "checking": checking,
            "progress": Progress(counts=queries.counts_by_state(checking.states)),
            "days": by_day(one for one in page.object_list if to_do(one)),
            "looked_at": by_day(one for one in page.object_list if not to_do(one)),
            "page": page,
            "state": request.GET.get("state", ""),
            "states": list(RecordState),
            "last_batch": last_batch(person, checking.running),
            "to_answer": [
                challenge_line(c, who.reader(request)) for c in queues.to_answer(person.pk)
            ],
        },
    )


def filtered(states: list[queries.Owned], state: str) -> list[queries.Owned]:
    if state in set(RecordState):
        return [one for one in states if one.state == state]
    return sorted(states, key=lambda one: not to_do(one))  # what is to do first, each by day


def to_do(one: queries.Owned) -> bool:
    return one.state in {RecordState.NOT_YET, RecordState.SILENT}


def last_batch(person: Person, running: Sequence[Window]) -> ConfirmationBatch | None:
    """What can still be undone: the newest batch, while a window that it is in runs."""
    mine = ConfirmationBatch.objects.filter(person=person, confirmations__window__in=running)
    newest = mine.order_by("-pk").first()
    return newest if newest and newest.undone_at is None and newest.size else None


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Everything that was left selected is mine and right."""
    named = [parse_record_id(text) for text in request.POST.getlist("record")]
    places = [place for place in named if place is not None]
    batch = actions.confirm_records(places=places, by=who.account(request), at=timezone.now())
    words = "1 record" if batch.size == 1 else f"{batch.size} records"
    messages.success(request, f"{words} confirmed.")
    return redirect("my-records")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was confirmed last."""
    batch = ConfirmationBatch.objects.filter(
        pk=number(request.POST.get("batch")), person=me(request)
    ).first()
    if batch is None:
        raise Http404
    actions.undo_confirmation(batch_id=batch.pk, by=who.account(request), at=timezone.now())
    messages.success(request, "Undone. Nothing of it counts as confirmed.")
    return redirect("my-records")


def number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


@require_http_methods(["GET", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """I will be away: absence is not agreement."""
    person, today = me(request), timezone.localdate()
    form = AwayForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        actions.pause(**form.cleaned_data, by=who.account(request), at=timezone.now())
        messages.success(request, "Your clock stops while you are away.")
        return redirect("my-records")
    pauses = queries.pauses_ahead(person, today)
    return render(request, "validation/away.html", {"form": form, "pauses": pauses})


@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """I am back, or will not be away after all."""
    me(request)
    actions.end_pause(by=who.account(request), at=timezone.now())
    messages.success(request, "Welcome back. Your clock runs again.")
    return redirect("my-records")


@require_http_methods(["GET", "POST"])
def missing(request: HttpRequest) -> HttpResponse:
    """A patient of mine is missing."""
    me(request)
    if why_not_claim(who.reader(request)):
        raise Http404
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        claim = claimed(request, form, timezone.now())
        if claim:
            messages.success(request, "We will look for it. You can follow it here.")
            return redirect(claim)
    return render(request, "validation/missing.html", {"form": form})


def claimed(request: HttpRequest, form: ClaimForm, at: datetime):
    try:
        return actions.claim_missing(**form.cleaned_data, by=who.account(request), at=at)
    except WrongValue as wrong:
        form.add_error(wrong.part if wrong.part in form.fields else None, wrong.because)
        return None
