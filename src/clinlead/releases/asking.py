"""A request as it reaches a page: signed in, with what the rules may know of who asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from clinlead.access.models import Account
from clinlead.access.policies import Reader


class Asked(HttpRequest):
    """Every page here is behind the sign-in, and the middleware has put the reader on it."""

    user: Account  # type: ignore[assignment]
    reader: Reader
    htmx: HtmxDetails
