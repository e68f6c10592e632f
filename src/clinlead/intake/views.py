"""Pages of loads: upload, preview, confirm, follow, look at, withdraw."""

from dataclasses import replace
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.intake import pending, quarantine
from clinlead.intake.actions import grade_again, take_quarantine, withdraw_load
from clinlead.intake.forms import MappingForm, UploadForm
from clinlead.intake.models import Load
from clinlead.intake.policies import why_not_load, why_not_see_grades, why_not_see_report
from clinlead.intake.presenters import LoadPage
from clinlead.intake.previewing import preview_of
from clinlead.intake.queries import latest_grades, saved_text
from clinlead.intake.trends import trend_of
from clinmeasures.activity import RECORD_TYPES

ON_A_PAGE = 50


def only_if(why_not):
    """To everybody whom the rule refuses, the page does not exist."""

    def guarding(view):
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if why_not(request.reader):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guarding


@require_GET
@only_if(why_not_load)
def loads(request: HttpRequest) -> HttpResponse:
    found = Load.objects.select_related("loaded_by__person")
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [LoadPage.for_reader(request.reader, load) for load in shown]  # type: ignore[attr-defined]
    return render(request, "intake/loads.html", {"rows": rows, "shown": shown})


@require_http_methods(["GET", "POST"])
@only_if(why_not_load)
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = pending.keep_upload(
            chunks=file.chunks(),
            file_name=file.name,
            asked=form.asked(),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return redirect("preview_load", token=kept.token)
    return render(request, "intake/upload.html", {"form": form})


@require_http_methods(["GET", "POST"])
@only_if(why_not_load)
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The first rows before and after the mapping, which can be mended here."""
    asked = mine(request, token)
    form = MappingForm(
        request.POST or None,
        for_dataset=asked.dataset,
        initial={"mapping_text": asked.mapping_text or saved_text(asked.source, asked.dataset)},
    )
    if request.method == "POST" and form.is_valid():
        pending.note(replace(asked, mapping_text=form.cleaned_data["mapping_text"]))
        return redirect("preview_load", token=token)
    shown, problem = preview_of(asked, at=timezone.now())
    page = {"asked": asked, "form": form, "preview": shown, "problem": problem}
    return render(request, "intake/preview.html", page)


def mine(request: HttpRequest, token: str) -> pending.Pending:
    found = pending.find_upload(token, request.user.pk or 0)
    if found is None:
        raise Http404
    return found


@require_POST
@only_if(why_not_load)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked = mine(request, token)
    load = pending.start(asked, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("load", number=load.number)


@require_GET
@only_if(why_not_load)
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One load. While it runs, the page follows it; if it was there already, it says so."""
    load = Load.objects.select_related("loaded_by__person", "withdrawn_by__person")
    found = get_object_or_404(load, number=number)
    page = LoadPage.for_reader(request.reader, found)  # type: ignore[attr-defined]
    kept = quarantine.path_of(found).exists()
    return render(request, "intake/load.html", {"page": page, "load": found, "quarantine": kept})


@require_GET
@only_if(why_not_load)
def download_quarantine(request: HttpRequest, number: int) -> FileResponse:
    load = get_object_or_404(Load, number=number)
    if not quarantine.path_of(load).exists():
        raise Http404
    path = take_quarantine(load=load, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"quarantine-{number}.csv")


@require_POST
@only_if(why_not_load)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    load = get_object_or_404(Load, number=number)
    withdraw_load(
        number=load.number,
        because=request.POST.get("because", ""),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Withdrawn. Its rows count for nothing now.")
    return redirect("load", number=number)


@require_POST
@only_if(why_not_load)
def regrade(request: HttpRequest, number: int) -> HttpResponse:
    load = get_object_or_404(Load, number=number)
    graded = grade_again(number=load.number, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"With today's codes its grade is {graded.grade}.")
    return redirect("load", number=number)


@require_GET
@only_if(why_not_see_grades)
def grades(request: HttpRequest) -> HttpResponse:
    latest = latest_grades()
    reader = request.reader  # type: ignore[attr-defined]
    rows = [LoadPage.for_reader(reader, latest[name]) for name in RECORD_TYPES if name in latest]
    may_open = why_not_see_report(reader) is None
    return render(request, "intake/grades.html", {"rows": rows, "may_open": may_open})


@require_GET
@only_if(why_not_see_report)
def grade_report(request: HttpRequest, dataset: str) -> HttpResponse:
    load = latest_grades().get(dataset)
    if load is None:
        raise Http404
    page = LoadPage.for_reader(request.reader, load)  # type: ignore[attr-defined]
    shown = {
        "page": page,
        "load": load,
        "trend": trend_of(dataset),
        "may_settle": why_not_load(request.reader) is None,  # type: ignore[attr-defined]
    }
    return render(request, "intake/grade_report.html", shown)
