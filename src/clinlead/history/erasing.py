"""Erasing what old entries say, so that the chain still holds and nobody can do it unseen.

The details go, with the salt that sealed them; who did what, when and about whom stays. A new
entry names the entries and holds a digest of what stays of them, which `queries.verify` compares.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from clinlead.history.actions import append, hold_the_chain
from clinlead.history.chain import as_ranges, digest_of_rows
from clinlead.history.models import Entry
from clinlead.history.rows import ACT, ACTS, rows_of

A_CHUNK = 5_000  # entries an act of erasing names; written in well under a second


def erasable(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those that still have details, but for what says that others were erased."""
    return entries.filter(facts__isnull=False).exclude(act__in=ACTS)


def erase_details(
    entries: QuerySet[Entry],
    *,
    because: str,
    by_id: int | None,
    at: datetime,
    about: Iterable[int] = (),
) -> int:
    """Erase what these entries say; how many. In short transactions, each a whole of its own."""
    people, erased = list(about), 0
    while numbers := list(erasable(entries).values_list("number", flat=True)[:A_CHUNK]):
        erase_some(numbers, because=because, by_id=by_id, at=at, about=people)
        erased += len(numbers)
    return erased


@transaction.atomic
def erase_some(
    numbers: list[int],
    *,
    because: str,
    by_id: int | None,
    at: datetime,
    about: Iterable[int],
) -> None:
    hold_the_chain()
    said = digest_of_rows(rows_of(numbers))
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        Entry.objects.filter(number__in=some).update(facts=None, salt="")
    append(
        act=ACT,
        at=at,
        by_id=by_id,
        about=about,
        object_kind="record of acts",
        object_id=f"{min(numbers)}-{max(numbers)}",
        details={"entries": as_ranges(numbers), "left": said, "because": because},
    )
