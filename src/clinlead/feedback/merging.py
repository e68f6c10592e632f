"""Departments that merge: their feedback goes on in the new one."""

from collections.abc import Collection
from datetime import datetime

from clinlead.feedback.models import Round
from clinlead.organisation.models import Department


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """Whoever leads the new department takes it up."""
    del at
    Round.objects.filter(department__in=parts).update(department=department)
