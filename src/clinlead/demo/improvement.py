"""What the invented trust decided, tries and has learned: through the same actions, by who may."""

import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.demo.trust.plan import months_before
from clinlead.improvement.actions import (
    Decided,
    Plan,
    Study,
    add_driver,
    add_idea,
    call_off,
    decide,
    follow_cycle,
    join_cycle,
    plan_cycle,
    share_cycle,
    share_decision,
    start_cycle,
    study_cycle,
)
from clinlead.improvement.models import ChangeIdea, Cycle, Decision
from clinlead.improvement.policies import LEAST_MONTHS, Act, Kind, Towards
from clinlead.organisation.models import Department, WorkStream
from clinlead.releases.models import Release
from clinlead.releases.queries import latest_release
from clinlead.strategy.models import Statement
from clinlead.strategy.policies import Kind as Stated
from clinlead.strategy.queries import in_force

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "improvement.toml"
DECIDED = 11  # days after the extract was cut; the day before the open quarter begins
LATER = timedelta(days=120)  # what begins now is studied then
JOIN = ("clinician", "peer", "wardstaff")  # the running cycle


def decide_and_improve(making: "Making") -> None:
    """Drivers first, then decisions from the releases, then the cycles they started."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    draw(said["diagram"], making.on_day(DECIDED, 9))
    made = [one for one in said["decision"] if decided(one, making.on_day(DECIDED, 11))]
    assert made or not Release.objects.exists(), "no decision of the demonstration has its release"
    cycles: dict[str, Cycle] = {}
    for one in said["cycle"]:
        try_out(making, one, cycles)


def draw(diagrams: dict[str, dict[str, list[list[str]]]], at: datetime) -> None:
    """Each outcome’s drivers and ideas, by the first of its departments’ clinical directors."""
    stated = {one.statement.code: one for one in in_force(Stated.OUTCOME)}
    for code, drivers in diagrams.items():
        if code not in stated:
            continue
        first = stated[code].departments.order_by("code")[0]
        by = leads_of(first, at.date())[0]
        for text, ideas in drivers.items():
            draw_driver(stated[code].statement, text, ideas, by, at)


def draw_driver(
    outcome: Statement, text: str, ideas: list[list[str]], by: Account, at: datetime
) -> None:
    driver = add_driver(outcome=outcome, text=text, by=by, at=at)
    for words, measure in ideas:
        add_idea(driver_id=driver.pk, text=words, measure=measure, by=by, at=at)


def decided(said: dict[str, Any], at: datetime) -> Decision | None:
    """One decision by the clinical director; None where the department has no such figure out."""
    department = Department.objects.filter(code=said["department"]).first()
    release = latest_release(department) if department else None
    if release is None or not release.figures.filter(measure=said["measure"]).exists():
        return None
    by = leads_of(release.department, at.date())[0]
    words = Decided(
        measure=said["measure"],
        kind=Kind(said["kind"]),
        because=said["because"],
        stream=WorkStream.objects.filter(name=said.get("stream", "")).first(),
    )
    made = decide(release_id=release.pk, said=words, by=by, at=at)
    if said.get("shared"):
        share_decision(decision_id=made.pk, by=by, at=at)
    return made


def try_out(making: "Making", said: dict[str, Any], cycles: dict[str, Cycle]) -> None:
    """A cycle planned and started; then studied, called off or left running for the visitor."""
    at = making.on_day(DECIDED, 12)
    decision = Decision.objects.filter(
        department__code=said["department"],
        measure=said["measure"],
        kind__in=[Kind.IMPROVE, Kind.SPREAD],
    ).first()
    if decision is None or too_short(making, said):
        return
    by, plan = decision.by, plan_of(making, said, at)
    before = cycles.get(said.get("after", ""))
    if before is None:
        made = plan_cycle(decision_id=decision.pk, plan=plan, by=by, at=at)
    else:
        made = follow_cycle(cycle_id=before.pk, plan=plan, by=by, at=at)
    cycles[said["code"]] = made
    if "called_off" in said:
        call_off(cycle_id=made.pk, because=said["called_off"], by=by, at=at)
        return
    start_cycle(cycle_id=made.pk, by=by, at=at)
    if "act" in said:
        finish(made, said, by, at)
    else:
        take_part(made, at)


def too_short(making: "Making", said: dict[str, Any]) -> bool:
    """Whether a small trust’s data begins too late for this cycle to have a before."""
    return said.get("begins", 0) > making.plan.months - LEAST_MONTHS


def plan_of(making: "Making", said: dict[str, Any], at: datetime) -> Plan:
    starts_on, ends_on = days_of(making, said, timezone.localdate(at))
    return Plan(
        **{name: said[name] for name in ("title", "aim", "theory", "scale", "measure")},
        towards=Towards(said["towards"]),
        predicted=Decimal(str(said["predicted"])),
        balancing=said.get("balancing", ""),
        idea=ChangeIdea.objects.filter(text=said.get("idea", "")).first(),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def days_of(making: "Making", said: dict[str, Any], today: date) -> tuple[date, date]:
    """Told in months before the end of the data; else from today on."""
    if "begins" not in said:
        return today, today + LATER
    first, last = (months_before(making.plan.end, said[name]) for name in ("begins", "study"))
    return first, last - timedelta(days=1)


def finish(cycle: Cycle, said: dict[str, Any], by: Account, at: datetime) -> None:
    study = Study(happened=said["happened"], learned=said["learned"], act=Act(said["act"]))
    study_cycle(cycle_id=cycle.pk, study=study, by=by, at=at)
    if said.get("shared"):
        share_cycle(cycle_id=cycle.pk, by=by, at=at)


def take_part(cycle: Cycle, at: datetime) -> None:
    """Colleagues and the ward join what is running."""
    for account in Account.objects.filter(username__in=JOIN):
        join_cycle(cycle_id=cycle.pk, by=account, at=at)
