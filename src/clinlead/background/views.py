"""The page of the calendar and background work, and what can be done there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinlead.background import actions
from clinlead.background.forms import PauseForm
from clinlead.background.models import Job
from clinlead.background.policies import why_not_see_work
from clinlead.background.presenters import WorkPage

HERE = "/background/"


def known_to(request: HttpRequest):
    """Who is asking; for whoever may not know of this page there is none."""
    reader = request.reader  # type: ignore[attr-defined]
    if why_not_see_work(reader):
        raise Http404
    return reader


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return page_of(request, PauseForm())


def page_of(request: HttpRequest, form: PauseForm, *, status: int = 200) -> HttpResponse:
    page = WorkPage.for_reader(known_to(request))
    return render(request, "background/index.html", {"page": page, "form": form}, status=status)


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that stays open."""
    page = WorkPage.for_reader(known_to(request))
    return render(request, "background/jobs.html", {"page": page})


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    known_to(request)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return page_of(request, form, status=422)
    because = form.cleaned_data["because"]
    actions.pause(because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Paused. What was running stops at its next step and loses nothing.")
    return redirect(HERE)


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    known_to(request)
    actions.resume(by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "It goes on where it was.")
    return redirect(HERE)


@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    known_to(request)
    job = get_object_or_404(Job, pk=job_id)
    actions.retry(job_id=job.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "It waits for its turn.")
    return redirect(HERE)
