"""The pages on which the two write: their own words, what they agree, objectives, evidence."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.policies import refuse_if
from clinlead.measures.queries import chosen_by
from clinlead.reviews import policies, writing
from clinlead.reviews.facts import DOMAINS, Domain, Side
from clinlead.reviews.forms import EvidenceForm, ObjectiveForm, WordsForm
from clinlead.reviews.models import Review, Words
from clinlead.reviews.text import Contents
from clinlead.reviews.views import Asked, Found, note, review_of

HEADINGS = {
    "own": "What you bring to the review",
    "both": "What you agree on",
}


@require_http_methods(["GET", "POST"])
def own_words(request: Asked, pk: int) -> HttpResponse:
    found = review_of(request, pk)
    return words_page(request, found, found[1].side_of(request.reader))


@require_http_methods(["GET", "POST"])
def agreed_words(request: Asked, pk: int) -> HttpResponse:
    return words_page(request, review_of(request, pk), Side.BOTH)


def words_page(request: Asked, found: Found, side: Side) -> HttpResponse:
    """A form of the four domains. Where somebody saved meanwhile, both texts stand on the page."""
    review, facts, contents = found
    refuse_if(policies.why_not_write(request.reader, facts, side))
    form = WordsForm(request.POST or None, side=side, contents=contents)
    theirs: list[tuple[str, Words]] = []
    if request.method == "POST" and form.is_valid():
        theirs = meanwhile(form, contents, side)
        if not theirs:
            at = timezone.now()
            writing.write(
                review_id=review.pk, side=side, drafts=form.drafts(), by=request.user, at=at
            )
            messages.success(request, "Saved.")
            return redirect(review)
    note(request, review)
    page = {
        "review": review,
        "form": form,
        "theirs": theirs,
        "both": side is Side.BOTH,
        "heading": HEADINGS["both" if side is Side.BOTH else "own"],
        "brought": brought(contents) if side is Side.BOTH else [],
    }
    return render(request, "reviews/words.html", page, status=422 if form.errors else 200)


def meanwhile(form: WordsForm, contents: Contents, side: Side) -> list[tuple[str, Words]]:
    """What somebody saved since the page was opened; the form is put on top of it."""
    new = writing.changed(contents, side, form.drafts())
    refusal = writing.why_overtaken(contents, side, new)
    if refusal is None:
        return []
    form.add_error(None, refusal.because)
    form.rebase(contents, side)
    return [
        (DOMAINS[domain], contents.words[side, domain])
        for domain, draft in new.items()
        if contents.version(side, domain) != draft.based_on
    ]


def brought(contents: Contents) -> list[tuple[str, Words | None, Words | None]]:
    """What each brought, to write from."""
    words = contents.words
    return [
        (title, words.get((Side.CLINICIAN, one)), words.get((Side.REVIEWER, one)))
        for one, title in ((each, DOMAINS[each]) for each in Domain)
    ]


@require_http_methods(["GET", "POST"])
def objective(request: Asked, pk: int) -> HttpResponse:
    review, facts, _ = review_of(request, pk)
    refuse_if(policies.why_not_write(request.reader, facts, Side.BOTH))
    form = ObjectiveForm(
        request.POST or None,
        measures=chosen_by([review.department], request.reader.on),
        outcomes=writing.outcomes_for(review.department),
    )
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        writing.add_objective(review_id=review.pk, agreed=form.agreed(), by=request.user, at=at)
        messages.success(request, "Added. It is signed with the rest.")
        return redirect(review)
    return in_a_form(request, review, form, "An objective that you agree on", "Add it")


@require_http_methods(["GET", "POST"])
def evidence(request: Asked, pk: int) -> HttpResponse:
    review, facts, _ = review_of(request, pk)
    refuse_if(policies.why_not_bring_evidence(request.reader, facts))
    form = EvidenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        writing.bring_evidence(review_id=review.pk, brought=form.brought(), by=request.user, at=at)
        messages.success(request, "Added.")
        return redirect(review)
    return in_a_form(request, review, form, "Evidence of your own", "Add it")


def in_a_form(
    request: Asked, review: Review, form: forms.Form, heading: str, button: str
) -> HttpResponse:
    note(request, review)
    page = {"review": review, "form": form, "heading": heading, "button": button}
    return render(request, "reviews/form.html", page, status=422 if form.errors else 200)
