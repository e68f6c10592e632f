"""Forgetting what the record of acts has kept for its period, by whole months."""

from datetime import datetime

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.forgetting import by_month, forget
from clinlead.intake.models import Erasure
from clinlead.intake.retaining import RECORD_OF_ACTS, why_not_decide_retention
from clinlead.intake.retention import begins, record_due


def forget_due(*, at: datetime, by: Account | None = None) -> list[Erasure]:
    """Forget what is older than the record’s period. A run that was killed is finished by the next.

    `by` is None for the calendar and the host.
    """
    today = timezone.localdate(at)
    if by is not None:
        refuse_if(why_not_decide_retention(reader_of(by, today)))
    due = record_due(today)
    if due is None:
        return []
    months = {month: n for month, n in by_month().items() if month < due.first_month}
    if not months:
        return []
    because = f"Kept for {due.period.years} years: {due.period.reason}"
    by_id = by.pk if by else None
    forget(begins(due.first_month), because=because, by_id=by_id, at=at)
    return [
        Erasure.objects.create(
            dataset=RECORD_OF_ACTS,
            first_month=due.first_month,
            months=months,
            period=due.period,
            begun_at=at,
            begun_by=by,
            done_at=at,
        )
    ]
