"""Reading tallies: series of units and departments, unnamed peers, and what changed when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q

from clinlead.figures.models import Generation, Tally, TallyMonth
from clinlead.figures.sums import NOTHING, MonthSums, Sums, bars_of, total
from clinlead.organisation.models import Department, Post
from clinlead.organisation.queries import pool_unit
from clinmeasures.engine.maturity import end_of_month

POOL = "pool:"
UNATTRIBUTED = "unattributed"
NUMBERS = ("n", "numerator", "denominator", "weight", "weight_squared")
COLUMNS = ("unit", *NUMBERS, "value_sum", "value_sum_squared", "histogram")


@dataclass(frozen=True, order=True)
class Wanted:
    """Which figure: a wording of a measure, under a rule."""

    measure: str
    version: int
    rule: str


ByUnit = dict[str, list[MonthSums]]  # oldest month first


def tallies(
    wanted: Iterable[Wanted],
    units: Collection[str] | None,
    *,
    first: str | None = None,
    last: str | None = None,
) -> dict[Wanted, ByUnit]:
    """What is shown now, by figure and unit. Without `units`, of everybody."""
    found: dict[Wanted, ByUnit] = {each: {} for each in wanted}
    rows = Tally.objects.filter(one_of(found), tally_month__shown=True)
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    if first:
        rows = rows.filter(tally_month__month__gte=first)
    if last:
        rows = rows.filter(tally_month__month__lte=last)
    place = [f"tally_month__{name}" for name in ("measure", "version", "rule", "month", "complete")]
    for row in rows.order_by("tally_month__month").values_list(*place, *COLUMNS):
        figure = found[Wanted(*row[:3])]
        month = MonthSums(month=row[3], complete=row[4], sums=sums_of(row[6:]))
        figure.setdefault(row[5], []).append(month)
    return found


def one_of(wanted: Iterable[Wanted]) -> Q:
    found = Q(pk__in=[])
    for each in wanted:
        found |= Q(
            tally_month__measure=each.measure,
            tally_month__version=each.version,
            tally_month__rule=each.rule,
        )
    return found


def sums_of(row: Sequence[Any]) -> Sums:
    """Of the columns after the unit, as they are kept."""
    n, numerator, denominator, weight, squared, value, values, bars = row
    return Sums(
        n=n,
        numerator=numerator,
        denominator=denominator,
        weight=weight,
        weight_squared=int(squared),
        value_sum=value,
        value_sum_squared=None if values is None else int(values),
        histogram=bars_of(bars),
    )


def series(unit: str, wanted: Wanted, **months: str | None) -> list[MonthSums]:
    """One unit's months, oldest first."""
    return tallies([wanted], [unit], **months)[wanted].get(unit, [])


@dataclass(frozen=True)
class Membership:
    """Which units count for a department in which month."""

    pool: str
    posts: tuple[tuple[str, date, date], ...]  # unit, first day, last day in the department
    moved_on: frozenset[tuple[str, str]]  # unit and month that count for a later department

    def people(self, month: str) -> set[str]:
        first, last = date.fromisoformat(f"{month}-01"), end_of_month(month)
        here = {unit for unit, start, end in self.posts if start <= last and end >= first}
        return {unit for unit in here if (unit, month) not in self.moved_on}

    def units(self) -> list[str]:
        return [*dict.fromkeys(unit for unit, _, _ in self.posts), self.pool]

    def counts(self, unit: str, month: str) -> bool:
        return unit == self.pool or unit in self.people(month)


def membership(department: Department) -> Membership:
    """Everyone who ever held a post in the department, with the time it was theirs.

    Somebody who moves counts, in the month of the move, for the department moved to; somebody with
    two posts at once counts for both.
    """
    mine = Post.objects.filter(department=department)
    rows = list(
        Post.objects.filter(person_id__in=mine.values("person_id"))
        .values_list("person__code", "starts_on", "ends_on", "department_id")
        .order_by("person__code", "starts_on")
    )
    posts = [(u, s, e or date.max) for u, s, e, where in rows if where == department.pk]
    elsewhere = [(u, s, e or date.max) for u, s, e, where in rows if where != department.pk]
    return Membership(
        pool=pool_unit(department.code),
        posts=tuple(posts),
        moved_on=frozenset(moves(posts, elsewhere)),
    )


def moves(posts: Iterable[tuple[str, date, date]], elsewhere: Iterable[tuple[str, date, date]]):
    """The month in which a post ended, for whoever began another elsewhere later in that month."""
    begun: dict[str, list[date]] = defaultdict(list)
    for unit, start, _ in elsewhere:
        begun[unit].append(start)
    for unit, _, end in posts:
        if end == date.max:
            continue
        month = f"{end:%Y-%m}"
        if any(end < start and f"{start:%Y-%m}" == month for start in begun[unit]):
            yield unit, month


def department_units(
    department: Department,
    wanted: Iterable[Wanted],
    *,
    who: Membership | None = None,
    first: str | None = None,
    last: str | None = None,
) -> dict[Wanted, ByUnit]:
    """Every unit of a department with the months in which it counted for it; the pool too."""
    who = who or membership(department)
    found = tallies(wanted, who.units(), first=first, last=last)
    return {figure: within(who, by_unit) for figure, by_unit in found.items()}


def within(who: Membership, by_unit: ByUnit) -> ByUnit:
    people = {month: who.people(month) for month in {m.month for r in by_unit.values() for m in r}}
    kept = {
        unit: [each for each in rows if unit == who.pool or unit in people[each.month]]
        for unit, rows in by_unit.items()
    }
    return {unit: rows for unit, rows in kept.items() if rows}


def added_up(by_unit: ByUnit) -> list[MonthSums]:
    """A department's own months: everybody's together, and how many people are in each."""
    sums: dict[str, Sums] = defaultdict(lambda: NOTHING)
    people: dict[str, int] = defaultdict(int)
    complete: dict[str, bool] = {}
    for unit, rows in by_unit.items():
        for each in rows:
            sums[each.month] += each.sums
            people[each.month] += bool(each.sums.n) and is_person(unit)
            complete[each.month] = each.complete
    return [
        MonthSums(month=m, complete=complete[m], sums=sums[m], contributors=people[m])
        for m in sorted(sums)
    ]


def is_person(unit: str) -> bool:
    return unit != UNATTRIBUTED and not unit.startswith(POOL)


def department_series(
    department: Department,
    wanted: Wanted,
    *,
    first: str | None = None,
    last: str | None = None,
) -> list[MonthSums]:
    """The department's months: its people's units (by their dated posts) and its pool."""
    by_unit = department_units(department, [wanted], first=first, last=last)[wanted]
    return added_up(by_unit)


def peers(
    department: Department,
    wanted: Wanted,
    *,
    without: str | None = None,
    who: Membership | None = None,
    first: str | None = None,
    last: str | None = None,
) -> dict[str, Sums]:
    """Each person's total in a department: for pages that show them unnamed. No order is meant."""
    found = department_units(department, [wanted], who=who, first=first, last=last)
    by_unit = found[wanted]
    sums = {unit: total(rows) for unit, rows in by_unit.items() if is_person(unit)}
    return {unit: each for unit, each in sums.items() if unit != without and each.n}


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


def latest_generation() -> Generation | None:
    return Generation.objects.order_by("-pk").first()
