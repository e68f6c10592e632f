"""What figures rest on, changed: records corrected, mappings kept, hospital numbers opened."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.failing import put_back, reopen_corrected
from clinlead.intake.loading import Extract, Outcome, figures_again, load_file, try_extract
from clinlead.intake.models import (
    Correction,
    CorrectionState,
    Load,
    LoadState,
    RetentionPeriod,
    SavedMapping,
)
from clinlead.intake.numbers import open_number
from clinlead.intake.policies import why_not_load, why_not_withdraw
from clinlead.intake.quarantine import path_of
from clinlead.intake.queries import saved_mapping
from clinlead.intake.reconciling import revive
from clinlead.intake.regrading import regraded
from clinlead.intake.retaining import Asked, erases_from, why_not_set_period
from clinlead.intake.retention import asked_beside_others

__all__ = [
    "Extract",
    "Outcome",
    "correct",
    "grade_again",
    "load_file",
    "open_number",
    "revoke_correction",
    "save_mapping",
    "set_period",
    "take_quarantine",
    "try_extract",
    "withdraw_load",
]


HOST = Reader(account_id=0, on=date.min, roles=frozenset({Role.ANALYST}))  # declared trusted


@transaction.atomic
def correct(
    *,
    dataset: str,
    key: str,
    field: str,
    old: str | None,
    new: str | None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Correction:
    """Put one field of one record right, on top of what the source says.

    Who may is decided by the caller's own rule (settling a challenge). A second correction of a
    field takes the first one's place: `old` stays what the source says.
    """
    earlier = (
        Correction.objects.select_for_update()
        .filter(dataset=dataset, key=key, field=field, state=CorrectionState.ACTIVE)
        .first()
    )
    if earlier is not None:
        old = earlier.old
        change_state(earlier, CorrectionState.REVOKED, at)
    correction = Correction.objects.create(
        dataset=dataset,
        key=key,
        field=field,
        old=old or None,
        new=new or None,
        reason=reason,
        made_at=at,
        made_by=by,
        state_since=at,
    )
    append(
        act="record corrected",
        at=at,
        by_id=by.pk if by else None,
        object_kind="record",
        object_id=f"{dataset}:{key}",
        details={"correction": correction.pk, "field": field, "old": old, "new": new},
    )
    return correction


@transaction.atomic
def revoke_correction(*, correction_id: int, by: Account | None, at: datetime) -> Correction:
    """Take a correction back: the record is again what the source says."""
    correction = Correction.objects.select_for_update().get(pk=correction_id)
    change_state(correction, CorrectionState.REVOKED, at)
    append(
        act="correction revoked",
        at=at,
        by_id=by.pk if by else None,
        object_kind="record",
        object_id=f"{correction.dataset}:{correction.key}",
        details={"correction": correction.pk},
    )
    return correction


def change_state(correction: Correction, state: CorrectionState, at: datetime) -> None:
    correction.state, correction.state_since = state, at
    correction.save(update_fields=["state", "state_since"])


@transaction.atomic
def save_mapping(
    *, source: str, dataset: str, text: str, by: Account | None, at: datetime
) -> SavedMapping:
    """Keep a source's mapping; the same text again is the same mapping."""
    if by is not None:
        refuse_if(why_not_load(reader_of(by, at.date())))
    newest = saved_mapping(source, dataset)
    if newest is not None and newest.text == text:
        return newest
    return SavedMapping.objects.create(
        source=source, dataset=dataset, text=text, saved_at=at, saved_by=by
    )


def withdraw_load(*, number: int, because: str, by: Account | None, at: datetime) -> Load:
    """Take a load out of use: its rows stay in the store and count for nothing.

    Earlier rows that it had superseded count again. Figures are computed again afterwards.
    """
    with transaction.atomic():
        load = Load.objects.select_for_update().get(number=number)
        refuse_if(reasons_against_withdrawing(load, because, by, at))
        load.state = LoadState.WITHDRAWN
        load.withdrawn_at, load.withdrawn_by, load.withdrawn_because = at, by, because.strip()
        load.save()
        revived = revive(load, at=at)
        reopen_corrected(load, at=at)
        put_back(load, at=at)
        append(
            act="load withdrawn",
            at=at,
            by_id=by.pk if by else None,
            object_kind="load",
            object_id=load.number,
            details={"because": load.withdrawn_because, "corrections_revived": revived},
        )
    figures_again(load, at=at, cause="withdrawal")
    return load


def reasons_against_withdrawing(load: Load, because: str, by: Account | None, at: datetime):
    """The rule asked for this person; the host itself only needs an active load and a reason."""
    today = timezone.localtime(at).date()
    reader = reader_of(by, today) if by else HOST
    return why_not_withdraw(reader, active=load.state == LoadState.ACTIVE, because=because)


@transaction.atomic
def grade_again(*, number: int, by: Account | None, at: datetime) -> Load:
    """Judge a load's attribution by the clinicians' codes of today; the other parts stand."""
    if by is not None:
        refuse_if(why_not_load(reader_of(by, timezone.localtime(at).date())))
    load = Load.objects.select_for_update().get(number=number)
    load.quality = regraded(load)
    load.grade = load.quality["grade"]
    load.save(update_fields=["quality", "grade"])
    append(
        act="load graded again",
        at=at,
        by_id=by.pk if by else None,
        object_kind="load",
        object_id=load.number,
        details={"grade": load.grade},
    )
    return load


@transaction.atomic
def take_quarantine(*, load: Load, by: Account, at: datetime) -> Path:
    """The file of rows set aside, for an analyst to mend; whoever takes it is on record."""
    refuse_if(why_not_load(reader_of(by, timezone.localtime(at).date())))
    append(
        act="quarantine downloaded",
        at=at,
        by_id=by.pk,
        object_kind="load",
        object_id=load.number,
        details={"rows": load.rows_quarantined},
    )
    return path_of(load)


@transaction.atomic
def set_period(*, asked: Asked, by: Account, at: datetime) -> RetentionPeriod:
    """Say how many years a data set's records are kept; it erases once its notice is over."""
    today = timezone.localdate(at)
    asked = asked_beside_others(asked)
    refuse_if(why_not_set_period(reader_of(by, today), asked))
    period = RetentionPeriod.objects.create(
        dataset=asked.dataset,
        years=asked.years,
        reason=asked.reason.strip(),
        set_at=at,
        set_by=by,
        erases_from=erases_from(today),
    )
    append(
        act="retention period set",
        at=at,
        by_id=by.pk,
        object_kind="data set",
        object_id=period.dataset,
        details={"years": period.years, "reason": period.reason},
    )
    return period
