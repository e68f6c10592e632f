"""Whom a department shows a measure for: who decided it, why, and deciding otherwise."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.measures.policies import why_not_decide_showing
from clinlead.measures.queries import read_definition
from clinlead.measures.showing import current_of, decide_showing, decisions_of, facts_for
from clinlead.organisation.models import Department


class ShowingForm(forms.Form):
    reason = forms.CharField(
        label="Where and why did the department decide it?",
        help_text="Everybody in the trust can read it. For example: agreed by all at the "
        "department meeting of 3 March, to see whether reminders help.",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )


@require_http_methods(["GET", "POST"])
def showing(request: HttpRequest, department: str, code: str) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    here = get_object_or_404(Department, code=department)
    choice = current_of(here, code, reader.on)
    if choice is None:
        raise Http404
    form = ShowingForm(request.POST or None)
    individually = not choice.shown_individually
    facts = facts_for(choice, individually=individually)
    refusal = why_not_decide_showing(reader, facts, "a reason")
    if request.method == "POST" and (refusal or form.is_valid()):
        reason = form.cleaned_data.get("reason", "") if form.is_valid() else "a reason"
        decide_showing(
            choice=choice,
            individually=individually,
            reason=reason,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Recorded. It is shown so from now on, and in the next release.")
        return redirect("showing", department=department, code=code)
    page = {
        "department": here,
        "choice": choice,
        "definition": read_definition(choice.measure.definition),
        "facts": facts,
        "form": form,
        "refusal": refusal,
        "decisions": decisions_of(here, code),
    }
    return render(request, "measures/showing.html", page)
