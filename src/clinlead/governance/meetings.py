"""Planning a meeting, moving it, its agenda's items, and saying that it was held."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.governance.agenda import gathered
from clinlead.governance.models import Item, Meeting, Tabled
from clinlead.governance.policies import (
    State,
    why_not_add_item,
    why_not_change_date,
    why_not_hold,
    why_not_plan,
)
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Division
from clinlead.releases.actions import table_at_governance
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.policies import why_not_table
from clinlead.releases.queries import calendar
from clinlead.releases.standing import release_facts


@dataclass(frozen=True, kw_only=True)
class Body:
    """Whose meeting it is: one department's, or a whole division's."""

    department: Department | None = None
    division: Division | None = None


def usual_day(department: Department, on: date) -> date:
    """The setting's days after the department's next release is due, and never in the past."""
    after = timedelta(days=settings.CONFIGURATION.meeting_days)
    due = calendar([department], on)[0].due_on + after
    while due <= on:
        due += timedelta(days=91 * settings.CONFIGURATION.release_months // 3)
    return due


@transaction.atomic
def plan(
    *,
    body: Body,
    on: date,
    place: str = "",
    minuted_by: Account | None = None,
    by: Account,
    at: datetime,
) -> Meeting:
    """Put a meeting in the calendar."""
    made = Meeting(
        department=body.department,
        division=body.division,
        on=on,
        place=place.strip(),
        minuted_by=minuted_by,
        planned_by=by,
        planned_at=at,
    )
    refuse_if(why_not_plan(reader_of(by, day(at)), planned_facts(made, by, at)))
    refuse_if(why_taken(made))
    made.save()
    noted("governance meeting planned", made, by, at, on=on.isoformat())
    return made


def planned_facts(meeting: Meeting, by: Account, at: datetime):
    """Facts of a meeting that is not kept yet: it has no minutes to count."""
    kept = Meeting(pk=0, department=meeting.department, division=meeting.division, on=meeting.on)
    return kept.facts(reader_of(by, day(at)))


def why_taken(meeting: Meeting) -> Refusal | None:
    others = Meeting.objects.of_body(meeting).filter(on=meeting.on)
    if not others.exclude(state=State.CANCELLED).exclude(pk=meeting.pk).exists():
        return None
    return Refusal(
        Reason.ALREADY_DONE, f"{meeting.body} has a meeting on that day already. Choose another."
    )


def day(at: datetime) -> date:
    return timezone.localdate(at)


def held(meeting_id: int) -> Meeting:
    """One meeting, locked until the transaction ends."""
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("department", "division").get(pk=meeting_id)


@transaction.atomic
def move(*, meeting_id: int, on: date, because: str, by: Account, at: datetime) -> Meeting:
    """Another day. What is on the agenda comes along."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_change_date(reader, found.facts(reader), because))
    before, found.on, found.moved_because = found.on, on, because.strip()
    refuse_if(why_taken(found))
    found.save(update_fields=["on", "moved_because"])
    noted(
        "governance meeting moved", found, by, at,
        before=before.isoformat(), on=on.isoformat(), because=found.moved_because,
    )  # fmt: skip
    return found


@transaction.atomic
def call_off(*, meeting_id: int, because: str, by: Account, at: datetime) -> Meeting:
    """It is not held; what was on its agenda comes on the next one's."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_change_date(reader, found.facts(reader), because))
    found.state, found.moved_because = State.CANCELLED, because.strip()
    found.save(update_fields=["state", "moved_because"])
    noted("governance meeting called off", found, by, at, because=found.moved_because)
    return found


@transaction.atomic
def add_item(*, meeting_id: int, text: str, by: Account, at: datetime) -> Item:
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_add_item(reader, found.facts(reader), text))
    made = Item.objects.create(meeting=found, text=text.strip(), by=by, at=at)
    noted("agenda item added", found, by, at, item=made.pk)
    return made


@transaction.atomic
def withdraw_item(*, item_id: int, by: Account, at: datetime) -> Item:
    """Take an item off the agenda: whoever added it, or the chair."""
    item = Item.objects.select_related("meeting").get(pk=item_id, withdrawn_at=None)
    found = held(item.meeting_id)
    reader = reader_of(by, day(at))
    facts = found.facts(reader)
    own = None if item.by_id == by.pk else why_not_plan(reader, facts)
    refuse_if(own or why_not_add_item(reader, facts, "an item"))
    item.withdrawn_by, item.withdrawn_at = by, at
    item.save(update_fields=["withdrawn_by", "withdrawn_at"])
    noted("agenda item withdrawn", found, by, at, item=item.pk)
    return item


@transaction.atomic
def hold(
    *,
    meeting_id: int,
    present: Iterable[Account],
    others_present: str = "",
    releases: Iterable[Release] = (),
    by: Account,
    at: datetime,
) -> Meeting:
    """The meeting was held: who was there, which releases were looked at, the agenda as it was."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_hold(reader, found.facts(reader)))
    found.agenda = gathered(found, found.on)
    found.state, found.held_by = State.HELD, by
    found.others_present = others_present.strip()
    found.save()
    found.present.set(present)
    for release in releases:
        table(found, release, by, at)
    noted("governance meeting held", found, by, at)
    return found


def table(meeting: Meeting, release: Release, by: Account, at: datetime) -> None:
    """What was replaced meanwhile is not tabled: its next edition comes on the next agenda."""
    now = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if now.state != ReleaseState.RELEASED or now.department_id not in meeting.departments():
        refuse_if(
            Refusal(
                Reason.WRONG_STAGE,
                f"{release} was replaced by a later edition since this page was opened. Look at "
                "the agenda again.",
            )
        )
    if why_not_table(release_facts(now), reader_of(by, day(at))) is None:
        table_at_governance(release_id=now.pk, on=meeting.on, note="", by=by, at=at)
    Tabled.objects.create(meeting=meeting, release=now)


def noted(act: str, meeting: Meeting, by: Account, at: datetime, **details: object) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="governance meeting",
        object_id=meeting.pk,
        details={"of": meeting.body, **details},
    )
