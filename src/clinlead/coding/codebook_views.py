"""The codebook with its versions, memos, and coded passages looked at in other ways."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Reader
from clinlead.coding.changing import Wording, add_code, change_code, retire_code
from clinlead.coding.codebook import changes, entries, tree
from clinlead.coding.findings_views import taken_away
from clinlead.coding.forms import CellForm, CodeForm, MemoForm, RewriteForm, sent
from clinlead.coding.memos import About, change_memo, memo_facts, memos_of, write_memo
from clinlead.coding.models import Code, Memo, Theme
from clinlead.coding.passages import Wanted, as_csv, passages
from clinlead.coding.patterns import PatternsPage, said_to
from clinlead.coding.policies import why_not_read_memo
from clinlead.coding.queries import (
    coded,
    codes_in_use,
    entries_of,
    final_codings,
    version_in_use,
)
from clinlead.coding.theming import quote, write_cell
from clinlead.coding.views import kept_or_both, study_in
from clinlead.evaluation.models import Participant, Study

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def codebook(request: HttpRequest, study_id: int) -> HttpResponse:
    """Every code in its place; a new one is added here."""
    study = study_in(request, study_id)
    form = CodeForm(sent(request), study=study, initial={"seen": 0})
    if request.method == "POST" and form.is_valid():
        add_code(
            study=study,
            said=wording(form),
            because=form.cleaned_data["because"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Added. The codebook has a new version.")
        return redirect("coding_codebook", study_id=study.pk)
    codes = list(codes_in_use(study))
    by_guid = {str(code.guid): code for code in codes}
    placed = [(by_guid[p.entry.guid], p.depth) for p in tree(entries_of(codes))]
    page = {"study": study, "placed": placed, "version": version_in_use(study), "form": form}
    return render(request, "coding/codebook.html", page, status=422 if form.errors else 200)


def wording(form: CodeForm) -> Wording:
    said = form.cleaned_data
    return Wording(name=said["name"], definition=said["definition"], parent=said["parent"])


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, study_id: int, code_id: int) -> HttpResponse:
    """One code: its words and place, or retired, each with a reason."""
    study = study_in(request, study_id)
    found = get_object_or_404(codes_in_use(study), pk=code_id)
    initial = {
        "name": found.name,
        "definition": found.definition,
        "parent": found.parent_id,
        "seen": version_in_use(study),
    }
    form = CodeForm(sent(request), study=study, code=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed(request, found, form)
        return redirect("coding_codebook", study_id=study.pk)
    times = final_codings(study).filter(code=found).count()
    page = {"study": study, "code": found, "form": form, "given": times}
    return render(request, "coding/code.html", page, status=422 if form.errors else 200)


def changed(request: HttpRequest, found: Code, form: CodeForm) -> None:
    seen, because = form.cleaned_data["seen"] or 0, form.cleaned_data["because"]
    by, at = request.user, timezone.now()
    if "retire" in request.POST:
        retire_code(code=found, seen=seen, because=because, by=by, at=at)  # type: ignore[arg-type]
        messages.success(request, "Retired: it is offered and counted no more.")
        return
    change_code(code=found, seen=seen, said=wording(form), because=because, by=by, at=at)  # type: ignore[arg-type]
    messages.success(request, "Changed. The codebook has a new version.")


@require_GET
def versions(request: HttpRequest, study_id: int) -> HttpResponse:
    """How the codebook came to be what it is."""
    study = study_in(request, study_id)
    rows = list(study.codebook.select_related("by__person"))
    before = [entries(each.content) for each in [*rows[1:]]] + [[]]
    lines = [
        (row, changes(old, entries(row.content))) for row, old in zip(rows, before, strict=False)
    ]
    return render(request, "coding/versions.html", {"study": study, "lines": lines})


# ---- memos ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def memos(request: HttpRequest, study_id: int) -> HttpResponse:
    """Every memo the evaluator may read; a reflexive one is written here."""
    study = study_in(request, study_id)
    form = MemoForm(sent(request))
    if request.method == "POST" and form.is_valid():
        write_memo(
            study=study,
            about=About(),
            text=form.cleaned_data["text"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Kept. You alone read it.")
        return redirect("coding_memos", study_id=study.pk)
    page = {"study": study, "memos": memos_of(request.reader, study), "form": form}  # type: ignore[attr-defined]
    return render(request, "coding/memos.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def memo(request: HttpRequest, memo_id: int) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = get_object_or_404(Memo.objects.select_related("study", "transcript"), pk=memo_id)
    if why_not_read_memo(reader, memo_facts(found)):
        raise Http404
    form = RewriteForm(sent(request), initial={"text": found.text, "seen": found.version})
    if request.method == "POST" and form.is_valid():
        return kept_or_both(request, form, partial(change_memo, memo=found), then=request.path)
    page = {"memo": found, "form": form}
    return render(request, "coding/memo.html", page, status=422 if form.errors else 200)


# ---- other ways of looking -----------------------------------------------------------------------


@require_GET
def patterns(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    page = {"study": study, "page": PatternsPage.of(study)}
    return render(request, "coding/patterns.html", page)


def wanted_in(request: HttpRequest) -> Wanted:
    asked = request.GET
    code = asked.get("code", "")
    return Wanted(
        codes=[int(code)] if code.isdecimal() else [],
        group=asked.get("group", ""),
        role=asked.get("role", ""),
        level=asked.get("level", ""),
    )


@require_GET
def passages_found(request: HttpRequest, study_id: int) -> HttpResponse:
    """Quotes by code, group, role and level; each can be put into a theme."""
    study = study_in(request, study_id)
    wanted = wanted_in(request)
    found = passages(study, wanted)
    people = Participant.objects.filter(study=study)
    asked = request.GET.copy()
    asked.pop("page", None)
    page = {
        "study": study,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "asked": asked.urlencode(),
        "code_options": list(codes_in_use(study).values_list("pk", "name")),
        "roles": options(people, "role"),
        "levels": options(people, "level"),
        "themes": list(study.themes.all()),
    }
    return render(request, "coding/passages.html", page)


def options(people, field: str) -> list[tuple[str, str]]:
    """What there is of a role or a level, to choose from."""
    found = set(people.exclude(**{field: ""}).values_list(field, flat=True))
    return [(each, each) for each in sorted(found)]


@require_GET
def passages_csv(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    content = as_csv(passages(study, wanted_in(request))).encode("utf-8-sig")
    return taken_away(request, study.pk, content, "text/csv; charset=utf-8", "codings.csv")


@require_POST
def quoted(request: HttpRequest, study_id: int, coding_id: int) -> HttpResponse:
    """A passage into a theme."""
    study = study_in(request, study_id)
    coding = get_object_or_404(final_codings(study), pk=coding_id)
    chosen = request.POST.get("theme", "")
    theme = get_object_or_404(study.themes, pk=int(chosen) if chosen.isdecimal() else 0)
    quote(theme=theme, coding=coding, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"Quoted under “{theme.title}”.")
    return redirect(theme)


@require_GET
def matrix(request: HttpRequest, study_id: int) -> HttpResponse:
    """What each participant says to each theme: cases down, themes across."""
    study = study_in(request, study_id)
    themes = list(study.themes.prefetch_related("cells", "rows"))
    cells = {(t.pk, c.participant_id): c for t in themes for c in t.cells.all()}
    said = said_to(themes, coded(study))
    rows = [
        (who, [(t, cells.get((t.pk, who.pk)), said[t.pk, who.pk]) for t in themes])
        for who in who_said_something(study)
    ]
    return render(request, "coding/matrix.html", {"study": study, "themes": themes, "rows": rows})


def who_said_something(study: Study) -> QuerySet[Participant]:
    """Those of whom there is a transcript: of whoever took consent back nothing is written."""
    return study.participants.filter(transcripts__isnull=False).distinct()


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, study_id: int, theme_id: int, number: int) -> HttpResponse:
    """One cell, with what this participant said under the theme’s codes."""
    study = study_in(request, study_id)
    theme = get_object_or_404(Theme, study=study, pk=theme_id)
    who = get_object_or_404(who_said_something(study), number=number)
    kept = theme.cells.filter(participant=who).first()
    initial = {"text": kept.text if kept else "", "seen": kept.version if kept else 0}
    form = CellForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        write = partial(write_cell, theme=theme, participant=who)
        return kept_or_both(request, form, write, then=f"/coding/{study.pk}/matrix/")
    codes = theme.rows.values("code_id")
    said_there = final_codings(study).filter(transcript__participant=who, code__in=codes)
    page = {
        "study": study,
        "theme": theme,
        "who": who,
        "form": form,
        "passages": list(said_there.select_related("code", "transcript")),
    }
    return render(request, "coding/cell.html", page, status=422 if form.errors else 200)
