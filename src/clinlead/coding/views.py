"""The way into coding: one's studies, one study, and what is said where two saved at once."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinlead.access.policies import Reader, Role
from clinlead.coding.example.including import include_example
from clinlead.coding.keeping import ChangedMeanwhile
from clinlead.coding.presenters import IndexPage, StudyPage
from clinlead.coding.queries import find
from clinlead.evaluation.models import Study


def study_in(request: HttpRequest, study_id: int) -> Study:
    """The evaluator's own; to everybody else there is none."""
    study = find(request.reader, study_id)  # type: ignore[attr-defined]
    if study is None:
        raise Http404
    return study


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not reader.has(Role.EVALUATOR):
        raise Http404
    page = IndexPage.of(reader, request.user)
    return render(request, "coding/index.html", {"page": page})


@require_GET
def study(request: HttpRequest, study_id: int) -> HttpResponse:
    page = StudyPage.of(study_in(request, study_id))
    return render(request, "coding/study.html", {"page": page, "study": page.study})


@require_POST
def example(request: HttpRequest) -> HttpResponse:
    """The published study, to look at and to try on."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not reader.has(Role.EVALUATOR):
        raise Http404
    made = include_example(by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Included: the counts are the study’s, the answers are invented.")
    return redirect("coding_findings", study_id=made.pk)


def kept_or_both(
    request: HttpRequest, form: Form, keep: Callable[..., object], *, then: str
) -> HttpResponse:
    """Keeps the words of a valid form on what was seen; else shows both, and nothing is lost."""
    try:
        keep(**form.cleaned_data, by=request.user, at=timezone.now())
    except ChangedMeanwhile as changed:
        return conflict(request, changed, type(form), form.cleaned_data, request.path)
    messages.success(request, "Saved.")
    return redirect(then)


def conflict(
    request: HttpRequest,
    changed: ChangedMeanwhile,
    form: type[Form],
    said: Mapping[str, object],
    back: str,
) -> HttpResponse:
    """Somebody saved other words meanwhile: both stand side by side, and what was typed is kept."""
    again = form(initial={**said, "seen": changed.now.version})
    page = {"now": changed.now, "form": again, "back": back}
    return render(request, "coding/conflict.html", page, status=409)
