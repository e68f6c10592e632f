"""Departments are merged: what will happen is shown before it is done."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.mergers import Wanted, facts_of, merge_departments
from clinlead.access.merging_policies import why_not_merge, why_not_open_mergers
from clinlead.access.models import Grant
from clinlead.access.policies import Reader
from clinlead.organisation.models import Department, Division, Post, WorkStream

MONTHS_AHEAD = 13


class MergerForm(forms.Form):
    """Which departments become which, from which month, and where it was decided."""

    parts = forms.ModelMultipleChoiceField(
        Department.objects.filter(closed_on=None).select_related("division"),
        label="Which departments merge?",
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(
        max_length=50,
        label="What is the new department called?",
        help_text="A name that no department has had.",
    )
    division = forms.ModelChoiceField(
        Division.objects.all(), label="In which division?", empty_label="Choose a division"
    )
    on = forms.TypedChoiceField(label="From which month?", coerce=date.fromisoformat)
    because = forms.CharField(
        label="Why, and where was it decided?", widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args, reader: Reader, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), f"{day:%B %Y}") for day in months_from(reader.on)
        ]
        self.reader = reader

    def clean(self) -> dict:
        given = super().clean() or {}
        if not self.errors:
            facts = facts_of(given["parts"], self.wanted())
            if refusal := why_not_merge(self.reader, facts):
                self.add_error(None, refusal.because)
        return given

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(**{name: given[name] for name in ("name", "division", "on", "because")})


def months_from(today: date) -> list[date]:
    """The first days of this month and the ones after it."""
    counted = (today.year * 12 + today.month - 1 + ahead for ahead in range(MONTHS_AHEAD))
    return [date(month // 12, month % 12 + 1, 1) for month in counted]


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Asked first, shown what follows, then done: it cannot be taken back."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if why_not_open_mergers(reader):
        raise Http404
    form = MergerForm(request.POST or None, reader=reader)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "access/merge.html", {"form": form}, status=status)
    if "confirmed" not in request.POST:
        return render(request, "access/merge_check.html", {"form": form, **foreseen(form)})
    made = merge_departments(
        parts=list(form.cleaned_data["parts"]),
        wanted=form.wanted(),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, f"{made} opens on {made.opened_on:%-d %B %Y}.")
    return redirect("department", code=made.code)


def foreseen(form: MergerForm) -> dict:
    """What the merger will move and what it will leave, counted before anybody confirms it."""
    parts, on = form.cleaned_data["parts"], form.cleaned_data["on"]
    return {
        "merging": parts,
        "wanted": form.wanted(),
        "people": Post.objects.on(on).filter(department__in=parts).values("person").distinct(),
        "streams": WorkStream.objects.filter(departments__in=parts).distinct(),
        "grants": Grant.objects.in_force(on).filter(department__in=parts),
    }
