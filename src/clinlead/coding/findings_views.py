"""The pages of findings: themes, the rows of their tables, and the report."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Button
from clinlead.coding.checklist import parts
from clinlead.coding.document import as_docx
from clinlead.coding.forms import PartForm, RowForm, ThemeForm, sent
from clinlead.coding.found import cohort_of, theme_found, themes_of, with_parts
from clinlead.coding.models import Quote, Row, Theme
from clinlead.coding.policies import why_not_write_findings
from clinlead.coding.queries import given, study_facts
from clinlead.coding.shown import report_of
from clinlead.coding.theming import (
    Denominator,
    add_row,
    add_theme,
    quote_no_more,
    remove_row,
    remove_theme,
    write_part,
    write_theme,
)
from clinlead.coding.views import kept_or_both, study_in
from clinlead.history.actions import record_export
from clinlead.printing import pdf, why_not_print

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "POST"])
def findings(request: HttpRequest, study_id: int) -> HttpResponse:
    """Every theme with its table; a new one is begun here."""
    study = study_in(request, study_id)
    form = ThemeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = add_theme(
            study=study,
            title=said["title"],
            summary=said["summary"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Begun. Now add what it counts, and quotes.")
        return redirect(made)
    counted_in = given(study)
    page = {
        "study": study,
        "cohort": cohort_of(study, counted_in),
        "themes": themes_of(study, counted_in),
        "form": form,
        "button": Button.guarded(
            "Begin a theme",
            why_not_write_findings(request.reader, study_facts(study)),  # type: ignore[attr-defined]
        ),
    }
    return render(request, "coding/findings.html", page, status=422 if form.errors else 200)


def theme_in(request: HttpRequest, study_id: int, theme_id: int) -> Theme:
    return get_object_or_404(Theme, study=study_in(request, study_id), pk=theme_id)


@require_http_methods(["GET", "POST"])
def theme(request: HttpRequest, study_id: int, theme_id: int) -> HttpResponse:
    """One theme: its words are written here, its rows and quotes chosen."""
    found = theme_in(request, study_id, theme_id)
    initial = {"title": found.title, "summary": found.text, "seen": found.version}
    form = ThemeForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        write = partial(write_theme, theme=found)
        return kept_or_both(request, form, write, then=found.get_absolute_url())
    return theme_page(request, found, form, RowForm(study=found.study))


def theme_page(request: HttpRequest, found: Theme, form: ThemeForm, row: RowForm) -> HttpResponse:
    before = found.study.themes.filter(place__lt=found.place).count()
    whole = with_parts(Theme.objects.filter(pk=found.pk)).get()
    page = {
        "study": found.study,
        "theme": found,
        "found": theme_found(whole, before + 1, given(found.study)),
        "form": form,
        "row_form": row,
    }
    wrong = form.errors or row.errors
    return render(request, "coding/theme.html", page, status=422 if wrong else 200)


@require_POST
def row_added(request: HttpRequest, study_id: int, theme_id: int) -> HttpResponse:
    found = theme_in(request, study_id, theme_id)
    form = RowForm(request.POST, study=found.study)
    if not form.is_valid():
        initial = {"title": found.title, "summary": found.text, "seen": found.version}
        return theme_page(request, found, ThemeForm(initial=initial), form)
    said = dict(form.cleaned_data)
    code = said.pop("code")
    add_row(
        theme=found,
        code=code,
        among=Denominator(**said),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Added to the table.")
    return redirect(found)


@require_POST
def row_removed(request: HttpRequest, study_id: int, theme_id: int, row_id: int) -> HttpResponse:
    found = theme_in(request, study_id, theme_id)
    remove_row(
        row=get_object_or_404(Row, theme=found, pk=row_id),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Taken out of the table. The codings stay.")
    return redirect(found)


@require_POST
def quote_removed(
    request: HttpRequest, study_id: int, theme_id: int, quote_id: int
) -> HttpResponse:
    found = theme_in(request, study_id, theme_id)
    quote_no_more(
        quote=get_object_or_404(Quote, theme=found, pk=quote_id),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "It is quoted no more.")
    return redirect(found)


@require_POST
def theme_removed(request: HttpRequest, study_id: int, theme_id: int) -> HttpResponse:
    found = theme_in(request, study_id, theme_id)
    remove_theme(theme=found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "The theme is removed. Its codes and codings stay.")
    return redirect("coding_findings", study_id=study_id)


# ---- the report ----------------------------------------------------------------------------------


@require_GET
def report(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    page = {"study": study, "report": report_of(study), "why_no_pdf": why_not_print()}
    return render(request, "coding/report.html", page)


@require_http_methods(["GET", "POST"])
def report_part(request: HttpRequest, study_id: int, name: str) -> HttpResponse:
    """A part of the report that the evaluator writes."""
    study = study_in(request, study_id)
    if name not in parts():
        raise Http404
    kept = study.report_parts.filter(name=name).first()
    initial = {"text": kept.text if kept else "", "seen": kept.version if kept else 0}
    form = PartForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        write = partial(write_part, study=study, name=name)
        return kept_or_both(request, form, write, then=f"/coding/{study.pk}/report/")
    page = {"study": study, "part": parts()[name], "form": form}
    return render(request, "coding/part.html", page, status=422 if form.errors else 200)


@require_GET
def report_pdf(request: HttpRequest, study_id: int) -> HttpResponse:
    study, at = study_in(request, study_id), timezone.now()
    foot = f"{study.title}. Made with Clinlead on {timezone.localdate(at):%Y-%m-%d}."
    made = pdf("coding/papers/report.typ", report_of(study).as_content(foot=foot), at=at)
    return taken_away(request, study.pk, made, PDF, "report.pdf")


@require_GET
def report_docx(request: HttpRequest, study_id: int) -> HttpResponse:
    study, at = study_in(request, study_id), timezone.now()
    return taken_away(request, study.pk, as_docx(report_of(study), at=at), DOCX, "report.docx")


def taken_away(
    request: HttpRequest, study_id: int, content: bytes, kind: str, name: str
) -> HttpResponse:
    """As a file, once that is in the record of acts."""
    record_export(
        at=timezone.now(),
        by_id=request.reader.account_id,  # type: ignore[attr-defined]
        about=[],
        object_kind="study",
        object_id=study_id,
        details={"file": name},
    )
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
