"""Departments that merge: from a day on their posts, codes and streams are the new one's."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal

from clinlead.organisation.models import (
    ClinicianCode,
    Dated,
    Department,
    Division,
    Post,
    WorkStream,
)

Stretch = tuple[Department | None, date, date | None]
WHOLE_TIME = Decimal(1)


def stretches(
    department: Department | None, starts_on: date, ends_on: date | None
) -> Iterator[Stretch]:
    """The parts of a span that are a department's, and those of the ones that continue it.

    Nothing is lost and nothing counts twice: the parts follow each other day by day.
    """
    line = (
        [department, *department.continued_by.order_by("opened_on")]
        if department and department.closed_on
        else [department]
    )
    for number, each in enumerate(line):
        opened = each.opened_on if each and number else None
        first = max(starts_on, opened or starts_on)
        ends = [day for day in (ends_on, each.closed_on if each else None) if day]
        last = min(ends, default=None)
        if last is None or first <= last:
            yield each, first, last


def open_department(
    *, code: str, name: str, division: Division, parts: Collection[Department], on: date
) -> Department:
    """The department that continues these from a day on; they close the day before."""
    specialties = {each.specialty for each in parts}
    made = Department.objects.create(
        code=code,
        name=name,
        division=division,
        specialty=specialties.pop() if len(specialties) == 1 else None,
        opened_on=on,
    )
    earlier = Department.objects.filter(continued_by__in=parts)
    made.continues.add(*parts, *earlier)
    Department.objects.filter(pk__in=[each.pk for each in parts]).update(
        closed_on=on - timedelta(days=1)
    )
    return made


def move_posts(parts: Collection[Department], into: Department, on: date) -> int:
    """Everybody who works in one of the parts on the day works in the new department from it on.

    Somebody with a post in two of them holds one, of as much time together.
    """
    held: dict[tuple[int, date, date | None], Decimal] = defaultdict(Decimal)
    going_on = ending_from(Post.objects.filter(department__in=parts), on)
    for post in going_on:
        span = (post.person_id, max(post.starts_on, on), post.ends_on)
        held[span] += post.whole_time_equivalent
    end_before(going_on, on)
    Post.objects.bulk_create(
        Post(
            person_id=person,
            department=into,
            starts_on=first,
            ends_on=last,
            whole_time_equivalent=min(time, WHOLE_TIME),
        )
        for (person, first, last), time in held.items()
    )
    return len({person for person, _, _ in held})


def move_codes(parts: Collection[Department], into: Department, on: date) -> int:
    """The parts' pools, locums and defaults count for the new department from the day on."""
    going_on = ending_from(ClinicianCode.objects.filter(department__in=parts), on)
    moved = [
        ClinicianCode(
            source=each.source,
            code=each.code,
            kind=each.kind,
            person=each.person,
            department=into,
            starts_on=max(each.starts_on, on),
            ends_on=each.ends_on,
        )
        for each in going_on
    ]
    end_before(going_on, on)
    ClinicianCode.objects.bulk_create(moved)
    return len(moved)


def ending_from(rows, on: date) -> list:
    """Those that hold on the day or later, locked."""
    return [
        each
        for each in rows.select_for_update().order_by("pk")
        if each.ends_on is None or each.ends_on >= on
    ]


def end_before(rows: list[Dated], on: date) -> None:
    """They end the day before; what had not begun by then never did."""
    for each in rows:
        if each.starts_on >= on:
            each.delete()
        else:
            each.ends_on = on - timedelta(days=1)
            each.save(update_fields=["ends_on"])


def join_streams(parts: Collection[Department], into: Department) -> list[WorkStream]:
    """The parts' streams are the new department's too; they stay what the parts took part in."""
    found = list(WorkStream.objects.filter(departments__in=parts).distinct())
    for each in found:
        each.departments.add(into)
    return found
