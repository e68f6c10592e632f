"""Reading tallies: series of units and departments, and unnamed peers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from clinlead.figures.models import Generation, Tally
from clinlead.figures.sums import MonthSums, Sums, bars_of, summed, total
from clinlead.organisation.models import Department, Post, RoleProfile
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
Row = tuple[Any, ...]  # month, complete, then COLUMNS
PLACE = ("tally_month__month", "tally_month__complete")


def tallies(
    wanted: Iterable[Wanted],
    units: Collection[str] | None,
    *,
    first: str | None = None,
    last: str | None = None,
) -> dict[Wanted, ByUnit]:
    """What is shown now, by figure and unit. Without `units`, of everybody."""
    found = tally_rows(wanted, units, first=first, last=last)
    return {figure: by_unit(rows) for figure, rows in found.items()}


def tally_rows(
    wanted: Iterable[Wanted],
    units: Collection[str] | None,
    *,
    first: str | None = None,
    last: str | None = None,
) -> dict[Wanted, list[Row]]:
    """The same as they are kept, oldest month first; one query."""
    found: dict[Wanted, list[Row]] = {each: [] for each in wanted}
    rows = Tally.objects.filter(one_of(found), tally_month__shown=True)
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    if first:
        rows = rows.filter(tally_month__month__gte=first)
    if last:
        rows = rows.filter(tally_month__month__lte=last)
    names = (*("tally_month__measure", "tally_month__version", "tally_month__rule"), *PLACE)
    figures = {(each.measure, each.version, each.rule): found[each] for each in found}
    for row in rows.order_by("tally_month__month").values_list(*names, *COLUMNS):
        figures[row[:3]].append(row[3:])
    return found


def by_unit(rows: Iterable[Row]) -> ByUnit:
    found: ByUnit = {}
    for month, complete, unit, *numbers in rows:
        sums = MonthSums(month=month, complete=complete, sums=sums_of(numbers))
        found.setdefault(unit, []).append(sums)
    return found


def months_in(rows: Iterable[Row]) -> list[MonthSums]:
    """The months of all these rows together: `added_up` for whoever needs no unit of it."""
    months: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        months[row[0]].append(row)
    return [
        MonthSums(
            month=month,
            complete=some[-1][1],
            sums=sums_of_rows([row[3:] for row in some]),
            contributors=sum(bool(row[3]) and is_person(row[2]) for row in some),
        )
        for month, some in sorted(months.items())
    ]


def one_of(wanted: Iterable[Wanted]) -> Q:
    return in_one_of(wanted, "tally_month__")


def in_one_of(wanted: Iterable[Wanted], prefix: str = "") -> Q:
    """Months of any of these figures."""
    found = Q(pk__in=[])
    for each in wanted:
        parts = {"measure": each.measure, "version": each.version, "rule": each.rule}
        found |= Q(**{f"{prefix}{name}": value for name, value in parts.items()})
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


def sums_of_rows(rows: Iterable[Sequence[Any]]) -> Sums:
    """Many rows' columns after the unit, added up without an object for each."""
    *numbers, squared, value, values, bars = zip(*rows, strict=True)
    squares = [None if each is None else int(each) for each in values]
    return summed([*numbers, map(int, squared), value, squares, map(bars_of, bars)])


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
    """Everyone who ever held a post in the department, with the time it was theirs."""
    return membership_among(posts_around(department.code), department)


def posts_around(code: str, *, unlike_on: date | None = None, **also: Exists) -> list[Post]:
    """Every post, anywhere, of everyone who ever held one in this department; one query.

    With a day, each says as `unlike` whether that person's work was then not like colleagues';
    `also` names what else each should say.
    """
    mine = Post.objects.filter(department__code=code)
    found = Post.objects.filter(person_id__in=mine.values("person_id"))
    if unlike_on is not None:
        profiles = RoleProfile.objects.on(unlike_on).filter(person=OuterRef("person"))
        found = found.annotate(unlike=Exists(profiles.filter(comparable=False)))
    ordered = found.annotate(**also).order_by("person__code", "starts_on")
    return list(ordered.select_related("person", "department"))


def unlike_of(posts: Iterable[Post]) -> frozenset[str]:
    """Codes of those of `posts_around` whose work was then not like colleagues'."""
    return frozenset(each.person.code for each in posts if each.unlike)  # type: ignore[attr-defined]


def membership_among(posts: Iterable[Post], department: Department) -> Membership:
    """Somebody who moves counts, in the month of the move, for the department moved to; somebody
    with two posts at once counts for both.
    """
    rows = [(p.person.code, p.starts_on, p.ends_on or date.max, p.department_id) for p in posts]
    here = [(unit, start, end) for unit, start, end, where in rows if where == department.pk]
    elsewhere = [(unit, start, end) for unit, start, end, where in rows if where != department.pk]
    return Membership(
        pool=pool_unit(department.code),
        posts=tuple(here),
        moved_on=frozenset(moves(here, elsewhere)),
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


def department_rows(
    who: Membership, wanted: Iterable[Wanted], *, last: str | None = None
) -> dict[Wanted, list[Row]]:
    """Every kept row of a department's units in the months in which they counted for it."""
    found = tally_rows(wanted, who.units(), last=last)
    people = {m: who.people(m) for m in {row[0] for rows in found.values() for row in rows}}
    return {
        figure: [row for row in rows if row[2] == who.pool or row[2] in people[row[0]]]
        for figure, rows in found.items()
    }


def within(who: Membership, by_unit: ByUnit) -> ByUnit:
    people = {month: who.people(month) for month in {m.month for r in by_unit.values() for m in r}}
    kept = {
        unit: [each for each in rows if unit == who.pool or unit in people[each.month]]
        for unit, rows in by_unit.items()
    }
    return {unit: rows for unit, rows in kept.items() if rows}


def added_up(by_unit: ByUnit) -> list[MonthSums]:
    """A department's own months: everybody's together, and how many people are in each."""
    months: dict[str, list[MonthSums]] = defaultdict(list)
    people: dict[str, int] = defaultdict(int)
    for unit, rows in by_unit.items():
        person = is_person(unit)
        for each in rows:
            months[each.month].append(each)
            people[each.month] += person and bool(each.sums.n)
    return [
        MonthSums(
            month=month,
            complete=months[month][-1].complete,
            sums=total(months[month]),
            contributors=people[month],
        )
        for month in sorted(months)
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


def peers(by_unit: ByUnit, months: Collection[str], *, without: str) -> dict[str, Sums]:
    """Each other person's total over some months: for pages that show them unnamed. No order is
    meant.
    """
    sums = {
        unit: total(each for each in rows if each.month in months)
        for unit, rows in by_unit.items()
        if is_person(unit) and unit != without
    }
    return {unit: each for unit, each in sums.items() if each.n}


def latest_generation() -> Generation | None:
    """The newest that is shown: one being computed, or that failed, says nothing of the figures."""
    return Generation.objects.filter(shown=True).order_by("-pk").first()
