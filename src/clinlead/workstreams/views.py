"""The board of work streams, one stream's page, and its moves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Reason, Refusal
from clinlead.organisation.models import StreamMember, WorkStream
from clinlead.workstreams.actions import move_on, step_back, waive, withdraw_waiver
from clinlead.workstreams.circle import NARROW, WIDE, circle
from clinlead.workstreams.forms import BackForm, ReasonForm
from clinlead.workstreams.loop import further_on, furthest, loop_of
from clinlead.workstreams.models import HelpRequest, StreamPerson, Waiver
from clinlead.workstreams.people import join, leave, membership
from clinlead.workstreams.policies import (
    FIRST,
    WaiverFacts,
    why_not_join,
    why_not_run_streams,
    why_not_waive,
    why_not_withdraw_waiver,
)
from clinlead.workstreams.presenters import Board, StreamPage
from clinlead.workstreams.standing import Standing, standings
from clinlead.workstreams.template import in_force

SOME_REASON = "a reason"
NOTHING_BEFORE = Refusal(Reason.WRONG_STAGE, "It is in the first stage; there is none before.")


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    found = standings(WorkStream.objects.all(), reader)
    return render(request, "workstreams/board.html", {"board": Board.of(found, in_force(), reader)})


def stream_of(code: str) -> WorkStream:
    """Everybody may read every stream that has been set up."""
    return get_object_or_404(WorkStream.objects.filter(stage_entries__left_at=None), code=code)


def standing_of(request: HttpRequest, code: str) -> Standing:
    """Where a stream stands as this reader may see it; not found where it was never set up."""
    here = WorkStream.objects.filter(code=code)
    found = standings(here, request.reader)  # type: ignore[attr-defined]
    if not found:
        raise Http404
    return found[0]


@require_GET
def stream(request: HttpRequest, code: str) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    one = standing_of(request, code)
    people = StreamPerson.objects.on(reader.on).filter(stream=one.stream)
    page = StreamPage.of(one, people.select_related("account__person"), reader)
    open_help = HelpRequest.objects.visible_to(reader).filter(stream=one.stream, answered_at=None)
    steps = loop_of(one.facts, reader, furthest(one.asked_so_far))
    more = {
        "page": page,
        "one": one,
        "help": open_help.count(),
        "steps": steps,
        "further_on": further_on(steps),
        "wide": circle(steps, WIDE),
        "narrow": circle(steps, NARROW),
    }
    return render(request, "workstreams/stream.html", more)


@require_GET
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every stage the stream was in, and every waiver, with who and why."""
    here = stream_of(code)
    entries = here.stage_entries.select_related("entered_by__person", "template")
    page = {
        "stream": here,
        "stages": in_force(),
        "entries": list(entries.order_by("-entered_at", "-pk")),
        "waivers": list(here.waivers.select_related("waived_by__person", "withdrawn_by__person")),
        "engagements": list(here.engagements.select_related("recorded_by__person")),
        "exceptions": list(here.more_measures.select_related("allowed_by__person")),
        "may_withdraw": why_not_run_streams(request.reader) is None,  # type: ignore[attr-defined]
    }
    return render(request, "workstreams/history.html", page)


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    here = stream_of(code)
    seen, to = number(request, "seen"), number(request, "to")
    entry = move_on(stream=here, seen=seen, to=to, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"The stream is in “{in_force().stage(entry.stage).name}” now.")
    return redirect(here)


def number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 3):
        raise Http404
    return int(given)


def act_page(
    request: HttpRequest,
    form,
    *,
    heading: str,
    about: str,
    button: str,
    back: tuple[str, str],
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The page of any act that takes a form: what happens, the fields, one button."""
    page = {
        "form": form,
        "heading": heading,
        "about": about,
        "button": button,
        "back": back,
        "refusal": refusal,
    }
    return render(request, "workstreams/act.html", page)


@require_http_methods(["GET", "POST"])
def back(request: HttpRequest, code: str) -> HttpResponse:
    one = standing_of(request, code)
    here = one.stream
    form = BackForm(request.POST or None, stage=one.stage, names=one.stages.names)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        seen = number(request, "seen")
        step_back(stream=here, seen=seen, by=request.user, at=timezone.now(), **given)  # type: ignore[arg-type]
        messages.success(request, "Stepped back. The stream’s history says why.")
        return redirect(here)
    refusal = why_not_run_streams(request.reader)  # type: ignore[attr-defined]
    if one.stage == FIRST and not refusal:
        refusal = NOTHING_BEFORE
    return act_page(
        request,
        form,
        heading=f"Step {here.name} back",
        about=f"It is in stage {one.stage}, “{one.stage_name}”. What it passed is kept.",
        button="Step back",
        back=(here.name, here.get_absolute_url()),
        refusal=refusal,
    )


@require_http_methods(["GET", "POST"])
def waive_criterion(request: HttpRequest, code: str, key: str) -> HttpResponse:
    one = standing_of(request, code)
    if not one.stages.has(key):
        raise Http404
    here, form = one.stream, ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        waive(stream=here, key=key, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Waived. Everybody reads your reason on the stream’s page.")
        return redirect(here)
    facts = WaiverFacts(stream=one.rule(), running=key in one.waivers)
    return act_page(
        request,
        form,
        heading=f"Waive a criterion of {here.name}",
        about=f"“{one.stages.words_of(key)}” will not hold the stream back. It can be withdrawn.",
        button="Waive it",
        back=(here.name, here.get_absolute_url()),
        refusal=why_not_waive(request.reader, facts, SOME_REASON),  # type: ignore[attr-defined]
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str, waiver_id: int) -> HttpResponse:
    here = stream_of(code)
    waiver = get_object_or_404(Waiver, pk=waiver_id, stream=here)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        withdraw_waiver(
            waiver_id=waiver.pk,
            because=because,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Withdrawn. The criterion counts again.")
        return redirect(here)
    running = waiver.withdrawn_at is None
    reader = request.reader  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        heading="Withdraw a waiver",
        about=f"“{in_force().words_of(waiver.check_key)}” will count again for {here.name}.",
        button="Withdraw it",
        back=(here.name, here.get_absolute_url()),
        refusal=why_not_withdraw_waiver(reader, running, SOME_REASON),
    )


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Each clinician joins and leaves for themselves; names are for those who run the stream."""
    one = standing_of(request, code)
    reader, here = request.reader, one.stream  # type: ignore[attr-defined]
    if request.method == "POST":
        act = leave if request.POST.get("answer") == "leave" else join
        act(stream=here, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "You left the stream." if act is leave else "You joined.")
        return redirect("stream_members", code=code)
    joined = membership(here, reader).exists()
    runs = here.pk in reader.streams_led or why_not_run_streams(reader) is None
    running = StreamMember.objects.on(reader.on).filter(stream=here)
    page = {
        "stream": here,
        "joined": joined,
        "refusal": None if joined else why_not_join(reader, one.rule(), joined),
        "names": list(running.select_related("person").order_by("person__name")) if runs else [],
        "count": running.count(),
    }
    return render(request, "workstreams/members.html", page)
