"""What figures rest on, changed: records corrected, mappings kept, hospital numbers opened."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.models import Correction, CorrectionState, SavedMapping
from clinlead.intake.policies import why_not_load


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
    newest = SavedMapping.objects.filter(source=source, dataset=dataset).order_by("-pk").first()
    if newest is not None and newest.text == text:
        return newest
    return SavedMapping.objects.create(
        source=source, dataset=dataset, text=text, saved_at=at, saved_by=by
    )
