"""Marking a measure as a safety measure, and ending that."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.policies import Refusal
from clinlead.measures.models import MeasureVersion, SafetyMark
from clinlead.measures.policies import MarkFacts, why_not_end_safety, why_not_mark_safety
from clinlead.measures.queries import find
from clinlead.measures.safety import end_safety, facts_for, mark_safety
from clinlead.organisation.models import Department

LINES = {"rows": 3}


class MarkForm(forms.Form):
    department = forms.ModelChoiceField(
        Department.objects.open(), label="Where", required=False, empty_label="The whole trust"
    )
    reason = forms.CharField(
        label="Why is it watched?",
        help_text="Everybody reads it beside the measure.",
        max_length=300,
        widget=forms.Textarea(LINES),
    )


class EndForm(forms.Form):
    because = forms.CharField(
        label="Why is it no longer watched?",
        help_text="Signals that were found stay, and are still answered.",
        widget=forms.Textarea(LINES),
    )


def measure_to_mark(request: HttpRequest, code: str) -> tuple[MeasureVersion, Refusal | None]:
    """Not found for whoever may mark nothing; why this measure cannot be, for whoever may."""
    reader = request.reader  # type: ignore[attr-defined]
    measure = MeasureVersion.objects.filter(code=code).order_by("-version").first()
    if measure is None or why_not_mark_safety(reader, MarkFacts(), "a reason"):
        raise Http404
    return measure, why_not_mark_safety(reader, facts_for(find(code), None), "a reason")


@require_http_methods(["GET", "POST"])
def marks(request: HttpRequest, code: str) -> HttpResponse:
    measure, refusal = measure_to_mark(request, code)
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mark_safety(measure=code, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Marked. It is watched from the next load on, case by case.")
        return redirect("safety_marks", code=code)
    marked = SafetyMark.objects.filter(measure=code)
    listed = marked.select_related("department", "marked_by__person", "ended_by__person")
    page = {"measure": measure, "form": form, "refusal": refusal, "marks": list(listed)}
    return render(request, "measures/safety.html", page)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, mark_id: int) -> HttpResponse:
    measure, _ = measure_to_mark(request, code)
    reader = request.reader  # type: ignore[attr-defined]
    shown = get_object_or_404(SafetyMark.objects.filter(measure=code), pk=mark_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        end_safety(mark_id=shown.pk, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Ended. Signals that were found stay.")
        return redirect("safety_marks", code=code)
    facts = MarkFacts(ended=shown.ended_at is not None)
    page = {
        "measure": measure,
        "shown": shown,
        "form": form,
        "refusal": why_not_end_safety(reader, facts, "a reason"),
    }
    return render(request, "measures/end_safety.html", page)
