"""What one clinician wrote in this room, whole: for themselves, and for a request of their data."""

from typing import Any

from clinlead.organisation.models import Person
from clinlead.packs.actions import wanted_by
from clinlead.packs.models import Goal, Plan
from clinlead.packs.policies import QUESTIONS


def written_by(person: Person) -> dict[str, Any]:
    """Every plan and goal, those that ended too, and nothing that anybody else wrote."""
    plans = Plan.objects.filter(person=person).select_related("department")
    return {
        "person": person.code,
        "compares with": wanted_by(person),
        "plans": [plan_in_full(each) for each in plans],
        "goals": [goal_in_full(each) for each in Goal.objects.filter(person=person)],
    }


def plan_in_full(plan: Plan) -> dict[str, Any]:
    return {
        "department": plan.department.name,
        "months": [plan.first_month, plan.last_month],
        "answers": dict(zip(QUESTIONS, plan.answers, strict=True)),
        "printed in the pack": plan.shown,
        "written": plan.written_at.isoformat(),
    }


def goal_in_full(goal: Goal) -> dict[str, Any]:
    return {
        "measure": goal.measure,
        "goal": f"{goal.towards} {goal.value.normalize():f}",
        "agreed": goal.agreed,
        "set": goal.set_at.isoformat(),
        "ended": goal.ended_at.isoformat() if goal.ended_at else None,
    }
