"""Minutes in versions, approved by the chair; and what the meeting asks people to do."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.governance.meetings import day, held, noted
from clinlead.governance.models import Action, Meeting, Minutes
from clinlead.governance.naming import named_in
from clinlead.governance.policies import (
    State,
    why_not_add_action,
    why_not_approve,
    why_not_close,
    why_not_write,
)
from clinlead.organisation.models import Person


def clinicians_of(meeting: Meeting) -> list[str]:
    """The names of everybody who holds or held a post there: those that a text may not slip in."""
    found = Person.objects.filter(posts__department__in=meeting.departments()).distinct()
    return list(found.values_list("name", flat=True))


@transaction.atomic
def write(
    *,
    meeting_id: int,
    text: str,
    based_on: int,
    names_meant: bool = False,
    by: Account,
    at: datetime,
) -> Minutes:
    """A new version. Whoever wrote on an older one than there is, is told so and loses nothing."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_write(reader, found.facts(reader)))
    refuse_if(why_empty(text) or why_overtaken(found, based_on))
    refuse_if(why_names(text, clinicians_of(found), names_meant))
    made = Minutes.objects.create(
        meeting=found,
        version=based_on + 1,
        text=text.strip(),
        by=by,
        at=at,
        names_meant=names_meant,
    )
    noted("minutes written", found, by, at, version=made.version)
    return made


def why_empty(text: str) -> Refusal | None:
    return None if text.strip() else Refusal(Reason.NO_REASON_GIVEN, "Write what was said.")


def why_overtaken(meeting: Meeting, based_on: int) -> Refusal | None:
    latest = meeting.minutes.select_related("by__person").first()
    if latest is None or latest.version == based_on:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"{latest.by} has saved version {latest.version} since you opened the minutes. Their words "
        "are below yours; put both together and save again.",
    )


def why_names(text: str, names: list[str], meant: bool) -> Refusal | None:
    """A colleague's name beside a result does not belong in minutes: the writer is asked."""
    named = named_in(text, names)
    if not named or meant:
        return None
    return Refusal(
        Reason.NOT_AGREED,
        f"The text names {', '.join(named)}. Minutes name nobody beside a result. Take the names "
        "out, or say that they stand beside no result; readers from outside the department read "
        "“a colleague” in their place.",
    )


@transaction.atomic
def approve(*, meeting_id: int, by: Account, at: datetime) -> Meeting:
    """The newest version is the meeting's minutes from now on, for whoever may read them."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_approve(reader, found.facts(reader)))
    found.state, found.approved_by, found.approved_at = State.APPROVED, by, at
    found.save(update_fields=["state", "approved_by", "approved_at"])
    noted("minutes approved", found, by, at, version=found.minutes.count())
    return found


@transaction.atomic
def add_action(
    *, meeting_id: int, text: str, owner: Account, due_on: date, by: Account, at: datetime
) -> Action:
    """Somebody is to do something by a day; every agenda has it until it is closed."""
    found = held(meeting_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_add_action(reader, found.facts(reader), text))
    made = Action.objects.create(
        meeting=found, text=text.strip(), owner=owner, due_on=due_on, noted_by=by, noted_at=at
    )
    noted("action noted", found, by, at, action=made.pk, due_on=due_on.isoformat())
    return made


@transaction.atomic
def close(*, action_id: int, words: str, done: bool, by: Account, at: datetime) -> Action:
    """Say what came of it: done, or dropped for a reason."""
    rows = Action.objects.select_for_update(of=("self",)).select_related("meeting")
    found = rows.get(pk=action_id)
    reader = reader_of(by, day(at))
    refuse_if(why_not_close(reader, found.facts(reader), words))
    found.closed_by, found.closed_at, found.done = by, at, done
    found.closed_words = words.strip()
    found.save(update_fields=["closed_by", "closed_at", "done", "closed_words"])
    noted("action closed", found.meeting, by, at, action=found.pk, done=done)
    return found
