"""The page of totals that departments opened more widely."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.access.policies import Button, Reader
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department
from clinlead.releases.models import Opening
from clinlead.releases.opening import end_opening, open_wider
from clinlead.releases.policies import OpeningFacts, why_not_end_opening

ALL = ("", "All measures")


class OpeningForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), empty_label=None)
    measure = forms.ChoiceField(label="Which measure", required=False)
    agreement = forms.CharField(
        label="Where the department agreed to this",
        help_text="For example: minutes of the department meeting, 12 June.",
    )

    def __init__(self, *args, reader: Reader, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mine = Department.objects.filter(pk__in=reader.leads)
        self.fields["department"].queryset = mine  # type: ignore[attr-defined]
        used = chosen_by(mine, reader.on).order_by("measure__title")
        some = dict.fromkeys((one.measure.code, one.measure.title) for one in used)
        self.fields["measure"].choices = [ALL, *some]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def opened(request: HttpRequest) -> HttpResponse:
    """What is open, for all staff to know; the form for whoever leads a department."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    form = OpeningForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        open_wider(**form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Opened. Other departments’ leads can read it from now on.")
        return redirect("opened")
    related = ("department", "opened_by__person")
    running = list(Opening.objects.filter(ended_at=None).select_related(*related))
    page = {
        "rows": [(one, end_button(one, reader)) for one in running],
        "titles": dict(MeasureVersion.objects.order_by("version").values_list("code", "title")),
        "form": form if reader.leads else None,
    }
    return render(request, "releases/opened.html", page)


def end_button(one: Opening, reader: Reader) -> Button:
    facts = OpeningFacts(department_id=one.department_id)
    return Button.guarded("Close", why_not_end_opening(reader, facts))


@require_POST
def close(request: HttpRequest, opening_id: int) -> HttpResponse:
    found = get_object_or_404(Opening, pk=opening_id)
    end_opening(opening_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Closed. Nobody outside reads it any more by this.")
    return redirect("opened")
