"""The Jinja environment of every page: addresses, static files and words for dates and numbers."""

from pathlib import Path

import nhsuk_frontend_jinja
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script
from jinja2 import ChainableUndefined, Environment

from clinlead import __version__
from clinlead.improvement.loop import around
from clinlead.pages import words

NHS_TEMPLATES = Path(nhsuk_frontend_jinja.__file__).parent / "templates"


def environment(**options) -> Environment:
    """Autoescaping on; addresses and static files by name; the NHS macros under nhsuk/."""
    options["undefined"] = ChainableUndefined  # the NHS macros need it
    options["extensions"] = ["jinja2.ext.i18n"]
    options["loader"].searchpath.append(str(NHS_TEMPLATES))
    made = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=versioned, url=reverse, htmx_script=htmx_script, with_attributes=with_attributes
    )
    made.globals.update(loop_around=around)
    made.filters.update(words.FILTERS)
    return made


def versioned(path: str) -> str:
    """A static file's address, new with every version, so that browsers may keep it."""
    return f"{static(path)}?v={__version__}"


def with_attributes(bound: BoundField, css_class: str, described_by: str = "") -> SafeString:
    """A form field's own widget, dressed: class, and what describes it."""
    attributes: dict[str, str | bool] = {"class": css_class}
    if described_by:
        attributes["aria-describedby"] = described_by
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)
