"""Departments that merge: their conversations go on in the new one."""

from collections.abc import Collection
from datetime import datetime

from clinlead.conversations.models import Conversation
from clinlead.organisation.models import Department


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """Whoever leads the new department takes them up; the figures stay with the old."""
    del at
    Conversation.objects.filter(department__in=parts).update(department=department)
