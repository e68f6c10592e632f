"""Whom a clinician can turn to: a list that HR sets, and everybody can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns.models import Contact
from clinlead.concerns.policies import why_not_set_contacts
from clinlead.history.actions import append


@dataclass(frozen=True)
class ContactSaid:
    who: str
    how: str
    about: str = ""


@transaction.atomic
def set_contacts(*, contacts: Sequence[ContactSaid], by: Account, at: datetime) -> None:
    """The whole list anew, in order; the record of acts keeps what it was."""
    refuse_if(why_not_set_contacts(reader_of(by, timezone.localdate(at))))
    before = [f"{one.who}: {one.how}" for one in Contact.objects.all()]
    Contact.objects.all().delete()
    Contact.objects.bulk_create(
        Contact(order=order, who=one.who, how=one.how, about=one.about)
        for order, one in enumerate(contacts, start=1)
    )
    append(
        act="contacts set",
        at=at,
        by_id=by.pk,
        object_kind="contacts",
        details={"before": before},
    )
