"""What changed of a figure when it was computed again, when and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from clinlead.figures.models import Tally, TallyMonth
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
    """What changed, when and why, newest first; of several units, their sum."""
    months = TallyMonth.objects.filter(
        measure=wanted.measure, version=wanted.version, rule=wanted.rule
    )
    if since:
        months = months.filter(month__gte=since)
    made = ("generation__made_at", "generation__cause", "generation__cause_id")
    seen = months.order_by("month", "generation_id").values_list("pk", "month", *made)
    versions: dict[str, list[Kept]] = defaultdict(list)
    for pk, month, *why in seen:
        versions[month].append((pk, *why))
    several = {month: each for month, each in versions.items() if len(each) > 1}
    sums = sums_in([each[0] for kept in several.values() for each in kept], units)
    return newest_first(several, sums)


def sums_in(tally_months: Sequence[int], units: Collection[str]) -> Mapping[int, Sums]:
    """What these units add up to in each kept month, shown or not."""
    rows = Tally.objects.filter(tally_month__in=tally_months, unit__in=list(units))
    found: dict[int, Sums] = defaultdict(lambda: NOTHING)
    for row in rows.values_list("tally_month_id", *COLUMNS):
        found[row[0]] += sums_of(row[2:])
    return found


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
