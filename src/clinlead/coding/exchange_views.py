"""Projects and codebooks of other programs, in and out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.coding.exchanging import ORIGIN, codes_of, project_of
from clinlead.coding.facts import some
from clinlead.coding.findings_views import taken_away
from clinlead.coding.forms import ExchangeForm, sent
from clinlead.coding.importing import Brought, Wish, bring_codebook, bring_in
from clinlead.coding.passages import codes_csv
from clinlead.coding.queries import codes_in_use
from clinlead.coding.refi import (
    CannotRead,
    read_codebook,
    read_project,
    write_codebook,
    write_project,
)
from clinlead.coding.views import study_in
from clinlead.evaluation.models import Study

ZIP, XML = "application/zip", "application/xml"
CODEBOOK = ".qdc"


@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest, study_id: int) -> HttpResponse:
    """What goes out, and what is brought in: all of a file, or nothing and a sentence."""
    study = study_in(request, study_id)
    form = ExchangeForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, brought_in(request, study, form.cleaned_data))
        except CannotRead as wrong:
            form.add_error("file", str(wrong))
        else:
            return redirect("coding_study", study_id=study.pk)
    page = {"study": study, "form": form}
    return render(request, "coding/exchange.html", page, status=422 if form.errors else 200)


def brought_in(request: HttpRequest, study: Study, said: dict[str, Any]) -> str:
    """What came in, in a sentence."""
    file, by, at = said["file"], request.user, timezone.now()
    content = file.read()
    if file.name.lower().endswith(CODEBOOK):
        codes = read_codebook(content)
        new = bring_codebook(study=study, codes=codes, file=file.name, by=by, at=at)  # type: ignore[arg-type]
        return f"{some(new, 'new code')} of {len(codes)}. The others are here already."
    brought = bring_in(
        study=study,
        project=read_project(content),
        wish=Wish(file=file.name, group=said["group"], finished=said["finished"]),
        by=by,  # type: ignore[arg-type]
        at=at,
    )
    return in_words(brought)


def in_words(brought: Brought) -> str:
    counts = [
        some(brought.codings, "coding"),
        some(brought.codes, "new code"),
        some(brought.participants, "new participant"),
        some(brought.memos, "memo"),
    ]
    return ". ".join([f"Brought in: {', '.join(counts)}", *brought.left]) + "."


@require_GET
def project(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    made = project_of(request.reader, study)  # type: ignore[attr-defined]
    content = write_project(made, at=timezone.now())
    return taken_away(request, study.pk, content, ZIP, "study.qdpx")


@require_GET
def codebook(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    content = write_codebook(codes_of(study), origin=ORIGIN)
    return taken_away(request, study.pk, content, XML, "codebook.qdc")


@require_GET
def codes(request: HttpRequest, study_id: int) -> HttpResponse:
    """The codebook as a table."""
    study = study_in(request, study_id)
    content = codes_csv(codes_in_use(study)).encode("utf-8-sig")
    return taken_away(request, study.pk, content, "text/csv; charset=utf-8", "codebook.csv")
