"""Changing the organisation: its plan from a file, its people from the workforce extract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from clinlead.history.actions import append
from clinlead.organisation.merging import stretches
from clinlead.organisation.models import (
    ClinicianCode,
    CodeKind,
    Department,
    Division,
    Person,
    Post,
    Specialty,
)
from clinlead.organisation.plan import CodeLine, DepartmentLine, Plan

NOT_YET_PLACED = ("not-yet-placed", "Not yet placed in a division")


@dataclass
class Outcome:
    """What a change of the organisation did, for the person who asked for it."""

    departments_added: int = 0
    people_added: int = 0
    posts_added: int = 0
    posts_changed: int = 0
    codes_added: int = 0

    def in_words(self) -> str:
        parts = [f"{count} {name.replace('_', ' ')}" for name, count in vars(self).items() if count]
        return ", ".join(parts) or "nothing changed"


@transaction.atomic
def apply_plan(*, plan: Plan, at: datetime, by_id: int | None) -> Outcome:
    """Add or rename the parts of the trust; nothing that exists is removed."""
    outcome = Outcome()
    for division in plan.divisions:
        Division.objects.update_or_create(code=division.code, defaults={"name": division.name})
    for department in plan.departments:
        outcome.departments_added += place_department(department)
    for code in plan.codes:
        outcome.codes_added += add_code(code)
    append(act="organisation changed", at=at, by_id=by_id, details=vars(outcome))
    return outcome


def place_department(line: DepartmentLine) -> bool:
    specialty = None
    if line.specialty:
        specialty, _ = Specialty.objects.get_or_create(
            code=slugify(line.specialty), defaults={"name": line.specialty}
        )
    _, added = Department.objects.update_or_create(
        code=line.code,
        defaults={
            "name": line.name,
            "division": Division.objects.get(code=line.division),
            "specialty": specialty,
        },
    )
    return added


def add_code(line: CodeLine) -> bool:
    """A source's code for a person, or for a department's pool, from a day on."""
    person = (
        Person.objects.get_or_create(code=line.person, defaults={"name": line.person})[0]
        if (line.person)
        else None
    )
    department = Department.objects.get(code=line.department) if line.department else None
    added = [
        ClinicianCode.objects.update_or_create(
            code=line.code,
            source=line.source,
            starts_on=starts_on,
            defaults={
                "kind": line.kind,
                "person": person,
                "department": where,
                "ends_on": ends_on,
            },
        )[1]
        for where, starts_on, ends_on in stretches(department, line.starts_on, line.ends_on)
    ]
    return any(added)


@transaction.atomic
def apply_workforce(
    *, rows: Iterable[Mapping[str, Any]], at: datetime, by_id: int | None
) -> Outcome:
    """People and their posts from the workforce data set (its columns; dates as dates).

    A person's own code becomes a clinician code unless the code is already somebody's, or a
    pool's: a pooled, default or locum code never becomes a person.
    """
    outcome = Outcome()
    for row in rows:
        place_person(row, outcome)
    append(act="workforce applied", at=at, by_id=by_id, details=vars(outcome))
    return outcome


def place_person(row: Mapping[str, Any], outcome: Outcome) -> None:
    code = str(row["person_code"])
    if ClinicianCode.objects.filter(code=code).exclude(kind=CodeKind.PERSON).exists():
        return
    person = known_person(code, row, outcome)
    starts_on = row["from"]
    if not ClinicianCode.objects.filter(code=code).exists():
        ClinicianCode.objects.create(code=code, person=person, starts_on=starts_on)
        outcome.codes_added += 1
    if row.get("department"):
        place_post(person, row, outcome)


def known_person(code: str, row: Mapping[str, Any], outcome: Outcome) -> Person:
    said = {field: str(row[field]) for field in ("name", "grade") if row.get(field)}
    holder = ClinicianCode.objects.filter(code=code, kind=CodeKind.PERSON).first()
    if holder and holder.person:
        Person.objects.filter(pk=holder.person.pk).update(**said)
        return holder.person
    person, added = Person.objects.update_or_create(
        code=slugify(code).upper() or code, defaults={"name": code, **said}
    )
    outcome.people_added += added
    return person


def place_post(person: Person, row: Mapping[str, Any], outcome: Outcome) -> None:
    """Where the department has merged since, the post goes on in the one that continues it."""
    department = known_department(str(row["department"]), outcome)
    for where, starts_on, ends_on in stretches(department, row["from"], row.get("to")):
        _, added = Post.objects.update_or_create(
            person=person,
            department=where,
            starts_on=starts_on,
            defaults={
                "ends_on": ends_on,
                "whole_time_equivalent": row.get("whole_time_equivalent") or 1,
            },
        )
        outcome.posts_added += added
        outcome.posts_changed += not added


def known_department(said: str, outcome: Outcome) -> Department:
    """By code or by name; one never heard of is added, outside every division, to be placed."""
    found = (
        Department.objects.filter(code=said).first()
        or Department.objects.filter(name__iexact=said).first()
    )
    if found:
        return found
    division, _ = Division.objects.get_or_create(
        code=NOT_YET_PLACED[0], defaults={"name": NOT_YET_PLACED[1]}
    )
    outcome.departments_added += 1
    return Department.objects.create(code=slugify(said)[:50], name=said, division=division)


class ProfileTooEarly(ValueError):
    """A profile was to begin before the one it follows."""

    def __init__(self, latest: date) -> None:
        self.latest = latest
        super().__init__(f"the present profile begins on {latest}; a new one cannot begin before")


@transaction.atomic
def record_profile(*, person: Person, starts_on: date, by_id: int, at: datetime, **profile) -> None:
    """A clinician's role, workload and skill mix from a day on; the one before ends.

    Written again for the same day it replaces what was written; the record of acts keeps both.
    """
    latest = person.profiles.select_for_update().order_by("-starts_on").first()
    if latest is not None and starts_on < latest.starts_on:
        raise ProfileTooEarly(latest.starts_on)
    person.profiles.filter(ends_on=None).exclude(starts_on=starts_on).update(
        ends_on=starts_on - timedelta(days=1)
    )
    person.profiles.update_or_create(starts_on=starts_on, defaults=profile)
    append(
        act="role profile recorded",
        at=at,
        by_id=by_id,
        about=[person.pk],
        object_kind="person",
        object_id=person.code,
        details={"from": starts_on.isoformat(), **profile},
    )
