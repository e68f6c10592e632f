"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest

from clinlead import __version__
from clinlead.pages.navigation import menu


def every_page(request: HttpRequest) -> dict:
    """The trust's name, whether it is invented, who is reading and where they may go."""
    configuration = settings.CONFIGURATION
    reader = signed_in_reader(request)
    return {
        "trust_name": configuration.trust_name,
        "logo": configuration.logo,
        "demonstration": configuration.demonstration,
        "tour": getattr(request, "tour", None) if reader else None,
        "version": __version__,
        "reader": reader,
        "account_name": str(request.user) if reader else "",
        "navigation": menu(reader, request.path),
    }


def signed_in_reader(request: HttpRequest):
    user = getattr(request, "user", None)
    return request.reader if user is not None and user.is_authenticated else None  # type: ignore[attr-defined]
