"""The organisation's own tables: the plan of the trust, people, posts, roles and the
demonstration's accounts."""

import json
from datetime import date
from typing import Any

from clinlead.demo.trust.departments import Hospital
from clinlead.demo.trust.people import FIFTH, LEAD, OPEN, POOLS, SECOND, THIRD
from clinlead.demo.trust.plan import as_date, months_before
from clinlead.demo.trust.spells import World

Row = dict[str, Any]

# login, role, the place (department, seat) of a clinician or the name of somebody who is none
ACCOUNTS: tuple[tuple[str, str, tuple[str, int] | str], ...] = (
    ("clinician", "clinician", ("cardiology", SECOND)),
    ("peer", "clinician", ("cardiology", THIRD)),
    ("stranger", "clinician", ("general-surgery", SECOND)),
    ("lead", "lead", ("cardiology", LEAD)),
    ("otherlead", "lead", ("orthopaedics", LEAD)),
    ("chief", "chief", ("respiratory", SECOND)),
    ("director", "director", "Dr Meredith Slateharbour"),
    ("operations", "operations", "Tomas Lampwicket"),
    ("hr", "hr", "Ottilie Pennybasket"),
    ("analyst", "analyst", "Rohan Tallyhopper"),
    ("projectteam", "projectteam", "Bettina Chalklantern"),
    ("executive", "executive", "Lucian Gatewhistle"),
    ("evaluator", "evaluator", "Professor Sunniva Inkladder"),
    ("secondcoder", "evaluator", "Dr Quillon Marrowgate"),
    ("wardstaff", "staff", "Kofi Beadlewindow"),
    ("dpo", "dpo", "Harriet Lockthimble"),
    ("sysadmin", "sysadmin", "Ines Wirebutton"),
)
LEADS_SINCE_MONTHS = 40


def plan_toml(world: World) -> str:
    """Divisions, departments and dated codes, in the form that `clinlead organisation` reads."""
    hospital = world.hospital
    lines = [f"# The plan of {hospital.trust['name']}, an invented trust. Nobody in it exists."]
    lines += [block("divisions", each) for each in hospital.divisions]
    for each in hospital.departments:
        fields = {
            "code": each.code,
            "name": each.name,
            "division": each.division,
            "specialty": each.specialty,
        }
        lines.append(block("departments", fields))
    lines += [block("codes", row) for row in code_rows(world)]
    return "\n".join(lines)


def block(name: str, fields: Row) -> str:
    """One table of an array of tables; empty values are left out."""
    said = {key: value for key, value in fields.items() if value not in ("", None)}
    body = [
        f"{key} = {value if isinstance(value, date) else json.dumps(value)}"
        for key, value in said.items()
    ]
    return "\n".join([f"[[{name}]]", *body, ""])


def code_rows(world: World) -> list[Row]:
    people, codes = world.people, world.people.codes
    rows = []
    for code, person, first, last in zip(
        *(codes[name] for name in ("code", "person", "from", "to")), strict=True
    ):
        pool, department = divmod(int(person) - people.count, people.pools)
        known = person < people.count
        rows.append(
            {
                "code": code,
                "kind": "person" if known else POOLS[pool],
                "person": people.code[person] if known else "",
                "department": "" if known else world.hospital.departments[department].code,
                "starts_on": as_date(first),
                "ends_on": None if last == OPEN else as_date(last),
            }
        )
    return rows


def people_rows(world: World) -> list[Row]:
    """Clinicians, then the others who have an account."""
    clinicians = zip(world.people.code, world.people.name, world.people.grade, strict=True)
    rows = [{"code": code, "name": name, "grade": grade} for code, name, grade in clinicians]
    others = [(login, who) for login, _, who in ACCOUNTS if isinstance(who, str)]
    return rows + [{"code": staff_code(login), "name": name, "grade": ""} for login, name in others]


def post_rows(world: World) -> list[Row]:
    posts, people = world.people.posts, world.people
    names = ("person", "department", "from", "to", "whole_time_equivalent")
    return [
        {
            "person": people.code[person],
            "department": world.hospital.departments[department].code,
            "starts_on": as_date(first),
            "ends_on": None if last == OPEN else as_date(last),
            "whole_time_equivalent": round(float(share), 2),
        }
        for person, department, first, last, share in zip(
            *(posts[name] for name in names), strict=True
        )
    ]


def account_rows(world: World) -> list[Row]:
    """The accounts whose person this trust has."""
    rows = []
    for login, role, who in ACCOUNTS:
        person = staff_code(login) if isinstance(who, str) else place_code(world, who)
        if person:
            rows.append({"login": login, "role": role, "person": person})
    return rows


def role_rows(world: World) -> list[Row]:
    """Who leads each department and division, and the roles of the demonstration's accounts; all
    dated."""
    hospital, since = world.hospital, months_before(world.plan.end, LEADS_SINCE_MONTHS)
    rows = [
        role_row(place_code(world, (each.code, LEAD)), "lead", since, department=each.code)
        for each in hospital.departments
    ]
    rows += [
        role_row(chief_of(world, each["code"]), "chief", since, division=each["code"])
        for each in hospital.divisions
    ]
    others = [(login, role) for login, role, who in ACCOUNTS if isinstance(who, str)]
    place = {"operations": "cardiology", "staff": "cardiology"}
    return rows + [
        role_row(staff_code(login), role, since, department=place.get(role, ""))
        for login, role in others
    ]


def role_row(
    person: str, role: str, since: date, *, department: str = "", division: str = ""
) -> Row:
    return {
        "person": person,
        "role": role,
        "department": department,
        "division": division,
        "starts_on": since,
    }


def chief_of(world: World, division: str) -> str:
    """The second clinician of the division's last-but-one department, so that no chief leads a
    department too."""
    inside = [each.code for each in world.hospital.departments if each.division == division]
    if "respiratory" in inside:
        return place_code(world, ("respiratory", SECOND))
    return place_code(world, (inside[0], FIFTH if inside[0] == "cardiology" else SECOND))


def place_code(world: World, place: tuple[str, int]) -> str:
    person = world.people.place.get(place)
    return "" if person is None else world.people.code[person]


def staff_code(login: str) -> str:
    return "N-" + login.upper()


def department_rows(hospital: Hospital) -> list[Row]:
    return [
        {
            "code": each.code,
            "name": each.name,
            "division": each.division,
            "specialty": each.specialty,
        }
        for each in hospital.departments
    ]
