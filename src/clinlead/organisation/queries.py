"""Reading the organisation."""

from collections.abc import Collection, Iterable
from datetime import date

import pyarrow as pa
from django.db.models import QuerySet

from clinlead.organisation.models import (
    ClinicianCode,
    CodeKind,
    Department,
    Person,
    Post,
    RoleProfile,
)

UNATTRIBUTED = "unattributed"
CODES_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("unit", pa.string()),
    ]
)


def members_of(department: Department, first: date, last: date) -> QuerySet[Person]:
    """Everyone who held a post in the department at some time between two days."""
    posts = Post.objects.between(first, last).filter(department=department)
    return Person.objects.filter(pk__in=posts.values("person_id")).order_by("name")


def departments_of(person_id: int, on: date) -> QuerySet[Department]:
    posts = Post.objects.on(on).filter(person_id=person_id)
    return Department.objects.filter(pk__in=posts.values("department_id"))


def profiles_among(codes: Collection[str], *days: date) -> dict[str, RoleProfile]:
    """By person's code, the profile that held on any of these days; one query.

    Of several, one that forbids comparing goes before the others, else the newest.
    """
    held = [RoleProfile.objects.on(day).filter(person__code__in=list(codes)) for day in days]
    found = held[0]
    for other in held[1:]:
        found = found | other
    rows = found.select_related("person").order_by("-comparable", "starts_on", "pk")
    return {row.person.code: row for row in rows}


def unlike_among(profiles: Iterable[RoleProfile]) -> frozenset[str]:
    """Codes of those whose work is not like their colleagues'."""
    return frozenset(each.person.code for each in profiles if not each.comparable)


def unlike_on(day: date) -> frozenset[str]:
    """Codes of everybody in the trust whose work was then not like their colleagues'."""
    rows = RoleProfile.objects.on(day).filter(comparable=False)
    return frozenset(rows.values_list("person__code", flat=True))


def pool_unit(department_code: str) -> str:
    """The unit of a department's default, pooled and locum codes: never a person."""
    return f"pool:{department_code}"


def units_of(department: Department, first: date, last: date) -> list[str]:
    """The units whose tallies add up to the department's."""
    people = members_of(department, first, last).values_list("code", flat=True)
    return [*people, pool_unit(department.code)]


def codes_table(source: str = "") -> pa.Table:
    """Source codes to units, dated, as the engine wants them."""
    rows = ClinicianCode.objects.filter(source__in=["", source]).values_list(
        "code", "starts_on", "ends_on", "kind", "person__code", "department__code"
    )
    dated = [(c, s, e, unit_of(k, p, d)) for c, s, e, k, p, d in rows]
    named = [dict(zip(CODES_SCHEMA.names, row, strict=True)) for row in dated]
    return pa.Table.from_pylist(named, schema=CODES_SCHEMA)


def personal_codes(source: str) -> list[ClinicianCode]:
    """Every code of a person in a source, dated; no pool's and nobody's."""
    return list(ClinicianCode.objects.filter(source__in=["", source], kind=CodeKind.PERSON))


def unit_of(kind: str, person_code: str | None, department_code: str | None) -> str:
    if kind == CodeKind.PERSON and person_code:
        return person_code
    return pool_unit(department_code) if department_code else UNATTRIBUTED
