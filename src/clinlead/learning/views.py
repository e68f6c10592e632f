"""The pages of lessons, progress and rights that wait."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import record_reading
from clinlead.learning.actions import answer_lesson, end_wait, set_wait, write_note
from clinlead.learning.course import Lesson, lessons
from clinlead.learning.forms import LessonForm, NoteForm, WaitForm, sent
from clinlead.learning.learners import learner_facts, passed_by
from clinlead.learning.models import CoachingNote
from clinlead.learning.policies import (
    Right,
    WaitFacts,
    why_not_note,
    why_not_see_progress,
    why_not_set_wait,
)
from clinlead.learning.presenters import IndexPage, Progress, parts_of, waits

SOMETHING = "words"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Lessons for everybody who signs in; by topic where another page asks for one."""
    page = IndexPage.of(request.reader, request.GET.get("topic", ""))  # type: ignore[attr-defined]
    return render(request, "learning/index.html", {"page": page})


@require_http_methods(["GET", "POST"])
def lesson(request: HttpRequest, code: str) -> HttpResponse:
    """To read, to answer, and to read what is said about each answer."""
    found: Lesson | None = lessons().get(code)
    if found is None:
        raise Http404
    form = LessonForm(sent(request), lesson=found)
    score = None
    if request.method == "POST" and form.is_valid():
        score = answer_lesson(
            lesson=found,
            chosen=form.chosen(),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
    page = {"lesson": found, "parts_": list(parts_of(found)), "form": form, "score": score}
    return render(request, "learning/lesson.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, account_id: int) -> HttpResponse:
    """One's own, or that of a manager whom one coaches; their reading is recorded."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    whose = get_object_or_404(Account.objects.select_related("person"), pk=account_id)
    facts = learner_facts(whose, reader.on)
    if why_not_see_progress(reader, facts):
        raise Http404
    form = NoteForm(sent(request))
    if request.method == "POST":
        refuse_if(why_not_note(reader, facts, SOMETHING))
        if form.is_valid():
            text = form.cleaned_data["text"]
            write_note(account=whose, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, "Written. The two of you read it, and nobody else.")
            return redirect("progress", account_id=account_id)
    looked_at(reader, whose)
    notes = CoachingNote.objects.filter(account=whose).select_related("by__person")
    page = {
        "whose": whose,
        "own": whose.pk == reader.account_id,
        "progress": Progress.of(passed_by(whose.pk), reader_of(whose, reader.on).roles),
        "notes": list(notes),
        "form": None if why_not_note(reader, facts, SOMETHING) else form,
    }
    return render(request, "learning/progress.html", page, status=422 if form.errors else 200)


def looked_at(reader: Reader, whose: Account) -> None:
    """A coach's reading is logged, and the manager sees it."""
    if whose.pk == reader.account_id or whose.person_id is None:
        return
    record_reading(
        at=timezone.now(),
        by_id=reader.account_id,
        about=[whose.person_id],
        object_kind="learning progress",
        object_id=whose.pk,
    )


@require_http_methods(["GET", "POST"])
def rights(request: HttpRequest) -> HttpResponse:
    """The project team says which right waits on which lesson, and why."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if why_not_set_wait(reader, WaitFacts(), SOMETHING):
        raise Http404
    form = WaitForm(sent(request))
    if request.method == "POST" and "end" in request.POST:
        right = get_right(request.POST["end"])
        end_wait(right=right, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "It waits no longer.")
        return redirect("rights_that_wait")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        set_wait(
            right=Right(said["right"]),
            lesson=said["lesson"],
            because=said["because"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "From now on it waits on that lesson.")
        return redirect("rights_that_wait")
    page = {"waits": waits(), "form": form}
    return render(request, "learning/rights.html", page, status=422 if form.errors else 200)


def get_right(said: str) -> Right:
    if said not in {right.value for right in Right}:
        raise Http404
    return Right(said)
