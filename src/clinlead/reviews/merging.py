"""Departments that merge: their reviews go on in the new one."""

from collections.abc import Collection
from datetime import datetime

from clinlead.organisation.models import Department
from clinlead.reviews.facts import State
from clinlead.reviews.models import Review


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """Whoever leads the new department takes them up.

    Of somebody with a review in several of the parts, the one begun first goes on; the others stay
    where they were, for the clinician to read and close.
    """
    del at
    here = Review.objects.filter(department__in=parts)
    running = dict(here.filter(state=State.OPEN).order_by("-begun_at").values_list("person", "pk"))
    here.exclude(state=State.OPEN).update(department=department)
    Review.objects.filter(pk__in=running.values()).update(department=department)
