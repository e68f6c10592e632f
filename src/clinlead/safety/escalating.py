"""What nobody acknowledged in time goes to the medical director."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.background.working import Progress
from clinlead.safety.keeping import note
from clinlead.safety.models import Signal, What
from clinlead.safety.telling import tell_directors
from clinlead.safety.wording import on_day
from clinmeasures.wording.units import how_many


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
    tell_directors(due, at=at)
    return due


def see_to_it(_day: str, at: datetime, _progress: Progress) -> str:
    """The day's safety, as background work; done again it changes nothing."""
    return f"{how_many(len(escalate_due(at=at)), 'safety signal')} sent to the medical director."
