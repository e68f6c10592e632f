"""What the pages show: words, by whom, when. Never a number beside a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils import timezone

from clinlead.recognition.forms import ShownForm
from clinlead.recognition.models import Contribution, Thanks
from clinlead.recognition.policies import Kind, Shown


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was said of somebody, or that they do."""

    whose: str
    what: str
    words: str
    by: str
    on: date
    until: date | None = None


def lines_of(thanks: Iterable[Thanks], contributions: Iterable[Contribution]) -> list[Line]:
    """Both together, newest first."""
    said = [
        Line(
            whose=one.to.name,
            what="Thanks",
            words=one.words,
            by=str(one.by),
            on=timezone.localdate(one.at),
        )
        for one in thanks
    ]
    does = [
        Line(
            whose=one.person.name,
            what=Kind(one.kind).words,
            words=one.words,
            by="",
            on=one.starts_on,
            until=one.ends_on,
        )
        for one in contributions
    ]
    return sorted([*said, *does], key=lambda line: line.on, reverse=True)


@dataclass(frozen=True)
class Mine:
    """One of my own, with where it is read and the form that says so."""

    one: Thanks | Contribution
    shown: str
    form: forms.Form
    state: str = ""
    colour: str = ""


def mine_of(items: Iterable[Thanks | Contribution]) -> list[Mine]:
    return [
        Mine(
            one,
            Shown(one.shown).words,
            ShownForm(initial={"shown": one.shown}, auto_id=f"{one._meta.model_name}-{one.pk}-%s"),
            *(state_of(one) if isinstance(one, Contribution) else ("", "")),
        )
        for one in items
    ]


def state_of(one: Contribution) -> tuple[str, str]:
    if one.confirmed is None:
        return "waits to be confirmed", "yellow"
    return ("confirmed", "green") if one.confirmed else ("not confirmed", "grey")
