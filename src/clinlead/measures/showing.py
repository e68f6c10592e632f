"""A department's recorded decision to show a team's measure for one person, or no longer to."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.actions import end_choice
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.policies import ShowingFacts, why_not_decide_showing
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Department


def decisions_of(department: Department, code: str) -> list[DepartmentMeasure]:
    """Every way in which the department used a measure, newest first; one question."""
    used = DepartmentMeasure.objects.filter(department=department, measure__code=code)
    return list(used.select_related("measure", "decided_by__person").order_by("-pk"))


def current_of(department: Department, code: str, on: date) -> DepartmentMeasure | None:
    """How the department uses it today; none where it does not."""
    return next(
        (
            each
            for each in decisions_of(department, code)
            if each.decided_on <= on and (each.ended_on is None or each.ended_on >= on)
        ),
        None,
    )


def facts_for(choice: DepartmentMeasure, *, individually: bool) -> ShowingFacts:
    return ShowingFacts(
        department_id=choice.department_id,
        team_level=read_definition(choice.measure.definition).level == "team",
        shown_individually=choice.shown_individually,
        individually=individually,
    )


@transaction.atomic
def decide_showing(
    *, choice: DepartmentMeasure, individually: bool, reason: str, by: Account, at: datetime
) -> DepartmentMeasure:
    """Record what the department decided: the same measure and rule, shown otherwise from today."""
    facts = facts_for(choice, individually=individually)
    refuse_if(why_not_decide_showing(reader_of(by, at.date()), facts, reason))
    end_choice(choice.department, choice.measure.code, at.date())
    made = DepartmentMeasure.objects.create(
        department=choice.department,
        measure=choice.measure,
        rule=choice.rule,
        shown_individually=individually,
        decided_on=at.date(),
        decided_by=by,
        reason=reason.strip(),
        order=choice.order,
    )
    append(
        act="measure shown for individuals" if individually else "measure shown for the team",
        at=at,
        by_id=by.pk,
        object_kind="department measure",
        object_id=made.pk,
        details={
            "department": choice.department.code,
            "measure": choice.measure.code,
            "reason": made.reason,
        },
    )
    return made
