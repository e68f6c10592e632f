"""Whose turn it is in a concern, as home pages ask it: cheaply, and without a word of the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from clinlead.access.deciding import Offices
from clinlead.access.policies import OwnerFacts, Reader, Role
from clinlead.concerns.facts import CALLED_IN, CALLS_IN, WORKS_ON, Part, State, StepKind
from clinlead.concerns.models import BypassUsed, Concern, Note, RouteStep, SeatHeld
from clinlead.concerns.offices import place_of
from clinlead.concerns.policies import TAKEN_UP, in_charge_of, why_not_hold

REVIEW = "Review a patient-safety bypass that somebody used"
TAKE_UP = "Take up a concern: whoever had it has left the office"


@dataclass(frozen=True)
class Turn:
    """It is this person's turn in a concern: to answer, to take a step, or to decide who does."""

    address: str
    what: str
    until: date | None = None  # for an answer: at least this day


def turns(reader: Reader, offices: Offices | None = None) -> list[Turn]:
    """Open concerns in which it is this person's turn; two questions."""
    there = offices or Offices(reader.on)
    seats = [list(these) for _, these in groupby(going_on(reader), lambda one: one.concern_id)]
    found = (turn_of(these, there, reader) for these in seats)
    return [one for one in found if one is not None]


def going_on(reader: Reader) -> QuerySet[SeatHeld]:
    """Every seat of each open concern that this person has one in, that is about them, or that
    they could have to take up.
    """
    mine = Q(seats__account=reader.account_id, seats__left_at=None)
    mine |= Q(department__in=reader.leads | reader.chief_of)
    if reader.has(Role.DIRECTOR):
        mine |= Q(pk__gt=0)
    if reader.person_id is not None:
        mine |= Q(person=reader.person_id)
    near = Concern.objects.filter(mine, state=State.OPEN)
    step = RouteStep.objects.filter(
        route=OuterRef("concern__route"), order=OuterRef("concern__step")
    )
    said = Note.objects.filter(
        concern=OuterRef("concern"),
        by__person=OuterRef("concern__person"),
        at__gte=OuterRef("concern__told_at"),
    )
    bypass = BypassUsed.objects.filter(concern=OuterRef("concern"), reviewed_at=None)
    found = SeatHeld.objects.filter(concern__in=near.values("pk"), left_at=None)
    return (
        found.annotate(
            kind=Subquery(step.values("kind")[:1]),
            answered=Exists(said),
            bypass_by=Subquery(bypass.values("by")[:1]),
            answer_days=F("concern__route__answer_days"),
        )
        .select_related("concern__department")
        .order_by("concern")
    )


def turn_of(seats: Sequence[SeatHeld], offices: Offices, reader: Reader) -> Turn | None:
    """Leave makes the day to answer by later than this; the page of the concern knows.

    Whoever left the office that their seat belongs to is asked for nothing.
    """
    concern, first = seats[0].concern, seats[0]
    owner = offices.owner_in(*place_of(concern))
    days = timedelta(days=first.answer_days)  # type: ignore[attr-defined]
    until = timezone.localdate(concern.told_at) + days
    waits = not first.answered and reader.on <= until  # type: ignore[attr-defined]
    address = concern.get_absolute_url()
    if concern.person_id == reader.person_id:
        return Turn(address, "Read, and answer if you wish", until) if waits else None
    used_by = first.bypass_by  # type: ignore[attr-defined]
    if used_by not in {None, reader.account_id} and not why_not_hold(reader, Part.SECOND, owner):
        return Turn(address, REVIEW)
    if left_to(reader, seats, owner, offices):
        return Turn(address, TAKE_UP)
    sits = {Part(one.part) for one in seats if one.account_id == reader.account_id}
    mine = {part for part in sits if why_not_hold(reader, part, owner) is None}
    kind = first.kind  # type: ignore[attr-defined]
    filled = {Part(one.part) for one in seats}
    what = "" if waits else turn_at(StepKind(kind) if kind else None, mine, filled)
    return Turn(address, what) if what else None


def left_to(reader: Reader, seats: Sequence[SeatHeld], owner: OwnerFacts, offices: Offices) -> bool:
    """Whether a seat waits for this person: whoever had it left the office that they hold now."""
    department = seats[0].concern.department
    for part in TAKEN_UP:
        had = [one.account_id for one in seats if one.part == part]
        stay = (offices.holder(one, department) for one in had)
        filled = any(why_not_hold(one, part, owner) is None for one in stay)
        if had and not filled and why_not_hold(reader, part, owner) is None:
            return True
    return False


def turn_at(kind: StepKind | None, mine: set[Part], filled: set[Part]) -> str:
    """What is to be done at a step by whoever has these seats; nothing where others do it."""
    if kind is None:
        return "Close a concern, or hand it over" if mine & in_charge_of(filled) else ""
    if kind in CALLED_IN and CALLED_IN[kind] not in filled:
        return "Close a concern, or bring somebody in" if CALLS_IN[kind] in mine else ""
    return "Take the next step of a concern" if mine & WORKS_ON[kind] else ""
