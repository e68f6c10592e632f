"""The pages of governance meetings."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.governance import forms, meetings, minuting
from clinlead.governance import policies as rules
from clinlead.governance.models import Action, Item, Meeting
from clinlead.governance.presenters import MeetingPage
from clinlead.governance.queries import (
    actions_for,
    coming,
    meeting_of,
    past,
    to_minute,
    unplanned,
    untabled,
)
from clinlead.releases.asking import Asked
from clinlead.releases.models import Release

A_PAGE = 25
TRAIL = [("Home", "/"), ("Governance", "/governance/")]


def find(request: Asked, meeting_id: int) -> Meeting:
    """The meeting, where this person may know of it."""
    visible = Meeting.objects.visible_to(request.reader)
    return get_object_or_404(visible.select_related("department", "division"), pk=meeting_id)


@require_GET
def index(request: Asked) -> HttpResponse:
    reader = request.reader
    page = Paginator(past(reader), A_PAGE).get_page(request.GET.get("page"))
    may_plan = bool(forms.bodies_of(reader))
    days = [(each, meetings.usual_day(each, reader.on)) for each in unplanned(reader.leads)]
    context = {"coming": coming(reader), "page": page, "may_plan": may_plan, "unplanned": days}
    waits = {"to_minute": to_minute(reader), "actions": actions_for(reader)}
    waits["untabled"] = untabled(reader.leads)
    return render(request, "governance/index.html", context | waits | {"states": rules.STATES})


@require_http_methods(["GET", "POST"])
def plan(request: Asked) -> HttpResponse:
    refuse_if(None if forms.bodies_of(request.reader) else rules.NOT_CHAIR)
    form = forms.PlanForm(request.POST or None, reader=request.reader, initial=usual(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = meetings.plan(
            body=form.chosen(),
            on=said["on"],
            place=said["place"],
            minuted_by=said["minuted_by"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Planned. Its agenda fills itself from what is released.")
        return redirect(made)
    page = {"form": form, "heading": "Plan a governance meeting", "button": "Plan it"}
    return render(request, "governance/form.html", {**page, "trail": TRAIL}, status=status_of(form))


def usual(request: Asked) -> dict[str, object]:
    """Some days after the next release, for the first department that has no meeting planned."""
    first = next(iter(unplanned(request.reader.leads)), None)
    if first is None:
        return {}
    return {"body": f"department:{first.code}", "on": meetings.usual_day(first, request.reader.on)}


def status_of(form: Form) -> int:
    return 422 if form.errors else 200


@require_GET
def show(request: Asked, meeting_id: int) -> HttpResponse:
    return page_of(request, find(request, meeting_id))


def page_of(request: Asked, meeting: Meeting, item_form: Form | None = None) -> HttpResponse:
    page = MeetingPage.of(meeting, request.reader, meeting.facts(request.reader))
    form = item_form or forms.ItemForm()
    context = {"page": page, "meeting": meeting, "trail": TRAIL, "item_form": form}
    return render(request, "governance/meeting.html", context, status=status_of(form))


Act = Callable[..., object]


def in_a_form(
    request: Asked, meeting: Meeting, form: Form, act: Act, said: str, **page: object
) -> HttpResponse:
    """The form, or the act and back to the meeting."""
    if request.method == "POST" and form.is_valid():
        act(meeting_id=meeting.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, said)
        return redirect(meeting)
    trail = [*TRAIL, (str(meeting), meeting.get_absolute_url())]
    context = {"form": form, "trail": trail, "caption": str(meeting), **page}
    return render(request, "governance/form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def move(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    facts = meeting.facts(request.reader)
    refuse_if(rules.why_not_change_date(request.reader, facts, "words"))
    form = forms.MoveForm(request.POST or None, initial={"on": meeting.on})
    said = {"heading": "Move the meeting", "button": "Move it"}
    return in_a_form(request, meeting, form, meetings.move, "Moved, with its agenda.", **said)


@require_http_methods(["GET", "POST"])
def call_off(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    facts = meeting.facts(request.reader)
    refuse_if(rules.why_not_change_date(request.reader, facts, "words"))
    form = forms.CallOffForm(request.POST or None)
    said = {"heading": "Call the meeting off", "button": "Call it off"}
    return in_a_form(request, meeting, form, meetings.call_off, "Called off.", **said)


@require_POST
def add_item(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    facts = meeting.facts(request.reader)
    refuse_if(rules.why_not_add_item(request.reader, facts, "an item"))
    form = forms.ItemForm(request.POST)
    if not form.is_valid():
        return page_of(request, meeting, form)
    by, at = request.user, timezone.now()
    meetings.add_item(meeting_id=meeting.pk, by=by, at=at, **form.cleaned_data)
    messages.success(request, "It is on the agenda.")
    return redirect(meeting)


@require_POST
def withdraw_item(request: Asked, meeting_id: int, item_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    get_object_or_404(Item, meeting=meeting, pk=item_id, withdrawn_at=None)
    meetings.withdraw_item(item_id=item_id, by=request.user, at=timezone.now())
    messages.success(request, "Taken off the agenda.")
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def hold(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    refuse_if(rules.why_not_hold(request.reader, meeting.facts(request.reader)))
    form = forms.HoldForm(request.POST or None, meeting=meeting, reader=request.reader)
    said = {"heading": "The meeting was held", "button": "Save who was there"}
    told = "Held. Its agenda is kept as it was; the minutes are written next."
    return in_a_form(request, meeting, form, meetings.hold, told, **said)


@require_http_methods(["GET", "POST"])
def minutes(request: Asked, meeting_id: int) -> HttpResponse:
    """Write the minutes; what somebody else saved meanwhile is shown beside one's own words."""
    meeting = find(request, meeting_id)
    refuse_if(rules.why_not_write(request.reader, meeting.facts(request.reader)))
    latest = meeting.minutes.select_related("by__person").first()
    there = {"text": latest.text, "based_on": latest.version} if latest else {"based_on": 0}
    form = forms.MinutesForm(request.POST or None, initial=there)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            by, at = request.user, timezone.now()
            minuting.write(meeting_id=meeting.pk, by=by, at=at, **form.cleaned_data)
        except NotAllowed as refused:
            theirs = sent_back(request, form, refused.refusal, latest)
        else:
            messages.success(request, "Saved as a new version.")
            return redirect(meeting)
    trail = [*TRAIL, (str(meeting), meeting.get_absolute_url())]
    page = {"form": form, "meeting": meeting, "trail": trail, "theirs": theirs}
    return render(request, "governance/minutes.html", page, status=status_of(form))


def sent_back(request: Asked, form: Form, refusal: Refusal, latest):
    """What is wrong stands at the form; where somebody saved meanwhile, their version comes too."""
    if refusal.reason not in {Reason.WRONG_STAGE, Reason.NOT_AGREED}:
        raise NotAllowed(refusal)
    overtaken = refusal.reason is Reason.WRONG_STAGE
    form.add_error(None if overtaken else "names_meant", refusal.because)
    if not overtaken:
        return None
    form.data = request.POST.copy()
    form.data["based_on"] = str(latest.version)
    return latest


@require_POST
def approve(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    refuse_if(rules.why_not_open(request.reader, meeting.facts(request.reader)))
    minuting.approve(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "Approved. Those who may read them find them here from now on.")
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def add_action(request: Asked, meeting_id: int) -> HttpResponse:
    meeting = find(request, meeting_id)
    refuse_if(rules.why_not_write(request.reader, meeting.facts(request.reader)))
    form = forms.ActionForm(request.POST or None, meeting=meeting)
    said = {"heading": "What is somebody to do?", "button": "Note it"}
    told = "Noted. It is on every agenda until it is closed."
    return in_a_form(request, meeting, form, minuting.add_action, told, **said)


@require_http_methods(["GET", "POST"])
def close_action(request: Asked, action_id: int) -> HttpResponse:
    rows = Action.objects.select_related("meeting__department", "meeting__division")
    found = get_object_or_404(rows, pk=action_id)
    known = Meeting.objects.visible_to(request.reader).filter(pk=found.meeting_id).exists()
    if not known and found.owner_id != request.reader.account_id:
        raise Http404
    refuse_if(rules.why_not_close(request.reader, found.facts(request.reader), "words"))
    form = forms.CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at = request.user, timezone.now()
        minuting.close(action_id=found.pk, by=by, at=at, **form.cleaned_data)
        messages.success(request, "Closed. The next agenda has it no more.")
        return redirect(found.meeting if known else "/")
    page = {"form": form, "heading": "Close this action", "button": "Close it"}
    page |= {"trail": TRAIL, "caption": str(found.meeting), "about": found.text}
    return render(request, "governance/form.html", page, status=status_of(form))


@require_GET
def of_release(request: Asked, release_id: int) -> HttpResponse:
    """From a release to the meeting that looked at it; to the next one until then."""
    release = get_object_or_404(Release.objects.visible_to(request.reader), pk=release_id)
    meeting = meeting_of(release)
    if meeting is None:
        return redirect("governance")
    return redirect(find(request, meeting.pk))
