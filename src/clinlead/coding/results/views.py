"""Published results: staff read them; the evaluator publishes, and takes back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Button
from clinlead.coding.forms import PublishForm, TakeBackForm, sent
from clinlead.coding.models import PublishedQuote
from clinlead.coding.policies import PublishFacts, why_not_publish
from clinlead.coding.queries import study_facts
from clinlead.coding.results.publishing import (
    Preface,
    draft_of,
    publish,
    take_back,
    take_quote_out,
)
from clinlead.coding.results.reading import ResultsPage, listed
from clinlead.coding.views import study_in
from clinlead.evaluation.models import Study


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What evaluations found, for all staff."""
    return render(request, "coding/results.html", {"lines": listed()})


@require_GET
def show(request: HttpRequest, study_id: int, number: int | None = None) -> HttpResponse:
    """One version for all staff. That somebody reads it is written nowhere."""
    page = ResultsPage.of(study_id, number)
    if page is None:
        raise Http404
    return render(request, "coding/published.html", {"page": page})


@require_http_methods(["GET", "POST"])
def publishing(request: HttpRequest, study_id: int) -> HttpResponse:
    """What staff would read now, what to look at before, and what they read already."""
    study = study_in(request, study_id)
    now = ResultsPage.of(study.pk)
    initial = {"introduction": now.publication.introduction} if now else {}
    form = PublishForm(sent(request), again=now is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = publish(
            study=study,
            preface=Preface(**form.cleaned_data),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, f"Published: all staff can read version {made.number} now.")
        return redirect(made)
    return publishing_page(request, study, form, TakeBackForm(), now)


def publishing_page(
    request: HttpRequest,
    study: Study,
    form: PublishForm,
    back: TakeBackForm,
    now: ResultsPage | None,
) -> HttpResponse:
    draft = draft_of(study, timezone.now(), str(form["introduction"].value() or ""))
    rest = PublishFacts(themes=draft.themes, read_through=True)  # the form asks for that itself
    page = {
        "study": study,
        "now": now,
        "draft": draft,
        "form": form,
        "back": back,
        "button": Button.guarded(
            "Publish to all staff",
            why_not_publish(request.reader, study_facts(study), rest),  # type: ignore[attr-defined]
        ),
    }
    wrong = form.errors or back.errors
    return render(request, "coding/publish.html", page, status=422 if wrong else 200)


@require_POST
def taken_back(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    back, now = TakeBackForm(request.POST), ResultsPage.of(study.pk)
    if not back.is_valid():
        form = PublishForm(None, again=now is not None)
        return publishing_page(request, study, form, back, now)
    take_back(
        study=study,
        because=back.cleaned_data["because"],
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Taken back. Staff read that it was, and why.")
    return redirect("coding_publish", study_id=study.pk)


@require_POST
def quote_taken_out(request: HttpRequest, study_id: int, quote_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    quotes = PublishedQuote.objects.select_related("publication__study")
    take_quote_out(
        quote=get_object_or_404(quotes, publication__study=study, pk=quote_id),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Taken out of every version, and of the findings.")
    return redirect("coding_publish", study_id=study.pk)
