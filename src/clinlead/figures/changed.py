"""What changed of a figure when it was computed again, when and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Count, FilteredRelation, Q

from clinlead.figures.models import TallyMonth
from clinlead.figures.queries import COLUMNS, Wanted, sums_of
from clinlead.figures.sums import NOTHING, Sums


@dataclass(frozen=True, kw_only=True)
class Change:
    """A month of a figure that came out differently when it was computed again."""

    month: str
    at: datetime
    cause: str  # models.Cause
    cause_id: str
    before: Sums
    after: Sums


Kept = tuple[int, datetime, str, str]  # a kept month, when and why its generation was made


def changes(units: Collection[str], wanted: Wanted, *, since: str | None = None) -> list[Change]:
    """What changed, when and why, newest first; of several units, their sum. One query."""
    kept = TallyMonth.objects.filter(
        measure=wanted.measure, version=wanted.version, rule=wanted.rule
    )
    if since:
        kept = kept.filter(month__gte=since)
    again = kept.values("month").annotate(times=Count("pk")).filter(times__gt=1).values("month")
    mine = FilteredRelation("tallies", condition=Q(tallies__unit__in=list(units)))
    names = ("generation__made_at", "generation__cause", "generation__cause_id")
    rows = kept.filter(month__in=again).annotate(mine=mine).order_by("month", "generation_id")
    versions: dict[str, dict[int, Kept]] = defaultdict(dict)
    sums: dict[int, Sums] = defaultdict(lambda: NOTHING)
    for pk, month, at, cause, cause_id, unit, *numbers in rows.values_list(
        "pk", "month", *names, *(f"mine__{name}" for name in COLUMNS)
    ):
        versions[month][pk] = (pk, at, cause, cause_id)
        if unit is not None:
            sums[pk] += sums_of(numbers)
    return newest_first({month: list(each.values()) for month, each in versions.items()}, sums)


def newest_first(versions: Mapping[str, list[Kept]], sums: Mapping[int, Sums]) -> list[Change]:
    found = []
    for month, kept in versions.items():
        for (before, *_), (after, at, cause, cause_id) in pairwise(kept):
            if sums[before] != sums[after]:
                found.append(
                    Change(
                        month=month,
                        at=at,
                        cause=cause,
                        cause_id=cause_id,
                        before=sums[before],
                        after=sums[after],
                    )
                )
    return sorted(found, key=lambda each: (each.at, each.month), reverse=True)
