"""The record of acts is in the order of time: what is played later happened no earlier."""

from datetime import datetime

from clinlead.history.models import Entry


def no_earlier(at: datetime) -> datetime:
    """The moment, or that of the newest entry where that is later."""
    last = Entry.objects.order_by("-number").values_list("at", flat=True).first()
    return max(at, last) if last else at
