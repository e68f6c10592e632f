"""Departments that merge: everybody who works there, and who leads them, is told."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.notices.actions import tell
from clinlead.organisation.models import Department, Post


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """On their home pages: which department is theirs from which day."""
    day = department.opened_on
    assert day is not None, "a department that others merge into opens on a day"
    moved = Post.objects.on(day).filter(department=department).values("person_id")
    led = RoleHolding.objects.on(at.date()).filter(role=Role.LEAD, department__in=parts)
    tell(
        Account.objects.filter(Q(person__in=moved) | Q(pk__in=led.values("account_id"))),
        key=f"merger {department.code}",
        words=f"Your department is part of {department} from {day.day} {day:%B %Y}",
        href=f"/departments/{department.code}/",
        at=at,
        by_mail=False,
    )
