"""What is erased for a person: what is theirs alone, and what the record says of them."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from clinlead.access.models import Account
from clinlead.history.erasing import erasable, erase_details
from clinlead.history.models import Entry, Subject

DETAILS = "details in the record of acts"


def erase_for(
    account: Account, *, up_to: date, because: str, by: Account, at: datetime
) -> dict[str, int]:
    """Have every room erase what is this person's alone, and the record its details; how many."""
    found: dict[str, int] = {}
    for name in settings.ON_ERASURE:
        found |= import_string(name)(account=account, at=at)
    found[DETAILS] = erase_details(
        details_about(account, up_to),
        because=because,
        by_id=by.pk,
        at=at,
        about=about(account),
    )
    return {what: number for what, number in found.items() if number}


def about(account: Account) -> Iterable[int]:
    return [account.person_id] if account.person_id else []


def details_about(account: Account, up_to: date) -> QuerySet[Entry]:
    """Entries up to a day that are about this person and nobody else."""
    if account.person_id is None:
        return Entry.objects.none()
    end = timezone.make_aware(datetime.combine(up_to, time.max))
    alone = Subject.objects.values("entry").annotate(many=Count("pk")).filter(many=1)
    mine = Entry.objects.filter(subjects__person_id=account.person_id, at__lte=end)
    return erasable(mine.filter(pk__in=alone.values("entry")).order_by("number"))
