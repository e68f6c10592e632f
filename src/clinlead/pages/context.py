"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def every_page(request: HttpRequest) -> dict:
    """The trust's name, whether it is invented, and who is reading."""
    configuration = settings.CONFIGURATION
    return {
        "trust_name": configuration.trust_name,
        "demonstration": configuration.demonstration,
        "reader": getattr(request, "reader", None),
    }
