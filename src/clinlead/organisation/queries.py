"""Reading the organisation."""

from datetime import date

import pyarrow as pa
from django.db.models import QuerySet

from clinlead.organisation.models import ClinicianCode, CodeKind, Department, Person, Post

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
