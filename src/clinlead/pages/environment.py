"""The Jinja environment of every page."""

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment


def environment(**options) -> Environment:
    """Autoescaping on; addresses and static files by name."""
    made = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.globals.update(static=static, url=reverse)
    return made
