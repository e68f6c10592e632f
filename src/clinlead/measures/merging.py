"""What a department that others merged into measures, and what is watched there."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from clinlead.measures.models import DepartmentMeasure, SafetyMark
from clinlead.organisation.models import Department


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """Carry over what the parts agree on; where they do not, the new department chooses."""
    assert department.opened_on is not None, "a department that others merge into opens on a day"
    carry_choices(department, parts, department.opened_on)
    carry_marks(department, parts, at)


def carry_choices(department: Department, parts: Collection[Department], on: date) -> None:
    """Each measure that a part follows, unless the parts follow it in different ways.

    It is shown for individuals only where every part had decided so.
    """
    running = DepartmentMeasure.objects.filter(department__in=parts, ended_on=None)
    by_code: dict[str, list[DepartmentMeasure]] = defaultdict(list)
    for each in running.select_related("measure"):
        by_code[each.measure.code].append(each)
    DepartmentMeasure.objects.bulk_create(
        DepartmentMeasure(
            department=department,
            measure=some[0].measure,
            rule=some[0].rule,
            shown_individually=len(some) == len(parts) and all(c.shown_individually for c in some),
            decided_on=on,
            reason="Followed by the departments that merged",
            order=min(each.order for each in some),
        )
        for some in by_code.values()
        if len({(each.measure_id, each.rule) for each in some}) == 1
    )


def carry_marks(department: Department, parts: Collection[Department], at: datetime) -> None:
    """What is watched in a part is watched in the new department: safety does not lapse."""
    running = SafetyMark.objects.filter(department__in=parts, ended_at=None)
    watched = {each.measure: each for each in running.order_by("-pk")}
    SafetyMark.objects.bulk_create(
        SafetyMark(
            measure=measure,
            department=department,
            reason=f"Watched before the merger: {mark.reason}",
            marked_by=mark.marked_by,
            marked_at=at,
        )
        for measure, mark in watched.items()
    )


def left_open(department: Department) -> list[str]:
    """Measures that the parts followed in different ways: the new department chooses."""
    parts = DepartmentMeasure.objects.filter(
        department__continued_by=department, ended_on=None
    ).exclude(measure__code__in=department.measures.values("measure__code"))
    return sorted(set(parts.values_list("measure__title", flat=True)))
