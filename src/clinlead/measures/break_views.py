"""Noting, and withdrawing, that a measure is recorded in another way from a day on."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.forms import DayInput
from clinlead.access.policies import Reader, Role
from clinlead.measures.breaks import facts_of, record_break, withdraw_break
from clinlead.measures.models import MeasureVersion, RecordingBreak
from clinlead.measures.policies import why_not_withdraw_break
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department

LINES = {"rows": 3}
WHOLE_TRUST = "*"  # no department has such a code
TRUST = (WHOLE_TRUST, "The whole trust")
CHOOSE = ("", "Choose")


class BreakForm(forms.Form):
    department = forms.ChoiceField(label="Where")
    on = forms.DateField(
        label="From which day is it recorded in the new way?",
        help_text="Limits start anew with the first whole month.",
        widget=DayInput(),
    )
    reason = forms.CharField(
        label="What changed?",
        help_text="Everybody who sees a chart of this measure reads it. For example: "
        "a new form at discharge asks for the time.",
        max_length=200,
        widget=forms.Textarea(LINES),
    )

    def __init__(self, *args, places: list[tuple[str, str]], **more) -> None:
        super().__init__(*args, **more)
        shown = places if len(places) == 1 else [CHOOSE, *places]
        self.fields["department"].choices = shown  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label="Why is it withdrawn?",
        help_text="It stays in the list with this reason; charts draw it no more.",
        widget=forms.Textarea(LINES),
    )


def places_of(reader: Reader, code: str) -> list[tuple[str, str]]:
    """Where this person may note a break: departments that use the measure, and the trust."""
    every = Department.objects.all()
    mine = every if reader.has(Role.ANALYST) else every.filter(pk__in=reader.leads)
    using = chosen_by(mine, reader.on).filter(measure__code=code).order_by("department__name")
    found = [(each.department.code, each.department.name) for each in using]
    return [*found, TRUST] if reader.has(Role.ANALYST) else found


def measure_and_places(request: HttpRequest, code: str) -> tuple[MeasureVersion, list]:
    """Not found for whoever may note nothing of this measure."""
    measure = MeasureVersion.objects.filter(code=code).order_by("-version").first()
    places = places_of(request.reader, code)  # type: ignore[attr-defined]
    if measure is None or not places:
        raise Http404
    return measure, places


def department_of(place: str) -> Department | None:
    """The department of a place that was chosen; none for the whole trust."""
    return None if place == WHOLE_TRUST else Department.objects.get(code=place)


@require_http_methods(["GET", "POST"])
def breaks(request: HttpRequest, code: str) -> HttpResponse:
    measure, places = measure_and_places(request, code)
    form = BreakForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        record_break(
            measure=code,
            department=department_of(given["department"]),
            on=given["on"],
            reason=given["reason"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Noted. Charts of this measure start new limits there.")
        return redirect("breaks", code=code)
    page = {"measure": measure, "form": form, "noted": noted_of(request, code)}
    return render(request, "measures/breaks.html", page)


def noted_of(request: HttpRequest, code: str) -> list[tuple[RecordingBreak, bool]]:
    """Every break of the measure, and whether this person may withdraw it."""
    reader = request.reader  # type: ignore[attr-defined]
    found = RecordingBreak.objects.filter(measure=code)
    related = ("department", "recorded_by__person", "withdrawn_by__person")
    return [
        (each, why_not_withdraw_break(reader, facts_of(each), "a reason") is None)
        for each in found.select_related(*related)
    ]


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str, break_id: int) -> HttpResponse:
    measure, _ = measure_and_places(request, code)
    found = RecordingBreak.objects.filter(measure=code).select_related("department")
    shown = get_object_or_404(found, pk=break_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_break(
            break_id=shown.pk,
            because=form.cleaned_data["because"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Withdrawn. It stays in the list, and charts draw it no more.")
        return redirect("breaks", code=code)
    page = {"measure": measure, "shown": shown, "form": form}
    return render(request, "measures/withdraw_break.html", page)
