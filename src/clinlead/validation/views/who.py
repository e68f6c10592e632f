"""Who is asking, typed: every page of this room needs sign-in."""

from typing import cast

from django.http import HttpRequest

from clinlead.access.models import Account
from clinlead.access.policies import Reader


def account(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def reader(request: HttpRequest) -> Reader:
    return cast(Reader, request.reader)  # type: ignore[attr-defined]
