"""Breaks of recording: said, withdrawn, and read by every chart of the measure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import DepartmentMeasure, RecordingBreak
from clinlead.measures.policies import (
    Break,
    BreakFacts,
    why_not_record_break,
    why_not_withdraw_break,
)
from clinlead.measures.queries import choice_of
from clinlead.organisation.models import Department

Breaks = Sequence[Break]


@transaction.atomic
def record_break(
    *,
    measure: str,
    department: Department | None,
    on: date,
    reason: str,
    by: Account,
    at: datetime,
) -> RecordingBreak:
    """Say that a measure is recorded in another way from a day on; no department: in the trust."""
    reader = reader_of(by, at.date())
    refuse_if(why_not_record_break(reader, facts_for(measure, department, reader.on), reason))
    made = RecordingBreak.objects.create(
        measure=measure,
        department=department,
        on=on,
        reason=reason.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    noted("break of recording noted", made, by, at, on=on.isoformat(), reason=made.reason)
    return made


@transaction.atomic
def withdraw_break(*, break_id: int, because: str, by: Account, at: datetime) -> RecordingBreak:
    """Take it back with a reason: charts draw it no more, and the list keeps it."""
    found = RecordingBreak.objects.select_for_update(of=("self",)).get(pk=break_id)
    reader = reader_of(by, at.date())
    refuse_if(why_not_withdraw_break(reader, facts_of(found), because))
    found.withdrawn_by, found.withdrawn_at = by, at
    found.withdrawn_because = because.strip()
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    noted("break of recording withdrawn", found, by, at, reason=found.withdrawn_because)
    return found


def noted(act: str, one: RecordingBreak, by: Account, at: datetime, **details: str) -> None:
    place = one.department.code if one.department else ""
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="break of recording",
        object_id=one.pk,
        details={"measure": one.measure, "in": place, **details},
    )


def facts_for(measure: str, department: Department | None, on: date) -> BreakFacts:
    if department is None:
        return BreakFacts(department_id=None)
    used = choice_of(department, measure, on) is not None
    return BreakFacts(department_id=department.pk, used_here=used)


def facts_of(one: RecordingBreak) -> BreakFacts:
    """For withdrawing it: whether the department still uses the measure does not matter."""
    return BreakFacts(department_id=one.department_id, withdrawn=one.withdrawn_at is not None)


def breaks_by_measure(department_id: int | None, measures: Iterable[str]) -> dict[str, Breaks]:
    """What every chart of these measures in a department shows: its own and the trust's."""
    wanted = list(measures)
    rows = RecordingBreak.objects.filter(
        Q(department=None) | Q(department_id=department_id), measure__in=wanted, withdrawn_at=None
    )
    found: dict[str, list[Break]] = {measure: [] for measure in wanted}
    for measure, on, reason in rows.order_by("on", "pk").values_list("measure", "on", "reason"):
        found[measure].append(Break(on=on, reason=reason))
    return dict(found)


def breaks_of(department_id: int | None, measure: str) -> Breaks:
    return breaks_by_measure(department_id, [measure])[measure]


def breaks_of_choices(choices: Iterable[DepartmentMeasure]) -> dict[int, Breaks]:
    """The same for several departments' measures, by choice; one query a department."""
    listed = list(choices)
    by_department = {
        one: breaks_by_measure(one, [c.measure.code for c in listed if c.department_id == one])
        for one in {each.department_id for each in listed}
    }
    return {each.pk: by_department[each.department_id][each.measure.code] for each in listed}
