"""What nobody acknowledged in time goes to the medical director."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.safety.keeping import note
from clinlead.safety.models import Signal, What
from clinlead.safety.wording import on_day


@transaction.atomic
def escalate_due(*, at: datetime) -> list[Signal]:
    """Tell the medical director of every signal whose last day is over; once each."""
    today = timezone.localdate(at)
    over = Signal.objects.waiting().filter(due_on__lt=today, escalated_at=None)
    due = list(over.select_for_update().order_by("due_on", "pk"))
    for one in due:
        one.escalated_at = at
        one.save(update_fields=["escalated_at"])
        words = f"Nobody acknowledged it by {on_day(one.due_on)}, so the medical director is told."
        note(one, What.ESCALATED, words, at)
    return due
