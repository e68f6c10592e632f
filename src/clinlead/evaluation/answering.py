"""An anonymous form, page by page, without sign-in.

What was answered so far travels in the page, signed for this form, and is kept when the form is
handed in: whoever stops half-way leaves nothing behind, and may go on until the form closes.
"""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.evaluation.branching import Answer, next_step, shown, steps_of
from clinlead.evaluation.filling import hand_in, is_open
from clinlead.evaluation.models import Opening
from clinlead.evaluation.questionnaire_forms import StepForm
from clinlead.evaluation.questions import content_of
from clinlead.evaluation.taking_part import private

SALT = "anonymous form"
SO_FAR = "so_far"


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """One page of it; after the last it is handed in."""
    opening = opening_of(token)
    if not is_open(opening, timezone.now()):
        return private(render(request, "evaluation/form_closed.html", {"opening": opening}))
    content = content_of(opening.version.content)
    if request.method == "GET":
        return step_page(request, opening, next_step(content, {}, -1), {}, None)
    at, answers = so_far(request, opening)
    steps = steps_of(content)
    if at >= len(steps):
        raise Http404
    form = StepForm(request.POST, questions=shown(steps[at], answers))
    if not form.is_valid():
        return step_page(request, opening, at, answers, form)
    answers = {**answers, **form.answers()}
    after = next_step(content, answers, at)
    if after is None:
        hand_in(opening=opening, answers=answers, at=timezone.now())
        return private(redirect("form_done", token=token))
    return step_page(request, opening, after, answers, None)


def opening_of(token: str) -> Opening:
    rows = Opening.objects.select_related("version__questionnaire__study")
    return get_object_or_404(rows, token=token)


def so_far(request: HttpRequest, opening: Opening) -> tuple[int, dict[str, Answer]]:
    """Which page this is, and what was answered before it, as we signed it."""
    try:
        at, answers = signing.loads(request.POST.get(SO_FAR, ""), salt=salt_of(opening))
    except signing.BadSignature as error:
        raise Http404 from error
    return at, answers


def salt_of(opening: Opening) -> str:
    """What was answered to one form is no answer to another."""
    return f"{SALT} {opening.token}"


def step_page(
    request: HttpRequest,
    opening: Opening,
    at: int | None,
    answers: dict[str, Answer],
    form: StepForm | None,
) -> HttpResponse:
    content = content_of(opening.version.content)
    steps = steps_of(content)
    questions = shown(steps[at], answers) if at is not None else []
    theme = next((t for t in content.themes if questions and questions[0] in t.questions), None)
    page = {
        "questionnaire": opening.version.questionnaire,
        "content": content,
        "theme": theme,
        "first": not answers and at == next_step(content, {}, -1),
        "form": form or StepForm(questions=questions),
        "so_far": signing.dumps([at or 0, answers], salt=salt_of(opening)),
        "page": (at or 0) + 1,
        "pages": len(steps),
    }
    wrong = form is not None and bool(form.errors)
    shown_page = render(request, "evaluation/form_step.html", page, status=422 if wrong else 200)
    return private(shown_page)


@require_GET
def done(request: HttpRequest, token: str) -> HttpResponse:
    opening = opening_of(token)
    page = {"opening": opening, "content": content_of(opening.version.content)}
    return private(render(request, "evaluation/form_done.html", page))
