"""What the project team does: set up streams, record engagement, name people, allow exceptions."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.measures.actions import shipped_texts
from clinlead.measures.queries import newest_versions, read_definition
from clinlead.workstreams.actions import record_engagement, set_up_stream
from clinlead.workstreams.forms import (
    EngagementForm,
    MoreMeasuresForm,
    PersonForm,
    PilotForm,
    PreconditionForm,
    ReasonForm,
    StreamForm,
)
from clinlead.workstreams.limits import allow_more, end_exception
from clinlead.workstreams.models import PreconditionRecord, StreamPerson
from clinlead.workstreams.people import end_part, name_person
from clinlead.workstreams.piloting import PilotSaid, set_up_pilot
from clinlead.workstreams.policies import (
    PartPlayed,
    Precondition,
    Route,
    Status,
    why_not_record_precondition,
    why_not_run_streams,
    why_not_start_pilot,
    why_not_withdraw_precondition,
)
from clinlead.workstreams.preconditions import record_precondition, withdraw_precondition
from clinlead.workstreams.views import SOME_REASON, act_page, stream_of

BOARD = ("Work streams", "/streams/")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = StreamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "route": Route(form.cleaned_data["route"])}
        made = set_up_stream(by=request.user, at=timezone.now(), **given)  # type: ignore[arg-type]
        messages.success(request, "The stream is set up, in its first stage.")
        return redirect(made)
    return act_page(
        request,
        form,
        heading="Set up a work stream",
        about="One specialty, across one or more departments. It begins in the first stage.",
        button="Set it up",
        back=BOARD,
        refusal=why_not_run_streams(request.reader),  # type: ignore[attr-defined]
    )


@require_http_methods(["GET", "POST"])
def pilot(request: HttpRequest) -> HttpResponse:
    """The first week: one department, three measures, a provisional objective."""
    now = timezone.now()
    form = PilotForm(request.POST or None, measures=measures_to_choose())
    if request.method == "POST" and form.is_valid():
        said = PilotSaid(**form.cleaned_data)
        made = set_up_pilot(pilot=said, by=request.user, at=now)  # type: ignore[arg-type]
        messages.success(request, "The pilot is set up. Load its data next.")
        return redirect(made)
    return act_page(
        request,
        form,
        heading="Set up a pilot",
        about="One department and three measures, in the first week. What a stream needs besides "
        "is waived with your reason, in sight of everybody, and can be made good later. The four "
        "preconditions of named data are never waived.",
        button="Set up the pilot",
        back=BOARD,
        refusal=why_not_start_pilot(request.reader),  # type: ignore[attr-defined]
    )


def measures_to_choose() -> list[tuple[str, str]]:
    """The register’s; where it is empty yet, those that are shipped."""
    known = [(each.code, each.title) for each in newest_versions()]
    if known:
        return known
    texts = (read_definition(text) for _, text in shipped_texts())
    return sorted(((one.code, one.title) for one in texts), key=lambda one: one[1])


@require_http_methods(["GET", "POST"])
def engagement(request: HttpRequest, code: str) -> HttpResponse:
    here = stream_of(code)
    now = here.engagements.filter(ended_at=None).first()
    initial = {"status": now.status, "route": now.route} if now else {}
    form = EngagementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        record_engagement(
            stream=here,
            status=Status(given["status"]),
            route=Route(given["route"]),
            said=given["said"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Recorded.")
        return redirect(here)
    return act_page(
        request,
        form,
        heading=f"Does {here.name} take part?",
        about="Whoever does not engage stays on the board, apart, with the reason they gave.",
        button="Record it",
        back=(here.name, here.get_absolute_url()),
        refusal=why_not_run_streams(request.reader),  # type: ignore[attr-defined]
    )


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Everyone with a part in the stream, and a form for the project team to name another."""
    here, reader = stream_of(code), request.reader  # type: ignore[attr-defined]
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        part = PartPlayed(given["part"])
        name_person(
            stream=here,
            part=part,
            account=given["login"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, f"Named as {part}.")
        return redirect("stream_people", code=code)
    named = StreamPerson.objects.on(reader.on).filter(stream=here)
    page = {
        "stream": here,
        "named": list(named.select_related("account__person", "named_by__person")),
        "form": form,
        "refusal": why_not_run_streams(reader),
    }
    return render(request, "workstreams/people.html", page)


@require_POST
def end_person(request: HttpRequest, code: str, person_id: int) -> HttpResponse:
    here = stream_of(code)
    found = get_object_or_404(StreamPerson, pk=person_id, stream=here)
    end_part(person_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Their part in the stream has ended.")
    return redirect("stream_people", code=code)


@require_http_methods(["GET", "POST"])
def measures(request: HttpRequest, code: str) -> HttpResponse:
    """An exception from the six measures that a stream may have."""
    here, form = stream_of(code), MoreMeasuresForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allow_more(stream=here, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Allowed. Everybody reads why in the stream’s history.")
        return redirect(here)
    return act_page(
        request,
        form,
        heading=f"More measures for {here.name}",
        about="Six is what a clinical director can read in the hour there is. More needs a reason.",
        button="Allow it",
        back=(here.name, here.get_absolute_url()),
        refusal=why_not_run_streams(request.reader),  # type: ignore[attr-defined]
    )


@require_POST
def measures_end(request: HttpRequest, code: str) -> HttpResponse:
    here = stream_of(code)
    end_exception(stream=here, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Six measures are the most again.")
    return redirect(here)


@require_GET
def preconditions(request: HttpRequest) -> HttpResponse:
    """What must be done before named data: what is on record, and what was withdrawn."""
    reader = request.reader  # type: ignore[attr-defined]
    rows = PreconditionRecord.objects.select_related("recorded_by__person", "withdrawn_by__person")
    listed = list(rows)
    standing = {each.kind: each for each in listed if each.withdrawn_at is None}
    lines = [
        (
            kind,
            standing.get(kind.value),
            why_not_record_precondition(reader, kind, SOME_REASON, kind.value in standing) is None,
            kind.value in standing
            and why_not_withdraw_precondition(reader, kind, SOME_REASON) is None,
        )
        for kind in Precondition
    ]
    withdrawn = [each for each in listed if each.withdrawn_at]
    page = {"lines": lines, "withdrawn": withdrawn}
    return render(request, "workstreams/preconditions.html", page)


def kind_of(given: str) -> Precondition:
    if given not in set(Precondition):
        raise Http404
    return Precondition(given)


BEFORE = ("Before named data", "/streams/preconditions/")


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, kind: str) -> HttpResponse:
    wanted, form = kind_of(kind), PreconditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record_precondition(
            kind=wanted,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "Recorded.")
        return redirect("preconditions")
    standing = PreconditionRecord.objects.filter(kind=wanted, withdrawn_at=None).exists()
    reader = request.reader  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        heading=f"Record: {wanted.words}",
        about="Once for the whole trust. Streams that wait for it can move on.",
        button="Record it",
        back=BEFORE,
        refusal=why_not_record_precondition(reader, wanted, SOME_REASON, standing),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, kind: str) -> HttpResponse:
    wanted, form = kind_of(kind), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        withdraw_precondition(kind=wanted, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Withdrawn.")
        return redirect("preconditions")
    reader = request.reader  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        heading=f"Withdraw: {wanted.words}",
        about="No stream passes the stage that asks for it until it is recorded again.",
        button="Withdraw it",
        back=BEFORE,
        refusal=why_not_withdraw_precondition(reader, wanted, SOME_REASON),
    )
