"""What is recorded before any named data is loaded: once for the whole trust."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.workstreams.models import PreconditionRecord
from clinlead.workstreams.policies import (
    Precondition,
    why_not_record_precondition,
    why_not_withdraw_precondition,
)


@transaction.atomic
def record_precondition(
    *, kind: Precondition, on: date, evidence: str, by: Account, at: datetime
) -> PreconditionRecord:
    """It was done, on this day; here is the evidence."""
    standing = PreconditionRecord.objects.select_for_update().filter(kind=kind, withdrawn_at=None)
    refusal = why_not_record_precondition(
        reader_of(by, at.date()), kind, evidence, standing.exists()
    )
    refuse_if(refusal)
    made = PreconditionRecord.objects.create(
        kind=kind, on=on, evidence=evidence.strip(), recorded_by=by, recorded_at=at
    )
    noted("precondition recorded", made, by, at, evidence)
    return made


@transaction.atomic
def withdraw_precondition(
    *, kind: Precondition, because: str, by: Account, at: datetime
) -> PreconditionRecord | None:
    """It does not hold any more: streams that rest on it stand still until it does."""
    refuse_if(why_not_withdraw_precondition(reader_of(by, at.date()), kind, because))
    rows = PreconditionRecord.objects.select_for_update(of=("self",))
    found = rows.filter(kind=kind, withdrawn_at=None).first()
    if found is None:
        return None
    found.withdrawn_by, found.withdrawn_at = by, at
    found.withdrawn_because = because.strip()
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    noted("precondition withdrawn", found, by, at, because)
    return found


def noted(act: str, one: PreconditionRecord, by: Account, at: datetime, said: str) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="precondition",
        object_id=one.kind,
        details={"said": said},
    )
