"""Guided tours: told in tours.toml, every step a real page, its objects found by query."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader
from clinlead.concerns.models import Concern
from clinlead.conversations.models import Conversation
from clinlead.demo.folder import STORIES
from clinlead.intake.models import Load
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Department, Person
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.presenters import waiting
from clinlead.releases.standing import standing

SOURCE = Path(__file__).with_name("tours.toml")
FIRST_MEASURE = "length-of-stay"
Thing = TypeVar("Thing")


class Gone(LookupError):
    """What a step shows is not there any more: a visitor may have dealt with it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of a tour, what it must show, and what to look at."""

    at: str
    see: str
    look: str


@dataclass(frozen=True, kw_only=True)
class Tour:
    """A way through real pages as somebody of the demonstration."""

    code: str
    account: str
    title: str
    about: str
    steps: tuple[Step, ...]


@cache
def tours() -> Mapping[str, Tour]:
    """The tours in the file's order."""
    told = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        code: Tour(code=code, **{**given, "steps": tuple(Step(**step) for step in given["steps"])})
        for code, given in told.items()
    }


def tours_of(login: str) -> list[Tour]:
    return [each for each in tours().values() if each.account == login]


def address_of(step: Step, reader: Reader) -> str:
    """Where a step is for this reader, with what it names found; empty where that is gone."""
    names = [name for _, name, _, _ in Formatter().parse(step.at) if name]
    try:
        return step.at.format(**{name: FOUND[name](reader) for name in names})
    except Gone:
        return ""


def department(reader: Reader) -> Department:
    """The reader's own; for whoever has none, the first that has released."""
    mine = reader.leads or reader.departments or holds(reader)
    out = Release.objects.filter(state=ReleaseState.RELEASED).values("department_id")
    places = Department.objects.order_by("code")
    near = places.filter(pk__in=mine or reader.chief_of)
    found = near.filter(pk__in=out).first() or near.first() or places.filter(pk__in=out).first()
    return there(found or places.first())


def holds(reader: Reader) -> frozenset[int]:
    """Departments in which the reader holds a role."""
    held = RoleHolding.objects.on(reader.on).filter(account_id=reader.account_id)
    return frozenset(each for each in held.values_list("department_id", flat=True) if each)


def release(reader: Reader, state: str) -> Release:
    here = Release.objects.filter(department=department(reader), state=state)
    return there(here.select_related("department").order_by("-last_month", "-edition").first())


def bench(reader: Reader) -> str:
    """A figure that waits for the reader's words; once none does, any of the quarter."""
    now = standing(release(reader, ReleaseState.PREPARING), timezone.localdate())
    key = there(next(iter([*waiting(now, reader), *now.seen_by(reader)]), None)).key
    return f"figures/{'/'.join(key)}/"


def measure(reader: Reader) -> str:
    """Length of stay, where the department uses it; else the first measure shown for a person."""
    used = DepartmentMeasure.objects.filter(department=department(reader), ended_on=None)
    codes = list(used.order_by("order").values_list("measure__code", flat=True))
    return FIRST_MEASURE if FIRST_MEASURE in codes else there(next(iter(codes), None))


def colleague(reader: Reader) -> str:
    """Somebody of the department whom a story is about; else anybody there but the reader."""
    here = Person.objects.filter(posts__department=department(reader)).exclude(
        pk=reader.person_id or 0
    )
    told = [story["person"] for story in stories() if story["person"]]
    of_story = here.filter(code__in=told).exclude(account__username="clinician")
    found = of_story.order_by("code").first() or here.order_by("code").first()
    return there(found).code


def month(_reader: Reader) -> str:
    """The misfiled month as the records' filter; every month where no story is told."""
    told = [story for story in stories() if story["code"] == "misfiled-month"]
    if not told:
        return ""
    first = date.fromisoformat(told[0]["starts_on"])
    return f"?from={first:%Y-%m}&to={first:%Y-%m}"


def conversation(reader: Reader) -> int:
    """The newest of the reader's with somebody about a figure; else with anybody."""
    mine = Conversation.objects.filter(department__in=reader.leads).exclude(person=reader.person_id)
    return there(mine.filter(figure__isnull=False).first() or mine.first()).pk


def concern(reader: Reader) -> int:
    return there(Concern.objects.filter(department__in=reader.leads).first()).pk


def load(_reader: Reader) -> int:
    return there(Load.objects.first()).number


def stories() -> list[dict[str, str]]:
    file = settings.CONFIGURATION.data_dir / STORIES
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def there(found: Thing | None) -> Thing:
    if found is None:
        raise Gone
    return found


FOUND: Mapping[str, Callable[[Reader], object]] = {
    "department": lambda reader: department(reader).code,
    "quarter": lambda reader: release(reader, ReleaseState.PREPARING).pk,
    "release": lambda reader: release(reader, ReleaseState.RELEASED).pk,
    "bench": bench,
    "measure": measure,
    "colleague": colleague,
    "month": month,
    "conversation": conversation,
    "concern": concern,
    "load": load,
}
