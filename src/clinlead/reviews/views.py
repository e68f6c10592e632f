"""The pages of reviews. A reading by anybody but the clinician is logged."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.history.actions import record_reading
from clinlead.reviews import beginning, queries, signing, writing
from clinlead.reviews.counting import whole
from clinlead.reviews.facts import ReviewFacts
from clinlead.reviews.forms import (
    BeginForm,
    CloseForm,
    DayForm,
    MetForm,
    NumberForm,
    SignForm,
)
from clinlead.reviews.models import Review
from clinlead.reviews.policies import why_not_see_counts
from clinlead.reviews.presenters import LABELS, ReviewPage
from clinlead.reviews.text import Contents


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


Found = tuple[Review, ReviewFacts, Contents]


@require_GET
def index(request: Asked) -> HttpResponse:
    page = {
        "reviews": queries.visible_to(request.reader),
        "labels": LABELS,
        "due": queries.to_begin(request.reader),
        "sees_counts": why_not_see_counts(request.reader) is None,
    }
    return render(request, "reviews/index.html", page)


@require_GET
def counts(request: Asked) -> HttpResponse:
    if why_not_see_counts(request.reader):
        raise Http404
    return render(request, "reviews/counts.html", {"counts": whole(timezone.localdate())})


@require_http_methods(["GET", "POST"])
def begin(request: Asked) -> HttpResponse:
    offered = queries.to_begin(request.reader)
    if not offered:
        raise Http404
    given = request.POST or None
    form = BeginForm(
        given,
        offered=offered,
        person=request.reader.person_id,
        today=timezone.localdate(),
        initial={"who": request.GET.get("who", "")},
    )
    if request.method == "POST" and form.is_valid():
        one = form.offered[form.cleaned_data["who"]]
        made = beginning.begin(
            person=one.person,
            department=one.department,
            looked=form.looked(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Begun. The other of you is told.")
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "reviews/begin.html", {"form": form}, status=status)


def review_of(request: Asked, pk: int) -> Found:
    found = queries.find(request.reader, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: Asked, pk: int) -> HttpResponse:
    return page_of(request, review_of(request, pk), {})


def page_of(request: Asked, found: Found, wrong: dict[str, forms.Form]) -> HttpResponse:
    """The page, with whatever was filled in wrongly still in its form."""
    review, facts, contents = found
    note(request, review)
    context = {
        "page": ReviewPage.of(review, facts, contents, request.reader),
        "plan_form": wrong.get("plan") or DayForm(auto_id="plan-%s"),
        "met_form": wrong.get("met") or MetForm(auto_id="met-%s", today=timezone.localdate()),
        "sign_form": wrong.get("sign") or SignForm(initial={"digest": review.digest}),
        "close_form": wrong.get("close") or CloseForm(auto_id="close-%s"),
        "wrong": next(iter(wrong.values()), None),
    }
    return render(request, "reviews/review.html", context, status=422 if wrong else 200)


def note(request: Asked, review: Review) -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    if review.person_id != request.reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=[review.person_id],
            object_kind="review",
            object_id=review.pk,
        )


@require_POST
def act(request: Asked, pk: int, what: str) -> HttpResponse:
    """Everything but writing: hand over, meet, sign, take out, close."""
    found = review_of(request, pk)
    if what not in ACTS:
        raise Http404
    form = form_for(request, what)
    if not form.is_valid():
        return page_of(request, found, {what: form})
    ACTS[what](found[0], form, request.user, timezone.now())
    messages.success(request, SAID[what])
    return redirect(found[0])


def form_for(request: Asked, what: str) -> forms.Form:
    if what == "met":
        return MetForm(request.POST, auto_id="met-%s", today=timezone.localdate())
    if what == "sign":
        return SignForm(request.POST)
    kind = {
        "plan": DayForm,
        "close": CloseForm,
        "take-out-objective": NumberForm,
        "take-out-evidence": NumberForm,
    }.get(what, forms.Form)
    return kind(request.POST, auto_id=f"{what}-%s")


def hand_over(review: Review, _form: forms.Form, by: Account, at: datetime) -> object:
    return writing.hand_over(review_id=review.pk, by=by, at=at)


def gather(review: Review, _form: forms.Form, by: Account, at: datetime) -> object:
    return beginning.gather_again(review_id=review.pk, by=by, at=at)


def plan(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    return beginning.plan_meeting(review_id=review.pk, on=form.cleaned_data["on"], by=by, at=at)


def met(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    return beginning.meet(review_id=review.pk, on=form.cleaned_data["on"], by=by, at=at)


def sign(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    return signing.sign(review_id=review.pk, by=by, at=at, **form.cleaned_data)


def close(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    return beginning.close(review_id=review.pk, by=by, at=at, **form.cleaned_data)


def take_out_objective(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    number = form.cleaned_data["number"]
    if not review.objectives.filter(pk=number, withdrawn_at=None).exists():
        raise Http404
    return writing.take_out_objective(objective_id=number, by=by, at=at)


def take_out_evidence(review: Review, form: forms.Form, by: Account, at: datetime) -> object:
    number = form.cleaned_data["number"]
    if not review.own_evidence.filter(pk=number, withdrawn_at=None).exists():
        raise Http404
    return writing.take_out_evidence(evidence_id=number, by=by, at=at)


ACTS: dict[str, Callable[[Review, forms.Form, Account, datetime], object]] = {
    "hand-over": hand_over,
    "gather": gather,
    "plan": plan,
    "met": met,
    "sign": sign,
    "close": close,
    "take-out-objective": take_out_objective,
    "take-out-evidence": take_out_evidence,
}
SAID = {
    "hand-over": "Handed over. Once both have, each reads the other’s words.",
    "gather": "Gathered again. What was gathered before is kept.",
    "plan": "Saved. The other of you is told.",
    "met": "Saved. Now write what you agree on.",
    "sign": "Signed.",
    "close": "Closed. Everything that was written stays.",
    "take-out-objective": "Taken out.",
    "take-out-evidence": "Taken out.",
}
