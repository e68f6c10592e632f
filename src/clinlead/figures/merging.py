"""Departments that merged in a month that has figures: what counts for nobody by name moves too."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from clinlead.background.claiming import queue
from clinlead.background.working import Progress
from clinlead.figures.actions import recompute_all
from clinlead.organisation.models import Department

FIGURES = "figures"  # the kind of job


def after_merger(*, department: Department, parts: Collection[Department], at: datetime) -> None:
    """People take their figures along at once; pools, locums and defaults wait to be computed.

    A merger that is still to come needs nothing: the loads of its months know of it.
    """
    assert department.opened_on is not None, "a department that others merge into opens on a day"
    if department.opened_on <= timezone.localdate(at):
        about = f"{len(parts)} departments that merged into {department}"
        queue(FIGURES, department.code, at=at, about=about)


def compute_again(_key: str, at: datetime, progress: Progress) -> str:
    """Every figure, in the background; what came out as it was is kept."""

    def far(done: int, total: int, _what: str) -> None:
        progress(done, total)

    recompute_all(at=at, progress=far)
    return "Figures computed again."
