"""The people in tests are always the same: doctor, colleague, lead, analyst, outsider."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from clinlead.access.actions import grant_role
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.organisation.models import (
    ClinicianCode,
    CodeKind,
    Department,
    Division,
    Person,
    Post,
)

START = date(2023, 1, 1)
AT = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


@dataclass
class Trust:
    """The organisation and its accounts by login."""

    cardiology: Department
    surgery: Department
    accounts: dict[str, Account] = field(default_factory=dict)

    def __getattr__(self, login: str) -> Account:
        try:
            return self.__dict__["accounts"][login]
        except KeyError:
            raise AttributeError(login) from None

    def person(self, login: str) -> Person:
        return self.accounts[login].person


def small_trust() -> Trust:
    medicine = Division.objects.create(code="medicine", name="Medicine")
    theatres = Division.objects.create(code="surgical", name="Surgery")
    cardiology = Department.objects.create(code="cardiology", name="Cardiology", division=medicine)
    surgery = Department.objects.create(code="surgery", name="General surgery", division=theatres)
    trust = Trust(cardiology, surgery)
    for login in ("clinician", "peer", "lead", "second", "third", "fourth", "fifth"):
        add_clinician(trust, login, cardiology)
    for login in ("stranger", "otherlead"):
        add_clinician(trust, login, surgery)
    add_pool(cardiology)
    for login, role in OFFICES.items():
        trust.accounts[login] = Account.objects.create_user(login, password="demo")
        if role is not None:
            give(trust, login, role)
    give(trust, "lead", Role.LEAD, department=cardiology)
    give(trust, "otherlead", Role.LEAD, department=surgery)
    give(trust, "chief", Role.CHIEF, division=medicine)
    return trust


OFFICES: dict[str, Role | None] = {
    "chief": None,
    "director": Role.DIRECTOR,
    "operations": Role.OPERATIONS,
    "hr": Role.HR,
    "analyst": Role.ANALYST,
    "projectteam": Role.PROJECT_TEAM,
    "executive": Role.EXECUTIVE,
    "evaluator": Role.EVALUATOR,
    "wardstaff": Role.STAFF,
    "dpo": Role.DPO,
    "sysadmin": Role.SYSTEM_ADMINISTRATOR,
}


def give(trust: Trust, login: str, role: Role, **place) -> None:
    grant_role(account=trust.accounts[login], role=role, starts_on=START, at=AT, by=None, **place)


def add_clinician(trust: Trust, login: str, department: Department) -> Person:
    code = f"P{len(trust.accounts):03d}"
    person = Person.objects.create(code=code, name=f"Dr {login.title()}", grade="consultant")
    Post.objects.create(person=person, department=department, starts_on=START)
    ClinicianCode.objects.create(
        code=f"C-{login}", kind=CodeKind.PERSON, person=person, starts_on=START
    )
    trust.accounts[login] = Account.objects.create_user(login, password="demo", person=person)
    return person


def add_pool(department: Department) -> None:
    ClinicianCode.objects.create(
        code="POOL", kind=CodeKind.POOLED, department=department, starts_on=START
    )
