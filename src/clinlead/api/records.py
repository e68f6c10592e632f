"""Records and challenges: one's own to check, one to open, to challenge, to settle."""

from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from clinlead.access.policies import Reason, refuse_if
from clinlead.api.application import (
    NO_NUL,
    REFUSALS,
    Asking,
    Number,
    PageNumber,
    PageSize,
    Stated,
    page_of,
)
from clinlead.history.actions import record_reading
from clinlead.history.models import Entry
from clinlead.history.queries import readings_about
from clinlead.organisation.models import Person
from clinlead.validation import actions, ledger, queries, queues
from clinlead.validation.addresses import parse_record_id, record_id
from clinlead.validation.challenging import Said
from clinlead.validation.models import Challenge
from clinlead.validation.owners import owners_of
from clinlead.validation.policies import (
    ChallengeReason,
    RecordFacts,
    RecordState,
    why_not_challenge,
    why_not_see_record,
)
from clinlead.validation.records import Record, WrongValue, text_of

router = Router(tags=["records"])
LONG = Field("", max_length=5000, pattern=NO_NUL)
SHORT = Field("", max_length=200, pattern=NO_NUL)


class RecordLine(Schema):
    id: str
    dataset: str
    key: str
    month: str | None
    day: date | None
    state: str


class RecordsOut(Schema):
    count: int
    page: int
    pages: int
    results: list[RecordLine]


class RecordOut(Schema):
    """A record: its fields as corrected, and whom it counts for by rule, in millionths."""

    id: str
    dataset: str
    key: str
    month: str | None
    fields: dict[str, str | None]
    weights: dict[str, dict[str, int]]


class ReadingOut(Schema):
    at: datetime
    by: str
    what: str
    id: str
    reason: str


class ReadingsOut(Schema):
    count: int
    page: int
    pages: int
    results: list[ReadingOut]


class ChallengeOut(Schema):
    id: int
    record: str | None
    month: str
    reason: str
    text: str
    state: str
    department: str
    raised_at: datetime
    due_on: date
    settled_because: str


class ChallengesOut(Schema):
    count: int
    page: int
    pages: int
    results: list[ChallengeOut]


class NewChallenge(Schema):
    """What is wrong. `goes_to` is a colleague's code; empty means nobody is known."""

    reason: ChallengeReason
    text: str = LONG
    goes_to: str = SHORT
    field: str = SHORT
    value: str = SHORT
    same_as: str = SHORT


class Settlement(Schema):
    accept: bool
    because: str = Field(min_length=1, max_length=5000, pattern=NO_NUL)


def me(request: Asking) -> Person:
    if request.user.person is None:
        raise Http404
    return request.user.person


@router.get("/me/records", response={200: RecordsOut, **REFUSALS}, operation_id="my_records")
def my_records(
    request: Asking, state: RecordState | None = None, page: PageNumber = 1, size: PageSize = 100
) -> dict[str, Any]:
    """The records this account's person is asked to check, and what they said of each."""
    states = queries.checking_of(me(request), request.reader.on).states
    shown = [each for each in states if state is None or each.state is state]
    return page_of(shown, page, size, as_line)


def as_line(owned: Any) -> dict[str, Any]:
    record = owned.record
    return {
        "id": record_id(record.dataset, record.key),
        "dataset": record.dataset,
        "key": record.key,
        "month": record.month,
        "day": record.day,
        "state": owned.state,
    }


@router.get("/me/readings", response={200: ReadingsOut, **REFUSALS}, operation_id="my_readings")
def my_readings(request: Asking, page: PageNumber = 1, size: PageSize = 50) -> dict[str, Any]:
    """Who looked at this account's person's results, newest first."""
    return page_of(readings_about(me(request).pk), page, size, as_reading)


def as_reading(entry: Entry) -> dict[str, Any]:
    details = (entry.facts or {}).get("details", {})
    return {
        "at": entry.at,
        "by": str(entry.by) if entry.by else "",
        "what": entry.object_kind,
        "id": entry.object_id,
        "reason": details.get("reason", ""),
    }


def found_record(name: str) -> Record:
    parsed = parse_record_id(name)
    record = ledger.record(*parsed) if parsed else None
    if record is None:
        raise Http404
    return record


def seen_record(request: Asking, name: str, reason: str = "") -> tuple[Record, RecordFacts]:
    """A record that this account may open. A lead who gives no reason is told to."""
    record = found_record(name)
    owners = owners_of(record, request.reader.on)
    facts = queries.record_facts(record, request.reader.on, owners)
    refusal = why_not_see_record(request.reader, facts, reason)
    if refusal and refusal.reason is not Reason.NO_REASON_GIVEN:
        raise Http404
    refuse_if(refusal)
    if owners.ids - {request.reader.person_id} and request.reader.person_id not in owners.ids:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=owners.ids,
            object_kind="record",
            object_id=name,
            reason=reason,
        )
    return record, facts


@router.get("/records/{name}", response={200: RecordOut, **REFUSALS}, operation_id="record")
def record(request: Asking, name: str, reason: Stated = "") -> dict[str, Any]:
    """One record, `<dataset>:<key>`. Whoever does not own it says what for, in `reason`."""
    found, _ = seen_record(request, name, reason)
    return {
        "id": record_id(found.dataset, found.key),
        "dataset": found.dataset,
        "key": found.key,
        "month": found.month,
        "fields": {name: text_of(value) for name, value in found.fields.items()},
        "weights": found.weights,
    }


@router.post(
    "/records/{name}/challenge",
    response={201: ChallengeOut, **REFUSALS},
    operation_id="challenge_record",
)
def challenge(request: Asking, name: str, body: NewChallenge) -> Status:
    """Say that a record is wrong."""
    found = found_record(name)
    facts = queries.record_facts(found, request.reader.on)
    refusal = why_not_challenge(request.reader, facts)
    if refusal and why_not_see_record(request.reader, facts, ""):
        raise Http404
    refuse_if(refusal)
    raised = meant(
        lambda: actions.raise_challenge(
            dataset=found.dataset,
            key=found.key,
            said=as_said(body),
            by=request.user,
            at=timezone.now(),
        )
    )
    return Status(201, as_challenge(raised))


def as_said(body: NewChallenge) -> Said:
    colleague = Person.objects.filter(code=body.goes_to).first() if body.goes_to else None
    if body.goes_to and colleague is None:
        raise HttpError(422, f"goes_to: there is no clinician with code {body.goes_to}.")
    return Said(
        reason=body.reason,
        text=body.text,
        goes_to=colleague,
        field=body.field,
        value=body.value,
        same_as=body.same_as,
    )


def meant(act: Any) -> Challenge:
    """Do it; what cannot be meant is bad input, in the rule's own words."""
    try:
        return act()
    except WrongValue as wrong:
        raise HttpError(422, f"{wrong.part}: {wrong.because}") from wrong


@router.get("/challenges", response={200: ChallengesOut, **REFUSALS}, operation_id="challenges")
def challenges(request: Asking, page: PageNumber = 1, size: PageSize = 50) -> dict[str, Any]:
    """The challenges this account follows or settles."""
    seen = queues.seen_by(request.reader).order_by("-raised_at", "-pk")
    shown = page_of(seen, page, size, lambda each: each)
    others = {one.person_id for one in shown["results"]} - {request.reader.person_id}
    if others:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=others,
            object_kind="challenge",
            object_id="list",
        )
    return shown | {"results": [as_challenge(each) for each in shown["results"]]}


def as_challenge(one: Challenge) -> dict[str, Any]:
    names = ("month", "reason", "text", "state", "raised_at", "due_on", "settled_because")
    row = {name: getattr(one, name) for name in names}
    return row | {
        "id": one.pk,
        "record": record_id(one.dataset, one.key) if one.key else None,
        "department": one.department.code,
    }


@router.post(
    "/challenges/{number}/settle",
    response={200: ChallengeOut, **REFUSALS},
    operation_id="settle_challenge",
)
def settle(request: Asking, number: Number, body: Settlement) -> dict[str, Any]:
    """Accept or decline; accepting corrects the record and computes its figures again."""
    found = get_object_or_404(queues.seen_by(request.reader), pk=number)
    settled = meant(
        lambda: actions.settle_challenge(
            challenge_id=found.pk,
            accept=body.accept,
            because=body.because,
            by=request.user,
            at=timezone.now(),
        )
    )
    return as_challenge(settled)
