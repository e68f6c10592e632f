"""Telling the sources: accepted corrections marked as sent to whoever keeps the records."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.at_source import Office, office_of, why_not_send
from clinlead.intake.models import Correction, CorrectionState


@transaction.atomic
def mark_sent(*, office: Office | None, through: int, by: Account, at: datetime) -> int:
    """Note that an office's open corrections (all offices': none named) were sent to it.

    Those made after `through`, the last one on the list that was sent, stay open.
    """
    waiting = Correction.objects.select_for_update().filter(
        state=CorrectionState.ACTIVE, sent_at=None, pk__lte=through
    )
    chosen = [one for one in waiting if office in {None, office_of(one.dataset, one.field)}]
    refuse_if(why_not_send(reader_of(by, localdate(at)), waiting=len(chosen)))
    for one in chosen:
        one.sent_at, one.sent_by = at, by
    Correction.objects.bulk_update(chosen, ["sent_at", "sent_by"])
    append(
        act="corrections sent to the source",
        at=at,
        by_id=by.pk,
        object_kind="corrections",
        object_id=office.name.lower() if office else "all",
        details={"corrections": [one.pk for one in chosen]},
    )
    return len(chosen)
