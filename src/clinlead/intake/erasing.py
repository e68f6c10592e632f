"""Erasing what is older than its data set is kept for, by whole months: all of it or nothing.

One commit takes the months out of use (`Erasure`, `queries.first_months`): from then on nothing
reads their rows. Then figures are computed without them and the files go. A run that was killed
is finished by the next, and its rows count for nothing meanwhile.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.computing import compute_again, no_progress
from clinlead.intake.leftovers import erase_leftovers
from clinlead.intake.loading import clear_up, folder
from clinlead.intake.lock import only_one
from clinlead.intake.models import Erasure, RetentionPeriod
from clinlead.intake.queries import first_months, store
from clinlead.intake.retaining import why_not_decide_retention
from clinlead.intake.retention import Due, dues
from clinmeasures.activity.erasing import erase_before, erased_parts, rows_by_month
from clinmeasures.activity.source import Progress

COMPUTED = 0.8  # of the work, when figures are computed again


def erase_due(
    *, at: datetime, by: Account | None = None, progress: Progress = no_progress
) -> list[Erasure]:
    """Erase what has been kept long enough, and finish what a killed run began.

    `by` is None for the calendar and the host. Raises Busy while an extract is being loaded.
    """
    if by is not None:
        refuse_if(why_not_decide_retention(reader_of(by, timezone.localdate(at))))
    with only_one(folder() / "lock"):
        clear_up(at)
        begin(at=at, by=by)
        begun = list(Erasure.objects.filter(done_at=None).order_by("pk"))
        if begun:
            carry_out(begun, at=at, progress=progress)
    return begun


@transaction.atomic
def begin(*, at: datetime, by: Account | None) -> None:
    """The commit: these months count no more. What a killed run took out is out already."""
    unfinished = set(Erasure.objects.filter(done_at=None).values_list("dataset", "first_month"))
    for due, months in would_go(timezone.localdate(at)):
        if (due.dataset, due.first_month) in unfinished:
            continue
        take_out_of_use(due.period, due.first_month, months, at=at, by=by)


def would_go(today: date) -> Iterator[tuple[Due, dict[str, int]]]:
    """What the store holds that has been kept long enough: data set, month, rows."""
    for due in dues(today):
        months = rows_by_month(erased_parts(store(), due.dataset, due.first_month))
        if months:
            yield due, dict(months)


def take_out_of_use(
    period: RetentionPeriod,
    first_month: str,
    months: dict[str, int],
    *,
    at: datetime,
    by: Account | None,
) -> Erasure:
    erasure = Erasure.objects.create(
        dataset=period.dataset,
        first_month=first_month,
        months=months,
        period=period,
        begun_at=at,
        begun_by=by,
    )
    append(
        act="erasure begun",
        at=at,
        by_id=by.pk if by else None,
        object_kind="data set",
        object_id=period.dataset,
        details={"first_month": first_month, "months": months, "years": period.years},
    )
    return erasure


def carry_out(begun: list[Erasure], *, at: datetime, progress: Progress) -> None:
    """Figures without these months, then their end. Files go even where computing fails.

    The erasure is done only when both have come to their end; until then the next run repeats them.
    """

    def computing(share: float, words: str) -> None:
        progress(share * COMPUTED, words)

    try:
        compute_again(at=at, cause="erasure", cause_id=begun[-1].pk, progress=computing)
    finally:
        progress(COMPUTED, "removing the files")
        for erasure in begun:
            erase_before(store(), erasure.dataset, erasure.first_month)
        also = erase_leftovers(first_months())
    finish(begun, also, at=at)
    progress(1.0, "erased")


@transaction.atomic
def finish(begun: list[Erasure], also: dict[str, int], *, at: datetime) -> None:
    for erasure in begun:
        erasure.done_at, erasure.also = at, also
        erasure.save(update_fields=["done_at", "also"])
        append(
            act="records erased",
            at=at,
            by_id=erasure.begun_by_id,
            object_kind="data set",
            object_id=erasure.dataset,
            details={"first_month": erasure.first_month, "rows": erasure.rows, **also},
        )
