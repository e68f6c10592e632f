"""The pages of the forum."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.policies import Reader, refuse_if
from clinlead.learning.course import lessons
from clinlead.learning.forms import BeginForm, ModerateForm, ReplyForm, RewordForm, sent, topics
from clinlead.learning.models import Post, Thread
from clinlead.learning.policies import (
    Kind,
    State,
    why_not_moderate,
    why_not_post,
    why_not_read_forum,
    why_not_reword,
)
from clinlead.learning.posting import (
    Words,
    begin,
    facts_of,
    is_closed,
    moderate,
    reply,
    reword,
    whole,
)
from clinlead.learning.presenters import STATES, PostLine, marked, thread_line
from clinlead.learning.queries import threads, to_moderate

SOMETHING = "words"
PER_PAGE = 20
APPEARS = "It appears in the forum."
IS_HELD = "It is held: some words may say who somebody is. They are marked below."


def reader_in(request: HttpRequest) -> Reader:
    """To everybody else the forum does not exist."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if why_not_read_forum(reader):
        raise Http404
    return reader


@require_GET
def forum(request: HttpRequest) -> HttpResponse:
    reader = reader_in(request)
    topic, asked = request.GET.get("topic", ""), request.GET.get("q", "").strip()
    found = threads(reader, topic=topic, asked=asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    more = {
        "page": page,
        "lines": [thread_line(each) for each in page],
        "topics": topics(),
        "topic": lessons().get(topic),
        "asked": asked,
        "refusal": why_not_post(reader, SOMETHING),
        "held": to_moderate(reader),
        "held_posts": list(Post.objects.held().select_related("thread")[:PER_PAGE])
        if to_moderate(reader)
        else [],
    }
    return render(request, "learning/forum.html", more)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    reader = reader_in(request)
    refuse_if(why_not_post(reader, SOMETHING))
    initial = {"topic": request.GET.get("topic", ""), "kind": request.GET.get("kind", "")}
    form = BeginForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        words = Words(
            kind=Kind(said["kind"]), topic=said["topic"], title=said["title"], text=said["text"]
        )
        return went(request, begin(words=words, by=request.user, at=timezone.now()))  # type: ignore[arg-type]
    return render(request, "learning/new.html", {"form": form}, status=422 if form.errors else 200)


def went(request: HttpRequest, post: Post) -> HttpResponse:
    """To the thread where it appears; to the marked words where it is held."""
    if post.state == State.HELD:
        messages.warning(request, IS_HELD)
        return redirect(post)
    messages.success(request, APPEARS)
    return redirect(post.thread)


@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    reader = reader_in(request)
    found = get_object_or_404(Thread.objects.visible_to(reader), pk=thread_id)
    form = ReplyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        return went(request, reply(thread=found, text=text, by=request.user, at=timezone.now()))  # type: ignore[arg-type]
    posts = Post.objects.visible_to(reader).filter(thread=found)
    page = {
        "thread": found,
        "lesson": lessons().get(found.topic),
        "lines": [PostLine.of(each, reader) for each in posts],
        "form": form,
        "refusal": why_not_post(reader, SOMETHING, closed=is_closed(found)),
    }
    return render(request, "learning/thread.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One post with its marked words: its writer writes it anew, a moderator decides."""
    reader = reader_in(request)
    visible = Post.objects.visible_to(reader).select_related("thread")
    found = get_object_or_404(visible, pk=post_id)
    facts = facts_of(found)
    mine = found.by_id == reader.account_id
    if not mine and why_not_moderate(reader, facts, other(found), SOMETHING):
        raise Http404
    form = form_for(request, found, mine=mine)
    if request.method == "POST" and form.is_valid():
        if mine:
            said = form.cleaned_data
            return went(request, reword(post_id=found.pk, title=said.get("title", ""),
                text=said["text"], by=request.user, at=timezone.now()))  # type: ignore[arg-type]  # fmt: skip
        return decided(request, found, form.cleaned_data["because"])
    page = {
        "post": found,
        "mine": mine,
        "marked": marked(whole(found.thread, found.text, first=found.first), found.marks),
        "state": STATES[State(found.state)],
        "form": form,
        "refusal": why_not_reword(reader, facts, SOMETHING) if mine else None,
    }
    return render(request, "learning/post.html", page, status=422 if form.errors else 200)


def other(post: Post) -> State:
    """What a moderator can do about it whatever its state: hide it, or let it appear."""
    return State.SHOWN if post.state == State.HIDDEN else State.HIDDEN


def form_for(request: HttpRequest, found: Post, *, mine: bool) -> RewordForm | ModerateForm:
    if not mine:
        return ModerateForm(sent(request))
    initial = {"title": found.thread.title, "text": found.text}
    return RewordForm(sent(request), titled=found.first, initial=initial)


def decided(request: HttpRequest, found: Post, because: str) -> HttpResponse:
    to = State.SHOWN if request.POST.get("to") == State.SHOWN else State.HIDDEN
    moderate(post_id=found.pk, to=to, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    said = "It appears." if to is State.SHOWN else "It is hidden."
    messages.success(request, f"{said} Its writer is told.")
    return redirect("forum")
