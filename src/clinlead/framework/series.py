"""Months of departments, added up from the tallies of those who are in post today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from clinlead.figures.queries import Row, is_person, sums_of_rows
from clinlead.figures.sums import Sums
from clinlead.organisation.models import Post

Months = dict[str, tuple[Sums, int]]  # month → sums, and how many people are in them
MONTHS = 30  # back from the newest: enough before a start, and no more to add up


def units_by_department(on: date) -> dict[int, set[str]]:
    """Who is in post today: so each series is of the same people throughout."""
    return by_department(Post.objects.on(on).values_list("department_id", "person__code"))


def by_department(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for department, unit in pairs:
        found[department].add(unit)
    return found


def complete(rows: Iterable[Row]) -> list[Row]:
    """Rows of people, of complete months that have records."""
    return [row for row in rows if row[1] and row[3] and is_person(row[2])]


def together(
    rows: Iterable[Row], units: Mapping[int, set[str]], departments: Collection[int]
) -> Months:
    """Some departments' months added up, with how many people are in each."""
    here = {unit for each in departments for unit in units.get(each, ())}
    months: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[2] in here:
            months[row[0]].append(row)
    return {
        month: (sums_of_rows([row[3:] for row in some]), len(some))
        for month, some in sorted(months.items())
    }
