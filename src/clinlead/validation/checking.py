"""Owners check their records: windows, confirming many at once, undoing it, being away."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reader, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Person
from clinlead.validation import queries
from clinlead.validation.models import Confirmation, ConfirmationBatch, Pause, Window
from clinlead.validation.policies import (
    ChallengeState,
    RecordState,
    WindowFacts,
    why_not_confirm,
    why_not_open_window,
    why_window_is_shut,
)
from clinlead.validation.queries import Owned

LONGEST_PAUSE = timedelta(days=92)  # longer leave is HR's to record
NO_PERSON = Refusal(Reason.NOT_YOURS, "No records can count for this account.")


@transaction.atomic
def open_window(
    *,
    department: Department,
    first_month: str,
    last_month: str,
    opens_on: date,
    closes_on: date,
    by: Account | None,
    at: datetime,
) -> Window:
    """Ask a department's people to check the records of some months. Without `by`: the set-up."""
    if by is not None:
        refuse_if(why_not_open_window(reader_of(by, localdate(at)), department.pk))
    refuse_if(why_dates_are_wrong(first_month, last_month, opens_on, closes_on))
    window, made = Window.objects.get_or_create(
        department=department,
        first_month=first_month,
        last_month=last_month,
        defaults={"opens_on": opens_on, "closes_on": closes_on, "opened_by": by},
    )
    if not made:
        words = "These months have been opened for checking already."
        raise NotAllowed(Refusal(Reason.ALREADY_DONE, words))
    append(
        act="window opened",
        at=at,
        by_id=by.pk if by else None,
        about=queries.members_in(window).values_list("pk", flat=True),
        object_kind="window",
        object_id=window.pk,
        details={
            "department": department.code,
            "months": [first_month, last_month],
            "closes": closes_on.isoformat(),
        },
    )
    return window


def why_dates_are_wrong(
    first_month: str, last_month: str, opens_on: date, closes_on: date
) -> Refusal | None:
    if last_month < first_month or closes_on < opens_on:
        return Refusal(Reason.WRONG_STAGE, "The end must not come before the beginning.")
    return None


@transaction.atomic
def confirm_records(
    *, places: Iterable[tuple[str, str]], by: Account, at: datetime
) -> ConfirmationBatch:
    """An owner says that these records are theirs and right; all of them, or none.

    Records they have challenged, or confirmed as they stand, are left as they are.
    """
    reader, person = reader_of(by, localdate(at)), person_of(by)
    states, windows = states_to_check(person, localdate(at))
    wanted = set(places)
    refuse_if(why_not_confirm_all(reader, wanted, states, windows))
    fresh = [states[place] for place in sorted(wanted) if may_be_confirmed(states[place])]
    batch = ConfirmationBatch.objects.create(person=person, at=at, size=len(fresh))
    replace_confirmations(batch, fresh, windows)
    append(
        act="records confirmed",
        at=at,
        by_id=by.pk,
        about=[person.pk],
        object_kind="confirmation",
        object_id=batch.pk,
        details={"records": len(fresh)},
    )
    return batch


def person_of(account: Account) -> Person:
    if account.person is None:
        raise NotAllowed(NO_PERSON)
    return account.person


def states_to_check(
    person: Person, on: date
) -> tuple[dict[tuple[str, str], Owned], dict[str, tuple[Window, WindowFacts]]]:
    """A person's records in their windows by place, and the best window of each month."""
    windows = queries.windows_of(person.pk, on)
    by_month = best_windows(person, windows, on)
    records = queries.records_of(person, sorted(by_month), on) if by_month else []
    states = queries.states_of(person, records, windows, on)
    return {(one.record.dataset, one.record.key): one for one in states}, by_month


def best_windows(
    person: Person, windows: Sequence[Window], on: date
) -> dict[str, tuple[Window, WindowFacts]]:
    """Of each month the window that is still running, where there is one."""
    away = queries.away_spans([person.pk])[person.pk]
    found: dict[str, tuple[Window, WindowFacts]] = {}
    for window in windows:
        facts = queries.window_facts(window, away)
        for month in queries.months_between(window.first_month, window.last_month):
            if month not in found or why_window_is_shut(found[month][1], on):
                found[month] = (window, facts)
    return found


def why_not_confirm_all(
    reader: Reader,
    wanted: set[tuple[str, str]],
    states: dict[tuple[str, str], Owned],
    windows: dict[str, tuple[Window, WindowFacts]],
) -> Refusal | None:
    if not wanted:
        return Refusal(Reason.NO_REASON_GIVEN, "Choose at least one record to confirm.")
    if not wanted <= states.keys():
        return Refusal(Reason.NOT_YOURS, "You can only confirm records that count for you.")
    months = {states[place].record.month for place in wanted}
    refusals = (
        why_not_confirm(reader, windows[m][1], owned=True) for m in sorted(filter(None, months))
    )
    return next((refusal for refusal in refusals if refusal), None)


def may_be_confirmed(one: Owned) -> bool:
    settled = one.challenge is None or one.challenge.state != ChallengeState.OPEN
    return settled and one.state is not RecordState.CONFIRMED


def replace_confirmations(
    batch: ConfirmationBatch,
    fresh: Sequence[Owned],
    windows: dict[str, tuple[Window, WindowFacts]],
) -> None:
    """Write what is confirmed now in place of what was said of an earlier state of the record."""
    stale = [one.record.key for one in fresh if one.changed_since]
    mine = Confirmation.objects.filter(person=batch.person)
    mine.filter(key__in=stale).delete()
    Confirmation.objects.bulk_create(
        [
            Confirmation(
                batch=batch,
                window=windows[one.record.month or ""][0],
                person=batch.person,
                dataset=one.record.dataset,
                key=one.record.key,
                seen=one.record.seen,
                at=batch.at,
            )
            for one in fresh
        ],
        ignore_conflicts=True,  # confirmed a moment ago in another tab
    )


@transaction.atomic
def undo_confirmation(*, batch_id: int, by: Account, at: datetime) -> ConfirmationBatch:
    """Take back what was confirmed in one go, while its window runs."""
    person = person_of(by)
    batch = ConfirmationBatch.objects.select_for_update().get(pk=batch_id, person=person)
    if batch.undone_at is not None:
        return batch
    windows = {one.window for one in batch.confirmations.select_related("window")}
    away = queries.away_spans([person.pk])[person.pk]
    for window in windows:
        refuse_if(why_window_is_shut(queries.window_facts(window, away), localdate(at)))
    batch.confirmations.all().delete()
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    append(
        act="confirmation undone",
        at=at,
        by_id=by.pk,
        about=[person.pk],
        object_kind="confirmation",
        object_id=batch.pk,
        details={"records": batch.size},
    )
    return batch


@transaction.atomic
def pause(*, starts_on: date, ends_on: date, by: Account, at: datetime) -> Pause:
    """An owner will be away: absence is not agreement, so their clock stops."""
    person = person_of(by)
    refuse_if(why_not_pause(starts_on, ends_on, localdate(at)))
    made = Pause.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, said_at=at)
    append(
        act="away",
        at=at,
        by_id=by.pk,
        about=[person.pk],
        object_kind="pause",
        object_id=made.pk,
        details={"from": starts_on.isoformat(), "to": ends_on.isoformat()},
    )
    return made


def why_not_pause(starts_on: date, ends_on: date, today: date) -> Refusal | None:
    if ends_on < starts_on or ends_on < today:
        return Refusal(
            Reason.WRONG_STAGE, "Your last day away must be today or later, after the first."
        )
    if starts_on < today:
        return Refusal(Reason.WRONG_STAGE, "Your first day away cannot be in the past.")
    if ends_on - starts_on >= LONGEST_PAUSE:
        days = LONGEST_PAUSE.days
        return Refusal(Reason.WRONG_STAGE, f"Longer leave than {days} days is for HR to record.")
    return None


@transaction.atomic
def end_pause(*, by: Account, at: datetime) -> None:
    """An owner is back: the clock runs again from today."""
    person = person_of(by)
    today = localdate(at)
    mine = Pause.objects.filter(person=person, ends_on__gte=today)
    mine.filter(starts_on__gte=today).delete()
    mine.update(ends_on=today - timedelta(days=1))
    append(act="back", at=at, by_id=by.pk, about=[person.pk], object_kind="pause", object_id="")
