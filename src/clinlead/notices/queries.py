"""Reading notices."""

from datetime import date, timedelta

from clinlead.notices.models import MailChoice, Notice

A_QUARTER = timedelta(days=92)


def recent(account_id: int, on: date) -> list[Notice]:
    """What somebody was told in the last three months, newest first."""
    found = Notice.objects.filter(account_id=account_id, at__date__gte=on - A_QUARTER)
    return list(found.select_related("letter")[:50])


def wants_mail(account_id: int) -> bool:
    return MailChoice.objects.filter(account_id=account_id, by_mail=True).exists()
