"""Writing an outcome’s drivers and change ideas: added and ended, never edited."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.improvement.models import ChangeIdea, Driver
from clinlead.improvement.policies import DriverFacts, why_not_write_drivers
from clinlead.organisation.models import WorkStream
from clinlead.strategy.models import Statement
from clinlead.strategy.policies import State as Stated


def diagram_facts(outcome: Statement, text: str = "words", *, already: bool = False) -> DriverFacts:
    """For the rules: an outcome with no version in force has no department, so nobody writes."""
    now = outcome.wordings.filter(state=Stated.APPROVED).first()
    departments = frozenset(now.departments.values_list("pk", flat=True) if now else ())
    streams = WorkStream.objects.filter(departments__in=departments)
    return DriverFacts(
        departments=departments,
        streams=frozenset(streams.values_list("pk", flat=True)),
        text=text,
        already=already,
    )


@transaction.atomic
def add_driver(*, outcome: Statement, text: str, by: Account, at: datetime) -> Driver:
    text = text.strip()
    there = outcome.drivers.filter(text__iexact=text, ended_at=None).exists()
    facts = diagram_facts(outcome, text, already=there)
    refuse_if(why_not_write_drivers(reader_of(by, at.date()), facts))
    made = Driver.objects.create(outcome=outcome, text=text, added_by=by, added_at=at)
    noted("driver added", outcome, made.text, by, at)
    return made


@transaction.atomic
def add_idea(
    *, driver_id: int, text: str, measure: str = "", by: Account, at: datetime
) -> ChangeIdea:
    driver, text = driver_held(driver_id), text.strip()
    there = driver.ideas.filter(text__iexact=text, ended_at=None).exists()
    facts = diagram_facts(driver.outcome, text, already=there or driver.ended_at is not None)
    refuse_if(why_not_write_drivers(reader_of(by, at.date()), facts))
    made = ChangeIdea.objects.create(
        driver=driver, text=text, measure=measure, added_by=by, added_at=at
    )
    noted("change idea added", driver.outcome, made.text, by, at)
    return made


@transaction.atomic
def end_driver(*, driver_id: int, by: Account, at: datetime) -> Driver:
    """It is no driver any more, and its ideas end with it; that they stood there is kept."""
    found = driver_held(driver_id)
    ended(found, found.outcome, "driver ended", by, at)
    found.ideas.filter(ended_at=None).update(ended_by=by, ended_at=at)
    return found


@transaction.atomic
def end_idea(*, idea_id: int, by: Account, at: datetime) -> ChangeIdea:
    found = idea_held(idea_id)
    ended(found, found.driver.outcome, "change idea ended", by, at)
    return found


def ended(
    found: Driver | ChangeIdea, outcome: Statement, act: str, by: Account, at: datetime
) -> None:
    facts = diagram_facts(outcome, already=found.ended_at is not None)
    refuse_if(why_not_write_drivers(reader_of(by, at.date()), facts))
    found.ended_by, found.ended_at = by, at
    found.save(update_fields=["ended_by", "ended_at"])
    noted(act, outcome, found.text, by, at)


def driver_held(pk: int) -> Driver:
    """One driver, locked until the transaction ends."""
    return Driver.objects.select_for_update(of=("self",)).select_related("outcome").get(pk=pk)


def idea_held(pk: int) -> ChangeIdea:
    rows = ChangeIdea.objects.select_for_update(of=("self",))
    return rows.select_related("driver__outcome").get(pk=pk)


def noted(act: str, outcome: Statement, text: str, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="driver diagram",
        object_id=outcome.code,
        details={"text": text},
    )
