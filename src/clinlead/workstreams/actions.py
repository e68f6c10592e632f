"""Setting up work streams, moving them from stage to stage, and waiving criteria."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Specialty, WorkStream
from clinlead.workstreams.models import Engagement, StageEntry, Waiver
from clinlead.workstreams.policies import (
    FIRST,
    Route,
    Status,
    StreamRule,
    WaiverFacts,
    why_not_move,
    why_not_record_engagement,
    why_not_set_up,
    why_not_step_back,
    why_not_waive,
    why_not_withdraw_waiver,
)
from clinlead.workstreams.standing import Standing, standing
from clinlead.workstreams.template import first_template

# Addresses below /streams/ that are pages of their own.
RESERVED = frozenset({"new", "pilot", "template", "preconditions", "help"})
LONGEST_CODE = 50


@transaction.atomic
def set_up_stream(
    *,
    name: str,
    specialty: str,
    departments: Iterable[Department],
    route: Route,
    said: str,
    by: Account,
    at: datetime,
) -> WorkStream:
    """A stream begins in the first stage, its departments approached by a recorded route."""
    code, here = slugify(name)[:LONGEST_CODE].strip("-"), list(departments)
    taken = not code or code in RESERVED or WorkStream.objects.filter(code=code).exists()
    reader = reader_of(by, at.date())
    rule = StreamRule(departments=frozenset(each.pk for each in here))
    refuse_if(why_not_set_up(reader, rule, taken))
    refuse_if(why_not_record_engagement(reader, Status.APPROACHED, said))
    stream = WorkStream.objects.create(code=code, name=name, specialty=specialty_of(specialty))
    stream.departments.set(here)
    begin(stream, status=Status.APPROACHED, route=route, said=said, by=by, at=at)
    noted("stream set up", stream, by, at, departments=[each.code for each in here])
    return stream


def begin(
    stream: WorkStream, *, status: Status, route: Route, said: str, by: Account, at: datetime
) -> None:
    """In the first stage, with whether its departments take part."""
    template = first_template(at)
    StageEntry.objects.create(
        stream=stream, stage=FIRST, template=template, entered_at=at, entered_by=by
    )
    engage(stream, status=status, route=route, said=said, by=by, at=at)


def specialty_of(name: str) -> Specialty:
    """One the trust knows by this name, or a new one."""
    known = Specialty.objects.filter(name__iexact=name).first()
    if known:
        return known
    made, _ = Specialty.objects.get_or_create(code=slugify(name)[:50], defaults={"name": name})
    return made


def held(stream: WorkStream, reader: Reader) -> Standing:
    """Where a stream stands, asked anew while nobody else can move it."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    return standing(stream, reader)


@transaction.atomic
def move_on(*, stream: WorkStream, seen: int, to: int, by: Account, at: datetime) -> StageEntry:
    """Into the next stage. Every exit criterion is asked again, inside this transaction."""
    reader = reader_of(by, timezone.localdate(at))
    now = held(stream, reader)
    refuse_if(why_not_move(reader, now.rule(), seen, to))
    waived = [line.key for line in now.lines if line.missing and line.waiver]
    entry = enter(now, to, "", by, at)
    noted("stream moved on", stream, by, at, stage=to, waived=waived)
    return entry


@transaction.atomic
def step_back(
    *, stream: WorkStream, seen: int, to: int, because: str, by: Account, at: datetime
) -> StageEntry:
    """Into an earlier stage, for a reason that everybody reads."""
    reader = reader_of(by, timezone.localdate(at))
    now = held(stream, reader)
    refuse_if(why_not_step_back(reader, now.rule(), seen, to, because))
    entry = enter(now, to, because.strip(), by, at)
    noted("stream stepped back", stream, by, at, stage=to, because=because)
    return entry


def enter(now: Standing, to: int, because: str, by: Account, at: datetime) -> StageEntry:
    now.entry.left_at = at
    now.entry.save(update_fields=["left_at"])
    return StageEntry.objects.create(
        stream=now.stream,
        stage=to,
        template_id=now.stages.template_id,
        entered_at=at,
        entered_by=by,
        because=because,
    )


@transaction.atomic
def waive(*, stream: WorkStream, key: str, because: str, by: Account, at: datetime) -> Waiver:
    """A stream need not meet a criterion; everybody reads why, and who said so."""
    reader = reader_of(by, timezone.localdate(at))
    now = held(stream, reader)
    facts = WaiverFacts(
        stream=now.rule(), criterion=now.stages.has(key), running=key in now.waivers
    )
    refuse_if(why_not_waive(reader, facts, because))
    made = Waiver.objects.create(
        stream=stream, check_key=key, because=because.strip(), waived_by=by, waived_at=at
    )
    noted("criterion waived", stream, by, at, criterion=key, because=because)
    return made


@transaction.atomic
def withdraw_waiver(*, waiver_id: int, because: str, by: Account, at: datetime) -> Waiver:
    """The criterion counts again; that it was waived is kept."""
    found = Waiver.objects.select_for_update(of=("self",)).get(pk=waiver_id)
    running = found.withdrawn_at is None
    refuse_if(why_not_withdraw_waiver(reader_of(by, at.date()), running, because))
    found.withdrawn_by, found.withdrawn_at = by, at
    found.withdrawn_because = because.strip()
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    key = found.check_key
    noted("waiver withdrawn", found.stream, by, at, criterion=key, because=because)
    return found


@transaction.atomic
def record_engagement(
    *, stream: WorkStream, status: Status, route: Route, said: str, by: Account, at: datetime
) -> Engagement:
    """Whether the departments take part from now on; what was recorded before is kept."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    refuse_if(why_not_record_engagement(reader_of(by, at.date()), status, said))
    made = engage(stream, status=status, route=route, said=said, by=by, at=at)
    noted("engagement recorded", stream, by, at, status=status, said=said)
    return made


def engage(
    stream: WorkStream, *, status: Status, route: Route, said: str, by: Account, at: datetime
) -> Engagement:
    stream.engagements.filter(ended_at=None).update(ended_at=at)
    return Engagement.objects.create(
        stream=stream,
        status=status,
        route=route,
        said=said.strip(),
        recorded_by=by,
        recorded_at=at,
    )


def noted(act: str, stream: WorkStream, by: Account, at: datetime, **details: object) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="work stream",
        object_id=stream.code,
        details=details,
    )
