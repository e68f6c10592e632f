"""Windows of checking, and the random sample of unchallenged records that an analyst audits."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Reader, Role, refuse_if
from clinlead.history.actions import record_reading
from clinlead.organisation.models import Department
from clinlead.validation import actions, ledger
from clinlead.validation.addresses import record_id
from clinlead.validation.forms import ChallengeForm, DrawForm, OutcomeForm, WindowForm
from clinlead.validation.models import AuditSample, Window
from clinlead.validation.policies import Outcome, RecordState, why_not_audit, why_not_open_window
from clinlead.validation.presenters.lists import Progress
from clinlead.validation.progress import window_counts
from clinlead.validation.records import WrongValue
from clinlead.validation.views import who
from clinlead.validation.views.records import as_said, challenge_form_for, part_of


def departments_of(reader: Reader):
    """Where this person may open windows; none for everybody else."""
    found = Department.objects.all()
    return found if reader.has(Role.ANALYST) else found.filter(pk__in=reader.leads)


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every window of my departments, and opening another."""
    reader = who.reader(request)
    departments = list(departments_of(reader))
    if not departments:
        raise Http404
    choices = [(one.code, one.name) for one in departments]
    form = WindowForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        return opened(request, form)
    windows = Window.objects.filter(department__in=departments).select_related("department")
    return render(request, "validation/windows.html", {"windows": windows[:100], "form": form})


def opened(request: HttpRequest, form: WindowForm) -> HttpResponse:
    typed = form.cleaned_data
    window = actions.open_window(
        department=get_object_or_404(Department, code=typed["department"]),
        first_month=typed["first_month"],
        last_month=typed["last_month"],
        opens_on=timezone.localdate(),
        closes_on=typed["closes_on"],
        by=who.account(request),
        at=timezone.now(),
    )
    messages.success(request, "Everyone in the department is asked to check these months.")
    return redirect("window", window.pk)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a department is: each state apart, and what the audits found."""
    reader = who.reader(request)
    window = get_object_or_404(Window.objects.select_related("department"), pk=pk)
    if why_not_open_window(reader, window.department_id):
        raise Http404
    counts = window_counts(window, reader.on)
    samples = AuditSample.objects.filter(draw__window=window).select_related(
        "person", "checked_by__person"
    )
    analyst = why_not_audit(reader) is None
    if samples and analyst:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about={one.person_id for one in samples},
            object_kind="window",
            object_id=window.pk,
        )
    page = {
        "window": window,
        "progress": Progress(counts=counts),
        "rows": [(state.value.capitalize(), counts[state]) for state in RecordState],
        "samples": [sample_line(one) for one in samples] if analyst else [],
        "found_rows": outcomes_of(samples),
        "draws": window.draws.select_related("drawn_by__person"),
        "analyst": analyst,
        "draw_form": DrawForm(),
    }
    return render(request, "validation/window.html", page)


def outcomes_of(samples: Iterable[AuditSample]) -> list[tuple[str, int]]:
    """How many drawn records were right, wrong, unclear or not yet checked."""
    counted = Counter(one.outcome or "to check" for one in samples)
    names = [*Outcome, "to check"]
    return [(str(name).capitalize(), counted[name]) for name in names] if counted else []


def sample_line(sample: AuditSample) -> dict:
    return {
        "pk": sample.pk,
        "href": f"/records/{record_id(sample.dataset, sample.key)}/",
        "key": sample.key,
        "who": sample.person.name,
        "was": sample.was,
        "outcome": sample.outcome,
        "note": sample.note,
    }


@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw unchallenged records at random; the seed is kept."""
    reader = who.reader(request)
    window = get_object_or_404(Window, pk=pk)
    if why_not_open_window(reader, window.department_id):
        raise Http404
    refuse_if(why_not_audit(reader))
    form = DrawForm(request.POST)
    size = form.cleaned_data["size"] if form.is_valid() else 20
    made = actions.draw_audit_sample(
        window=window,
        size=size,
        seed=secrets.randbelow(2**31),
        by=who.account(request),
        at=timezone.now(),
    )
    messages.success(request, f"{made.size} of {made.population} unchallenged records drawn.")
    return redirect("window", pk)


@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the audit of one record found."""
    reader = who.reader(request)
    if why_not_audit(reader):
        raise Http404
    found = AuditSample.objects.select_related("person", "draw", "challenge", "checked_by__person")
    sample = get_object_or_404(found, pk=pk)
    form, wrong = OutcomeForm(request.POST or None), wrong_form(request, sample)
    valid = form.is_valid() and (wrong is None or not wrong.is_bound or wrong.is_valid())
    if request.method == "POST" and valid and audited(request, sample, form, wrong):
        messages.success(request, told(sample))
        return redirect("window", sample.draw.window_id)
    page = {"sample": sample, "line": sample_line(sample), "form": form, "wrong": wrong}
    return render(request, "validation/audit.html", page)


def told(sample: AuditSample) -> str:
    sample.refresh_from_db()
    said = "Noted. The owner can see it."
    return f"{said} A challenge is open, for somebody else to settle." if sample.challenge else said


def wrong_form(request: HttpRequest, sample: AuditSample) -> ChallengeForm | None:
    """What is wrong and what would be right, as an owner says it; none for a record that is gone.

    It is read only where the audit found the record wrong.
    """
    found = ledger.found(sample.dataset, sample.key)
    if found is None or sample.outcome:
        return None
    said = request.POST if request.POST.get("outcome") == Outcome.WRONG else None
    return challenge_form_for(sample.person, found, said)


def audited(
    request: HttpRequest, sample: AuditSample, form: OutcomeForm, wrong: ChallengeForm | None
) -> AuditSample | None:
    typed = form.cleaned_data
    said = as_said(wrong.cleaned_data) if wrong is not None and wrong.is_bound else None
    try:
        return actions.record_audit(
            sample_id=sample.pk,
            outcome=Outcome(typed["outcome"]),
            note=typed["note"],
            by=who.account(request),
            at=timezone.now(),
            said=said and replace(said, text=typed["note"]),
        )
    except WrongValue as error:
        if wrong is None or error.part in form.fields:
            form.add_error(error.part if error.part in form.fields else None, error.because)
        else:
            wrong.add_error(part_of(wrong, error.part), error.because)
        return None
