"""Feedback on a measure's wording: said by managers, answered by an analyst, read by all staff."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.policies import Reader, refuse_if
from clinlead.measures.models import Feedback, MeasureVersion
from clinlead.measures.queries import find
from clinlead.measures.redefining_forms import AnswerForm, FeedbackForm
from clinlead.measures.redefinition import why_not_answer, why_not_comment
from clinlead.measures.speaking import answer, comment, users


def reader_of(request: HttpRequest) -> Reader:
    return request.reader  # type: ignore[attr-defined]


def measure_or_404(code: str) -> MeasureVersion:
    """The wording that can be chosen today; else the newest there is."""
    newest = MeasureVersion.objects.filter(code=code).order_by("-version")
    found = find(code) or newest.first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    measure = measure_or_404(code)
    refuse_if(why_not_comment(reader_of(request), users(code), "words"))
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = comment(
            measure=measure,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "Said. The answer will stand beside it on the measure’s page.")
        return redirect(made)
    return render(request, "measures/give_feedback.html", {"measure": measure, "form": form})


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, code: str, feedback_id: int) -> HttpResponse:
    """What was said, for all staff; the answer's form for whoever answers."""
    related = ("by__person", "answered_by__person", "redefinition__made")
    rows = Feedback.objects.filter(measure=code).select_related(*related)
    said = get_object_or_404(rows, pk=feedback_id)
    refusal = why_not_answer(reader_of(request), said.facts(), "words")
    form = None if refusal else AnswerForm(request.POST or None)
    if request.method == "POST":
        refuse_if(refusal)
        if form is not None and form.is_valid():
            by, at = request.user, timezone.now()
            answer(feedback_id=said.pk, by=by, at=at, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, "Answered. Everybody can read it.")
            return redirect(said)
    page = {"measure": measure_or_404(code), "said": said, "form": form}
    return render(request, "measures/feedback.html", page)
