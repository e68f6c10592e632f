"""A department's releases follow another version of a measure, from a month on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.measures.redefinition import MoveFacts, why_not_move
from clinlead.organisation.models import Department


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What rooms above know: whether the version is computed, and what has been released."""

    computed: bool
    released_to: str = ""  # the last month that the department released of this measure


@transaction.atomic
def move_to_version(
    *,
    department: Department,
    measure: MeasureVersion,
    month: str,
    because: str,
    stand: Stand,
    by: Account,
    at: datetime,
) -> DepartmentMeasure:
    """From a month on the department's figures are those of another version; earlier ones stay."""
    using = using_now(department, measure.code, hold=True)
    facts = move_facts(department, measure, using, stand, month)
    refuse_if(why_not_move(reader_of(by, at.date()), facts, because))
    assert using is not None  # the rule above has refused otherwise
    starts = date.fromisoformat(f"{month}-01")
    using.ended_on = starts - timedelta(days=1)
    using.save(update_fields=["ended_on"])
    allowed = read_definition(measure.definition).attribution
    made = DepartmentMeasure.objects.create(
        department=department,
        measure=measure,
        rule=using.rule if using.rule in allowed else allowed[0],
        shown_individually=using.shown_individually,
        decided_on=starts,
        decided_by=by,
        reason=because.strip(),
        order=using.order,
    )
    append(
        act="department moved to another version",
        at=at,
        by_id=by.pk,
        object_kind="department measure",
        object_id=made.pk,
        details={
            "department": department.code,
            "measure": measure.code,
            "from": using.measure.version,
            "to": measure.version,
            "month": month,
            "because": made.reason,
        },
    )
    return made


def using_now(department: Department, code: str, *, hold: bool = False) -> DepartmentMeasure | None:
    """The choice of a measure that no later one ends."""
    rows = DepartmentMeasure.objects.select_related("measure")
    rows = rows.select_for_update(of=("self",)) if hold else rows
    return rows.filter(department=department, measure__code=code, ended_on=None).first()


def move_facts(
    department: Department,
    measure: MeasureVersion,
    using: DepartmentMeasure | None,
    stand: Stand,
    month: str = "",
) -> MoveFacts:
    return MoveFacts(
        department_id=department.pk,
        using=using.measure.version if using else None,
        to=measure.version,
        approved=measure.approved,
        retired=measure.retired_at is not None,
        computed=stand.computed,
        month=month,
        used_since=first_whole_month(using.decided_on) if using else "",
        released_to=stand.released_to,
    )


def first_whole_month(day: date) -> str:
    """The first month that begins on a day or after it."""
    begun = day if day.day == 1 else day.replace(day=28) + timedelta(days=4)
    return f"{begun:%Y-%m}"
