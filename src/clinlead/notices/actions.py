"""Telling people that something is ready, and deciding how one is told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.background.claiming import queue
from clinlead.history.actions import append
from clinlead.notices.models import Letter, MailChoice, Notice
from clinlead.notices.policies import why_not_write_to
from clinlead.notices.sending import is_set_up

MAIL, URGENT = "e-mail", "safety e-mail"


@transaction.atomic
def tell(
    accounts: Iterable[Account],
    *,
    key: str,
    words: str,
    href: str,
    at: datetime,
    by_mail: bool = True,
    urgent: bool = False,
) -> list[Notice]:
    """Say once to each that something is ready, on their home page and by e-mail if they want it.

    `words` is one line without a full stop; it names what is ready and never a figure or a result.
    Without `by_mail` it stands on the home page alone. What is `urgent` goes to everybody who has
    an address and has not refused e-mail, and no pause of background work holds it.
    """
    told = Notice.objects.filter(key=key).values_list("account_id", flat=True)
    left = [one for one in accounts if one.pk not in set(told) and one.is_active]
    made = Notice.objects.bulk_create(
        (Notice(account=one, key=key, words=words, href=href, at=at) for one in left),
    )
    write_letters(made if by_mail else [], at, urgent=urgent)
    return made


def write_letters(notices: Iterable[Notice], at: datetime, *, urgent: bool) -> None:
    """An e-mail for each who wants it and has an address; none where none are sent."""
    if not is_set_up():
        return
    chosen = dict(MailChoice.objects.values_list("account_id", "by_mail"))
    letters = [
        Letter(notice=one, urgent=urgent)
        for one in notices
        if one.account.email and chosen.get(one.account_id, urgent)
    ]
    if Letter.objects.bulk_create(letters):
        queue(URGENT if urgent else MAIL, "notices", at=at, about="notices")


@transaction.atomic
def choose_mail(*, by_mail: bool, address: str, by: Account, at: datetime) -> MailChoice:
    """How one wants to be told, and where."""
    refuse_if(why_not_write_to(reader_of(by, timezone.localdate(at)), by.pk))
    by.email = address
    by.save(update_fields=["email"])
    chosen, _ = MailChoice.objects.update_or_create(
        account=by, defaults={"by_mail": by_mail, "chosen_at": at}
    )
    append(act="e-mail chosen", at=at, by_id=by.pk, object_kind="account", object_id=by.pk,
           details={"by_mail": by_mail})  # fmt: skip
    return chosen


def erase_notices(*, account: Account, at: datetime) -> dict[str, int]:
    """All that somebody was told, with its e-mails (settings.ON_ERASURE)."""
    Letter.objects.filter(notice__account=account).delete()
    return {"notices": Notice.objects.filter(account=account, at__lte=at).delete()[0]}
