"""Fills in the invented organisation: its parts, people, posts, codes, roles and accounts."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from clinlead.access.actions import grant_role
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.demo.folder import read_rows
from clinlead.organisation.actions import apply_plan, apply_workforce, record_profile
from clinlead.organisation.models import Department, Division, Person
from clinlead.organisation.plan import parse_plan

PASSWORD = "demo"  # noqa: S105 the demonstration listens on this machine only
HEART_FAILURE = {
    "role": "Consultant cardiologist, heart failure service",
    "skill_mix": "Takes most patients admitted with heart failure.",
    "caveat": "Looks after older patients with heart failure, who stay longer than others here.",
}
NEWCOMER = {
    "role": "Consultant cardiologist, in post for two months",
    "workload": "Building up a practice: few patients so far.",
}
PROFILES = {"heart-failure-service": HEART_FAILURE, "too-few": NEWCOMER}


@transaction.atomic
def make_organisation(directory: Path, *, at: datetime) -> None:
    """Divisions, departments, dated codes and posts, and everyone who works here."""
    file = directory / "trust" / "organisation" / "trust.toml"
    apply_plan(plan=parse_plan(file.read_text(encoding="utf-8"), file.name), at=at, by_id=None)
    apply_workforce(rows=post_rows(directory), at=at, by_id=None)
    known = set(Person.objects.values_list("code", flat=True))
    Person.objects.bulk_create(
        Person(code=row["code"], name=row["name"], grade=row["grade"])
        for row in read_rows(directory, "people")
        if row["code"] not in known
    )


def post_rows(directory: Path) -> Iterator[dict[str, Any]]:
    """Every post as a row of the workforce data set, second posts of the same day included."""
    people = {row["code"]: row for row in read_rows(directory, "people")}
    for row in read_rows(directory, "posts"):
        person = people[row["person"]]
        yield {
            "person_code": row["person"],
            "from": date.fromisoformat(row["starts_on"]),
            "to": date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
            "name": person["name"],
            "grade": person["grade"],
            "department": row["department"],
            "whole_time_equivalent": row["whole_time_equivalent"],
        }


@transaction.atomic
def make_accounts(directory: Path, *, at: datetime) -> None:
    """An account for everyone; only the demonstration's have a password."""
    logins = {row["person"]: row["login"] for row in read_rows(directory, "accounts")}
    password, none = make_password(PASSWORD), make_password(None)
    Account.objects.bulk_create(
        Account(
            username=logins.get(person.code, person.code.lower()),
            password=password if person.code in logins else none,
            person=person,
            date_joined=at,
        )
        for person in Person.objects.order_by("code")
    )
    holders = Account.objects.select_related("person")
    accounts = {holder.person.code: holder for holder in holders if holder.person}
    departments = {each.code: each for each in Department.objects.all()}
    divisions = {each.code: each for each in Division.objects.all()}
    for row in read_rows(directory, "roles"):
        grant_role(
            account=accounts[row["person"]],
            role=Role(row["role"]),
            department=departments.get(row["department"]),
            division=divisions.get(row["division"]),
            starts_on=date.fromisoformat(row["starts_on"]),
            by=None,  # the installation's own first set-up
            at=at,
        )


def record_profiles(stories: list[dict[str, str]], *, at: datetime) -> None:
    """What the lead wrote of two colleagues whose work is unlike the others'."""
    lead = Account.objects.get(username="lead")
    for story in stories:
        if story["code"] in PROFILES:
            person = Person.objects.get(code=story["person"])
            starts_on = date.fromisoformat(story["starts_on"])
            profile = PROFILES[story["code"]]
            record_profile(person=person, starts_on=starts_on, by_id=lead.pk, at=at, **profile)
