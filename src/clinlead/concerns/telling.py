"""Telling those in a concern, and the record of acts: never with a word of the case."""

from collections.abc import Iterable
from datetime import datetime

from clinlead.access.models import Account
from clinlead.concerns.models import Concern
from clinlead.concerns.queries import owners_accounts
from clinlead.history.actions import append
from clinlead.notices.actions import tell


def tell_owner(concern: Concern, key: str, at: datetime) -> None:
    """The clinician, at every step; the notice says nothing of what."""
    told(
        concern, owners_accounts(concern), key, "There is something for you to read and answer", at
    )


def tell_seats(concern: Concern, key: str, at: datetime, *, but: Account) -> None:
    """Everybody in it besides the clinician and whoever acted."""
    seats = concern.seats.filter(left_at=None).select_related("account")
    others = [one.account for one in seats if one.account_id != but.pk]
    told(concern, others, key, "There is something new for you to read", at)


def told(
    concern: Concern,
    accounts: Iterable[Account],
    key: str,
    words: str,
    at: datetime,
    *,
    urgent: bool = False,
) -> None:
    href = concern.get_absolute_url()
    tell(accounts, key=f"concern {key}", words=words, href=href, at=at, urgent=urgent)


def noted(act: str, concern: Concern, by: Account, at: datetime, **details: object) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[concern.person_id],
        object_kind="concern",
        object_id=concern.pk,
        details=details,
    )
