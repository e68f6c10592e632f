"""Writing PDSA cycles: planned, started, studied, followed, called off, joined, handed over."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.figures.sums import unit_of_figure
from clinlead.history.actions import append
from clinlead.improvement.models import ChangeIdea, Cycle, CycleMember, Decision
from clinlead.improvement.policies import (
    Act,
    PlaceFacts,
    State,
    Towards,
    belongs,
    decides,
    why_not_call_off,
    why_not_change,
    why_not_follow,
    why_not_hand_over,
    why_not_join,
    why_not_leave,
    why_not_plan,
    why_not_share_cycle,
    why_not_start,
    why_not_study,
)
from clinlead.improvement.series import look
from clinlead.improvement.studying import result_of, study_facts
from clinlead.measures.queries import choice_of, read_definition
from clinlead.releases.models import ReleasedFigure

NOT_USED = Refusal(Reason.NOT_AGREED, "The department does not use this measure.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a cycle is to try, and what is expected of it."""

    title: str
    aim: str
    theory: str
    scale: str
    measure: str
    towards: Towards
    predicted: Decimal | None
    starts_on: date
    ends_on: date
    balancing: str = ""
    idea: ChangeIdea | None = None


@transaction.atomic
def plan_cycle(*, decision_id: int, plan: Plan, by: Account, at: datetime) -> Cycle:
    """A first cycle from a decision to improve, or to spread."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    refuse_if(why_not_plan(reader_of(by, at.date()), decision.facts()))
    return planned(decision, plan, by, at, begun=signal_behind(decision))


@transaction.atomic
def follow_cycle(*, cycle_id: int, plan: Plan, by: Account, at: datetime) -> Cycle:
    """The next cycle of a ramp, once the one before is studied."""
    before = held(cycle_id)
    refuse_if(why_not_follow(reader_of(by, at.date()), before.facts()))
    made = planned(before.decision, plan, by, at, parent=before)
    noted("cycle followed by another", before, by, at, next=made.pk)
    return made


def planned(
    decision: Decision,
    plan: Plan,
    by: Account,
    at: datetime,
    *,
    begun: str = "",
    parent: Cycle | None = None,
) -> Cycle:
    made = Cycle(
        decision=decision,
        parent=parent,
        number=parent.number + 1 if parent else 1,
        department_id=decision.department_id,
        stream=decision.stream,
        owner=by,
        planned_by=by,
        planned_at=at,
    )
    written(made, plan, at)
    if begun and begun < made.first_month_after:
        made.signal_from = begun
    made.save()
    CycleMember.objects.create(cycle=made, account=by, joined_at=at)
    noted("cycle planned", made, by, at, **in_the_record(plan))
    return made


def written(cycle: Cycle, plan: Plan, at: datetime) -> None:
    """Puts a plan’s words and number on a cycle that is not saved yet."""
    choice = choice_of(cycle.department, plan.measure, at.date())
    if choice is None:
        raise NotAllowed(NOT_USED)
    if plan.predicted is not None and plan.predicted != cycle.predicted:
        cycle.predicted_at = at
    for name, value in vars(plan).items():
        setattr(cycle, name, value.strip() if isinstance(value, str) else value)
    cycle.version, cycle.rule = choice.measure.version, choice.rule
    cycle.unit = unit_of_figure(read_definition(choice.measure.definition)).name


def signal_behind(decision: Decision) -> str:
    """The first month of the signal that the released figure had; empty where it had none."""
    figures = ReleasedFigure.objects.filter(
        release=decision.release_id,
        measure=decision.measure,
        rule=decision.rule,
        unit=decision.release.team_unit,
    )
    found = figures.values_list("statistics__signals", flat=True).first()
    return min((month for month, _ in found or []), default="")


@transaction.atomic
def change_plan(*, cycle_id: int, plan: Plan, by: Account, at: datetime) -> Cycle:
    """New words for a plan that has not started; the record of acts keeps the ones before."""
    found = held(cycle_id)
    refuse_if(why_not_change(reader_of(by, at.date()), found.facts()))
    written(found, plan, at)
    found.save()
    noted("cycle’s plan changed", found, by, at, **in_the_record(plan))
    return found


@transaction.atomic
def start_cycle(*, cycle_id: int, by: Account, at: datetime) -> Cycle:
    found = held(cycle_id)
    refuse_if(why_not_start(reader_of(by, at.date()), found.facts()))
    found.state, found.started_by, found.started_at = State.RUNNING, by, at
    found.save(update_fields=["state", "started_by", "started_at"])
    noted("cycle started", found, by, at)
    return found


@dataclass(frozen=True, kw_only=True)
class Study:
    """What happened, what was learned, and what follows."""

    happened: str
    learned: str
    act: Act


@transaction.atomic
def study_cycle(*, cycle_id: int, study: Study, by: Account, at: datetime) -> Cycle:
    """Close a cycle: what happened against what was predicted, with the numbers as seen now."""
    found, reader = held(cycle_id), reader_of(by, at.date())
    sight = look(found, reader)
    refuse_if(why_not_study(reader, study_facts(found, sight, study.happened, study.learned)))
    found.result = result_of(found, sight)
    found.happened, found.learned = study.happened.strip(), study.learned.strip()
    found.act, found.state = study.act, State.CLOSED
    found.closed_by, found.closed_at = by, at
    found.save()
    noted("cycle studied", found, by, at, act_on=study.act, result=found.result)
    return found


@transaction.atomic
def call_off(*, cycle_id: int, because: str, by: Account, at: datetime) -> Cycle:
    """Stop without a study; the reason stays."""
    found = held(cycle_id)
    refuse_if(why_not_call_off(reader_of(by, at.date()), found.facts(), because))
    found.called_off_because, found.state = because.strip(), State.CALLED_OFF
    found.closed_by, found.closed_at = by, at
    found.save(update_fields=["called_off_because", "state", "closed_by", "closed_at"])
    noted("cycle called off", found, by, at, because=found.called_off_because)
    return found


@transaction.atomic
def share_cycle(*, cycle_id: int, by: Account, at: datetime) -> Cycle:
    found = held(cycle_id)
    refuse_if(why_not_share_cycle(reader_of(by, at.date()), found.facts()))
    found.shared_by, found.shared_at = by, at
    found.save(update_fields=["shared_by", "shared_at"])
    noted("cycle shared", found, by, at)
    return found


@transaction.atomic
def join_cycle(*, cycle_id: int, by: Account, at: datetime) -> CycleMember:
    found = held(cycle_id)
    refuse_if(why_not_join(reader_of(by, at.date()), found.facts()))
    made = CycleMember.objects.create(cycle=found, account=by, joined_at=at)
    noted("cycle joined", found, by, at)
    return made


@transaction.atomic
def leave_cycle(*, cycle_id: int, by: Account, at: datetime) -> None:
    found = held(cycle_id)
    refuse_if(why_not_leave(reader_of(by, at.date()), found.facts()))
    found.members.filter(account=by, left_at=None).update(left_at=at)
    noted("cycle left", found, by, at)


@transaction.atomic
def hand_over(*, cycle_id: int, to: Account, by: Account, at: datetime) -> Cycle:
    """Somebody else runs the cycle from now on, say because its owner leaves the department."""
    found = held(cycle_id)
    facts = found.facts()
    welcome = works_here(to, facts.place, at.date())
    refuse_if(why_not_hand_over(reader_of(by, at.date()), facts, to_belongs=welcome))
    found.owner = to
    found.save(update_fields=["owner"])
    if to.pk not in facts.place.members:
        CycleMember.objects.create(cycle=found, account=to, joined_at=at)
    noted("cycle handed over", found, by, at, to=to.pk)
    return found


def works_here(account: Account, place: PlaceFacts, on: date) -> bool:
    """Whether somebody works in a department or for a stream on a day."""
    reader = reader_of(account, on)
    return belongs(reader, place) or decides(reader, place)


def held(cycle_id: int) -> Cycle:
    """One cycle, locked until the transaction ends: two people never close it."""
    rows = Cycle.objects.select_for_update(of=("self",))
    related = ("department", "stream", "decision__release__department", "decision__stream")
    return rows.select_related(*related).get(pk=cycle_id)


def in_the_record(plan: Plan) -> dict[str, Any]:
    """A plan as the record of acts keeps it."""
    said = {name: value for name, value in vars(plan).items() if name != "idea"}
    return {name: value if value is None else str(value) for name, value in said.items()}


def noted(act: str, one: Cycle, by: Account, at: datetime, **details: object) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="PDSA cycle",
        object_id=str(one.pk),
        details={"title": one.title, **details},
    )
