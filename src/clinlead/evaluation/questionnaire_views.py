"""The pages of questionnaires: written, validated, put into use, printed."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import refuse_if
from clinlead.evaluation import versions
from clinlead.evaluation.asking import Asked, of_study
from clinlead.evaluation.authoring import asked_of, changed_question, with_question
from clinlead.evaluation.forms import sent
from clinlead.evaluation.models import Questionnaire, QuestionnaireVersion, Study
from clinlead.evaluation.policies import why_not_edit
from clinlead.evaluation.questionnaire_acts import ACTS, Doing, forms_for
from clinlead.evaluation.questionnaire_forms import (
    BeginQuestionnaireForm,
    QuestionForm,
    as_initial,
)
from clinlead.evaluation.questionnaire_pages import VersionPage
from clinlead.evaluation.questions import Content, NotAQuestionnaire, Purpose, content_of
from clinlead.evaluation.results import results_of
from clinlead.evaluation.sheets import sheet
from clinlead.printing import CannotPrint


@require_http_methods(["GET", "POST"])
@of_study
def index(request: Asked, study: Study) -> HttpResponse:
    form = BeginQuestionnaireForm(sent(request))
    if request.method == "POST" and form.is_valid():
        first = versions.begin_questionnaire(
            study=study, by=request.user, at=timezone.now(), **form.begun
        )
        return redirect(first)
    listed = study.questionnaires.prefetch_related("versions")
    page = {"study": study, "questionnaires": list(listed), "form": form}
    status = 422 if form.errors else 200
    return render(request, "evaluation/questionnaires.html", page, status=status)


def version_in(study: Study, q: int, number: int) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.filter(questionnaire__study=study, questionnaire=q)
    found = rows.select_related("questionnaire__study").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_GET
@of_study
def newest(_request: Asked, study: Study, q: int) -> HttpResponse:
    rows = Questionnaire.objects.filter(study=study, pk=q)
    last = QuestionnaireVersion.objects.filter(questionnaire__in=rows).first()
    if last is None:
        raise Http404
    return redirect(last)


@require_GET
@of_study
def show(request: Asked, study: Study, q: int, number: int) -> HttpResponse:
    return page_of(request, version_in(study, q, number), {})


def page_of(
    request: Asked, version: QuestionnaireVersion, wrong: dict[str, forms.Form]
) -> HttpResponse:
    """The page; what was filled in wrongly is still in its form."""
    context = {
        "page": VersionPage.of(version, timezone.now()),
        "forms": {**forms_for(version), **wrong},
        "wrong": next(iter(wrong.values()), None),
        "here": request.build_absolute_uri("/").rstrip("/"),
    }
    status = 422 if wrong else 200
    return render(request, "evaluation/questionnaire.html", context, status=status)


@require_POST
@of_study
def act(request: Asked, study: Study, q: int, number: int, what: str) -> HttpResponse:
    version = version_in(study, q, number)
    if what not in ACTS:
        raise Http404
    form = forms_for(version, request.POST)[what]
    doing = Doing(version=version, post=request.POST, by=request.user, at=timezone.now())
    try:
        done = ACTS[what](doing, form) if form.is_valid() else None
    except NotAQuestionnaire as problem:
        form.add_error(None, str(problem))
        done = None
    if done is None:
        return page_of(request, version, {what: form})
    messages.success(request, done.said)
    return redirect(done.to or version)


@require_http_methods(["GET", "POST"])
@of_study
def add_question(request: Asked, study: Study, q: int, number: int, theme: int) -> HttpResponse:
    version = version_in(study, q, number)
    if theme >= len(content_of(version.content).themes):
        raise Http404
    return question_page(
        request, version, {}, lambda content, asked: with_question(content, theme, asked)
    )


@require_http_methods(["GET", "POST"])
@of_study
def question(request: Asked, study: Study, q: int, number: int, key: str) -> HttpResponse:
    version = version_in(study, q, number)
    kept = content_of(version.content).question(key)
    if kept is None:
        raise Http404
    return question_page(
        request,
        version,
        as_initial(asked_of(kept)),
        lambda content, asked: changed_question(content, key, asked),
    )


def question_page(
    request: Asked, version: QuestionnaireVersion, initial: dict, change: Callable
) -> HttpResponse:
    refuse_if(why_not_edit(versions.version_facts(version)))
    content, purpose = content_of(version.content), Purpose(version.questionnaire.purpose)
    form = QuestionForm(sent(request), initial=initial, content=content, purpose=purpose)
    if request.method == "POST" and form.is_valid() and saved(request, version, form, change):
        messages.success(request, "Saved.")
        return redirect(version)
    page = {"wording": version, "study": version.questionnaire.study, "form": form}
    return render(request, "evaluation/question.html", page, status=422 if form.errors else 200)


def saved(
    request: Asked, version: QuestionnaireVersion, form: QuestionForm, change: Callable
) -> bool:
    """Whether the question fits the others; what is wrong is said in its form."""

    def changed(content: Content) -> Content:
        made: Content = change(content, form.asked())
        return made

    try:
        versions.edit(version=version, change=changed, by=request.user, at=timezone.now())
    except NotAQuestionnaire as problem:
        form.add_error(None, str(problem))
        return False
    return True


@require_GET
@of_study
def paper(request: Asked, study: Study, q: int, number: int) -> HttpResponse:
    """To print, with room to write."""
    version = version_in(study, q, number)
    try:
        made = sheet(version, timezone.now())
    except CannotPrint as problem:
        messages.error(request, f"It cannot be printed: {problem}")
        return redirect(version)
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"questionnaire-{version.questionnaire_id}-{version.number}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_GET
@of_study
def results(request: Asked, study: Study, q: int, number: int) -> HttpResponse:
    """What the forms of one version say, for the evaluator alone."""
    version = version_in(study, q, number)
    rows = [one.said for opening in version.openings.all() for one in opening.filled_in.all()]
    page = {
        "study": study,
        "wording": version,
        "forms": len(rows),
        "results": results_of(content_of(version.content), rows),
    }
    return render(request, "evaluation/results.html", page)
