"""A clinician's own goal for a measure: theirs to set, to change, to end, and to compare with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.figures.sums import unit_of_figure
from clinlead.history.actions import append
from clinlead.improvement.policies import Towards
from clinlead.organisation.models import Person
from clinlead.packs.models import Goal
from clinlead.packs.policies import why_not_set_goal
from clinmeasures.definitions import Definition


@dataclass(frozen=True, kw_only=True)
class GoalSaid:
    """What a figure is to be, in the measure's own unit, and with whom that was agreed."""

    towards: Towards
    value: Decimal
    agreed: str = ""


@transaction.atomic
def set_goal(*, measure: str, shown: bool, said: GoalSaid, by: Account, at: datetime) -> Goal:
    """One goal a measure: a new one takes the place of the one before, which is kept."""
    refuse_if(why_not_set_goal(reader_of(by, timezone.localdate(at)), shown=shown))
    assert by.person is not None, "whoever has no figures has been refused"
    running(by.person.pk, measure).update(ended_at=at)
    made = Goal.objects.create(
        person=by.person,
        measure=measure,
        towards=said.towards,
        value=said.value,
        agreed=said.agreed.strip(),
        set_at=at,
    )
    noted("goal set", measure, by, at)
    return made


@transaction.atomic
def end_goal(*, measure: str, by: Account, at: datetime) -> None:
    """It is compared with no more; that there is none is no event."""
    if running(by.person_id, measure).update(ended_at=at):
        noted("goal ended", measure, by, at)


def running(person_id: int | None, measure: str):
    return Goal.objects.filter(person=person_id, measure=measure, ended_at=None)


def goals_of(people: Collection[int]) -> Mapping[tuple[int, str], Goal]:
    """Everybody's goals that run, by person and measure; nothing is asked for nobody."""
    found = Goal.objects.filter(person__in=people, ended_at=None) if people else ()
    return {(each.person_id, each.measure): each for each in found}


def changed_at(person: Person) -> datetime | None:
    """When this clinician last set or ended a goal."""
    rows = Goal.objects.filter(person=person).values_list("set_at", "ended_at")
    return max((day for row in rows for day in row if day), default=None)


def goal_words(goal: Goal, definition: Definition) -> str:
    """ "at least 85%, agreed in March": a sentence goes around it."""
    unit = unit_of_figure(definition).name
    number = f"{goal.value.normalize():,f}"
    agreed = f", {goal.agreed}" if goal.agreed else ""
    return f"{goal.towards} {number}{'' if unit == '%' else ' '}{unit}".strip() + agreed


def own_goal(person: Person, definition: Definition) -> str:
    """The goal on one's own figure page; nothing where there is none."""
    found = running(person.pk, definition.code).first()
    return goal_words(found, definition) if found else ""


def noted(act: str, measure: str, by: Account, at: datetime) -> None:
    """Never the number: the record says that something was set, and of what."""
    append(act=act, at=at, by_id=by.pk, object_kind="goal", details={"measure": measure})
