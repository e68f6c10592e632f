"""Safety measures: marked, ended, and read by whatever watches them."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import MeasureVersion, SafetyMark
from clinlead.measures.policies import MarkFacts, why_not_end_safety, why_not_mark_safety
from clinlead.measures.queries import find, read_definition
from clinlead.organisation.models import Department
from clinmeasures.definitions import MeasureKind

SHARES = "shares"  # the rule under which a case is several clinicians'


@transaction.atomic
def mark_safety(
    *, measure: str, department: Department | None, reason: str, by: Account | None, at: datetime
) -> SafetyMark:
    """Say that a measure is watched case by case. Without `by` it is the installation's set-up."""
    if by is not None:
        facts = facts_for(find(measure), department)
        refuse_if(why_not_mark_safety(reader_of(by, at.date()), facts, reason))
    made = SafetyMark.objects.create(
        measure=measure, department=department, reason=reason.strip(), marked_by=by, marked_at=at
    )
    noted("safety measure marked", made, by, at, reason=made.reason)
    return made


@transaction.atomic
def end_safety(*, mark_id: int, because: str, by: Account, at: datetime) -> SafetyMark:
    """Stop watching a measure from now on. Signals that were found stay, and are acknowledged."""
    found = SafetyMark.objects.select_for_update(of=("self",)).get(pk=mark_id)
    facts = MarkFacts(ended=found.ended_at is not None)
    refuse_if(why_not_end_safety(reader_of(by, at.date()), facts, because))
    found.ended_by, found.ended_at, found.ended_because = by, at, because.strip()
    found.save(update_fields=["ended_by", "ended_at", "ended_because"])
    noted("safety measure ended", found, by, at, reason=found.ended_because)
    return found


def noted(act: str, one: SafetyMark, by: Account | None, at: datetime, **details: str) -> None:
    place = one.department.code if one.department else ""
    append(
        act=act,
        at=at,
        by_id=by.pk if by else None,
        object_kind="safety measure",
        object_id=one.pk,
        details={"measure": one.measure, "in": place, **details},
    )


def facts_for(measure: MeasureVersion | None, department: Department | None) -> MarkFacts:
    """For marking it; a measure without approved wording cannot be watched."""
    if measure is None:
        return MarkFacts(yes_or_no=False)
    definition = read_definition(measure.definition)
    running = SafetyMark.objects.filter(measure=measure.code, ended_at=None)
    whole = any(rule != SHARES for rule in definition.attribution)
    return MarkFacts(
        yes_or_no=definition.kind is MeasureKind.PROPORTION and whole,
        lower_is_better=definition.direction == "lower",
        marked=running.filter(department=department).exists(),
    )
