"""The meeting's pack as PDF: its agenda for the table. Nobody is named beside a result in it."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.policies import refuse_if
from clinlead.governance.agenda import Content, spoken
from clinlead.governance.policies import why_not_open
from clinlead.governance.presenters import MeetingPage
from clinlead.governance.views import TRAIL, find
from clinlead.history.actions import append
from clinlead.printing import CannotPrint, pdf
from clinlead.releases.asking import Asked
from clinmeasures.wording.units import how_many

FEW = "Figures with fewer than six clinicians behind them are left out."


@require_GET
def pack(request: Asked, meeting_id: int) -> HttpResponse:
    """As this reader may see it: from outside the department nobody is named."""
    meeting = find(request, meeting_id)
    facts = meeting.facts(request.reader)
    refuse_if(why_not_open(request.reader, facts))
    page, at = MeetingPage.of(meeting, request.reader, facts), timezone.now()
    try:
        paper = pdf("governance/papers/meeting.typ", content_of(page, at.date()), at=at)
    except CannotPrint as problem:
        context = {"meeting": meeting, "trail": TRAIL, "problem": str(problem)}
        return render(request, "governance/no_paper.html", context, status=503)
    append(
        act="meeting pack taken",
        at=at,
        by_id=request.user.pk,
        object_kind="governance meeting",
        object_id=meeting.pk,
    )
    answer = HttpResponse(paper, content_type="application/pdf")
    name = f"governance-{meeting.on.isoformat()}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def content_of(page: MeetingPage, today: date) -> dict[str, Any]:
    """Plain text and rows for the template."""
    meeting, agenda = page.meeting, page.agenda
    since = agenda["since"]
    return {
        "title": f"Governance meeting: {meeting.body}, {spoken(meeting.on)}",
        "foot": f"{meeting.body}. Printed on {spoken(today)}. Unnamed; for the meeting.",
        "place": meeting.place,
        "since": f"Since the meeting of {iso(since)}." if since else "The first meeting here.",
        "carried": [carried_row(one) for one in agenda["carried"]],
        "releases": [release_of(one) for one in agenda["releases"]],
        "challenges": challenge_words(agenda["challenges"]),
        "decisions": decision_lines(agenda),
        "items": [one["text"] for one in agenda["items"]],
        "minutes": page.minutes_text.splitlines(),
        "actions": [action_row(one) for one in page.actions],
        "state": page.state,
        "writes": not meeting.agenda,
    }


def iso(day: str) -> str:
    return spoken(date.fromisoformat(day))


def carried_row(one: Content) -> list[str]:
    due = f"{iso(one['due_on'])}{', overdue' if one['late'] else ''}"
    return [one["text"], one["owner"], due]


def release_of(one: Content) -> Content:
    rows = [[f["title"], f["figure"], f["reading"], f["said"] or "–"] for f in one["figures"]]
    told = " ".join(filter(None, [one["again"], FEW if one["withheld"] else "", one["people"]]))
    return {
        "title": one["title"],
        "on": f"Released on {iso(one['released_on'])}.",
        "rows": rows,
        "told": told,
    }


def challenge_words(found: Content) -> str:
    late = f", {found['overdue']} of them overdue" if found["overdue"] else ""
    return f"Open: {how_many(found['open'], 'challenge')}{late}."


def decision_lines(agenda: Content) -> list[str]:
    if "decided" in agenda:
        return [f"{agenda['decided']}, {agenda['cycling']}."]
    made = [f"{one['kind']}: {one['measure']}. {one['because']}" for one in agenda["decisions"]]
    return made + [f"{one['title']} ({one['state']}): {one['aim']}" for one in agenda["cycles"]]


def action_row(one: Content) -> list[str]:
    state = f"{'done' if one['done'] else 'dropped'}: {one['words']}" if one["closed"] else "open"
    return [one["text"], one["owner"], spoken(one["due_on"]), state]
