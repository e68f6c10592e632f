"""Departments that merge: their concerns go on in the new one."""

from collections.abc import Collection
from datetime import datetime

from clinlead.concerns.models import Concern
from clinlead.organisation.models import Department


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """Whoever leads the new department takes them up."""
    del at
    Concern.objects.filter(department__in=parts).update(department=department)
