"""Making tokens, and finding out whose one is."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from clinlead.access.models import Account
from clinlead.api.models import Token
from clinlead.history.actions import append

PREFIX = "clinlead_"  # so that a token left in a file can be found and recognised
BYTES = 32


def digest_of(token: str) -> str:
    """Tokens are long and random, so a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_token(*, account: Account, days: int, at: datetime) -> str:
    """A new token for an account. Earlier ones stay in force until they end."""
    token = PREFIX + secrets.token_urlsafe(BYTES)
    made = Token.objects.create(
        account=account,
        digest=digest_of(token),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    append(
        act="token made",
        at=at,
        by_id=account.pk,
        object_kind="token",
        object_id=made.pk,
        details={"days": days},
    )
    return token


@transaction.atomic
def revoke_tokens(*, account: Account, at: datetime) -> int:
    """End every token of an account at once."""
    count = Token.objects.in_force(at).filter(account=account).update(revoked_at=at)
    if count:
        append(
            act="tokens revoked",
            at=at,
            by_id=account.pk,
            object_kind="account",
            object_id=account.pk,
            details={"tokens": count},
        )
    return count


def account_of(token: str, at: datetime) -> Account | None:
    """Whose token this is; None where it is unknown, ended or its account is closed."""
    found = Token.objects.in_force(at).filter(digest=digest_of(token))
    held = found.select_related("account__person").first()
    return held.account if held else None
