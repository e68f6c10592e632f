"""Forgetting entries whose retention period is over, so that the chain still holds.

Of an entry stay its number, day and act, its seal and its link: what was done, to what, by whom and
about whom is gone. A new entry names those that are forgotten and holds a digest of what stays.
What says that others were erased or forgotten stays itself, or nobody could verify it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from clinlead.history.actions import append, hold_the_chain
from clinlead.history.chain import as_ranges, digest_of_rows, numbers_in
from clinlead.history.models import Entry, Subject
from clinlead.history.rows import ACTS, FORGOTTEN, rows_of

A_CHUNK = 5_000  # entries that one act of forgetting names
AT_ONCE = 500  # of them in one statement


def remembered() -> QuerySet[Entry]:
    """Entries that say more than their number, day and act, and can be forgotten."""
    about = Exists(Subject.objects.filter(entry=OuterRef("pk")))
    says = Q(facts__isnull=False) | Q(by__isnull=False) | ~Q(object_kind="") | about
    return Entry.objects.filter(says).exclude(act__in=ACTS)


def forgettable(before: datetime) -> QuerySet[Entry]:
    return remembered().filter(at__lt=before)


def by_month() -> dict[str, int]:
    """Month → entries of it that are not forgotten; oldest first."""
    months = remembered().order_by().annotate(month=TruncMonth("at")).values_list("month")
    return {f"{m:%Y-%m}": n for m, n in months.annotate(n=Count("pk")).order_by("month")}


def forget(before: datetime, *, because: str, by_id: int | None, at: datetime) -> int:
    """Forget all that is older; how many. In short transactions, each a whole of its own."""
    forgotten = 0
    while numbers := some_of(before):
        forget_some(numbers, because=because, by_id=by_id, at=at)
        forgotten += len(numbers)
    return forgotten


def some_of(before: datetime) -> list[int]:
    found = forgettable(before).order_by("number")
    return list(found.values_list("number", flat=True)[:A_CHUNK])


@transaction.atomic
def forget_some(numbers: list[int], *, because: str, by_id: int | None, at: datetime) -> None:
    """One act of forgetting. It answers for what earlier acts named beside these, too."""
    hold_the_chain()
    for start in range(0, len(numbers), AT_ONCE):
        some = Entry.objects.filter(number__in=numbers[start : start + AT_ONCE])
        Subject.objects.filter(entry__in=some).delete()
        some.update(facts=None, salt="", by=None, object_kind="", object_id="")
    named = with_earlier(set(numbers))
    append(
        act=FORGOTTEN,
        at=at,
        by_id=by_id,
        object_kind="record of acts",
        object_id=f"{min(numbers)}-{max(numbers)}",
        details={
            "entries": as_ranges(named),
            "left": digest_of_rows(rows_of(named)),
            "because": because,
            "forgotten": len(numbers),
        },
    )


def with_earlier(numbers: set[int]) -> set[int]:
    """These, with all that an earlier act named which names one of them: its digest holds no more.

    Acts are gone through from the newest: one that is taken in answers for what it took in itself.
    """
    named = set(numbers)
    for act in Entry.objects.filter(act__in=ACTS).order_by("-number"):
        said = set(numbers_in((act.facts or {})["details"]["entries"]))
        if said & named:
            named |= said
    return named
