"""Who decides for whom: leads for clinicians, and who is above leads, chiefs and directors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import DIRECTORS_DECIDE, OwnerFacts, Reader, Role
from clinlead.access.queries import readers_of
from clinlead.organisation.models import Department, Person, Post


def owner_facts(person: Person, on: date, *, released: bool = False) -> OwnerFacts:
    """The facts about a person whose results are asked for."""
    posts = Post.objects.on(on).filter(person=person)
    held = RoleHolding.objects.on(on).filter(account__person=person)
    roles = frozenset(held.values_list("role", flat=True))
    return OwnerFacts(
        person_id=person.pk,
        departments=frozenset(posts.values_list("department_id", flat=True)),
        released=released,
        owner_leads=Role.LEAD in roles,
        owner_goes_to_director=not roles.isdisjoint(DIRECTORS_DECIDE),
        owner_is_director=Role.DIRECTOR in roles,
    )


def owner_in(person_id: int, department_id: int, on: date) -> OwnerFacts:
    """The clinician as the rules know them, in the department that it belongs to alone."""
    return Offices(on).owner_in(person_id, department_id)


@dataclass(frozen=True)
class Offices:
    """Who leads departments, is chief of divisions or medical director on a day, asked once for a
    whole page.
    """

    on: date
    known: dict[int, Reader] = field(default_factory=dict)  # accounts as the rules know them

    def readers(self, accounts: Iterable[Account]) -> Mapping[int, Reader]:
        """These accounts and those known already; the new ones in one question."""
        new = {one for one in accounts if one.pk not in self.known}
        self.known.update(readers_of(new, self.on) if new else {})
        return self.known

    @cached_property
    def held(self) -> list[dict[str, Any]]:
        """A row an office: role, department, division, account and its person."""
        found = RoleHolding.objects.on(self.on).leads_and_above()
        columns = ("role", "department_id", "division_id", "account_id", "account__person_id")
        return list(found.values(*columns))

    @cached_property
    def directors_cases(self) -> frozenset[int]:
        """The people who are chief of any division, or medical director."""
        return self.people(one for one in self.held if one["role"] in DIRECTORS_DECIDE)

    @cached_property
    def directors(self) -> frozenset[int]:
        return self.people(one for one in self.held if one["role"] == Role.DIRECTOR)

    def without_decider(self) -> list[Person]:
        """Clinicians for whom nobody may decide: the only medical director, or chiefs under none;
        a question where there are any.
        """
        held = [one for one in self.held if one["role"] == Role.DIRECTOR]
        alone = [
            pk
            for pk in self.directors_cases
            if all(one["account__person_id"] == pk for one in held)
        ]
        posted = Post.objects.on(self.on).filter(person__in=alone)
        return list(Person.objects.filter(pk__in=posted.values("person_id"))) if alone else []

    def leads_in(self, department_id: int) -> frozenset[int]:
        """The people who lead a department, deputies included."""
        return self.people(one for one in self.held if one["department_id"] == department_id)

    def holder(self, account_id: int, department: Department) -> Reader:
        """An account as far as it leads one department, is chief over it, or medical director."""
        held = [one for one in self.held if one["account_id"] == account_id]
        here = frozenset({department.pk})
        leads = any(one["department_id"] == department.pk for one in held)
        over = any(
            one["division_id"] == department.division_id for one in held if one["division_id"]
        )
        return Reader(
            account_id=account_id,
            on=self.on,
            person_id=next((one["account__person_id"] for one in held), None),
            roles=frozenset(Role(one["role"]) for one in held),
            leads=here if leads else frozenset(),
            chief_of=here if over else frozenset(),
        )

    @staticmethod
    def people(offices: Iterable[dict[str, Any]]) -> frozenset[int]:
        found = (one["account__person_id"] for one in offices)
        return frozenset(person for person in found if person is not None)

    def owner_in(self, person_id: int, department_id: int) -> OwnerFacts:
        """As `owner_in` of this module."""
        return OwnerFacts(
            person_id=person_id,
            departments=frozenset({department_id}),
            released=True,
            owner_leads=person_id in self.leads_in(department_id),
            owner_goes_to_director=person_id in self.directors_cases,
            owner_is_director=person_id in self.directors,
        )


def directors_cases_on(on: date) -> frozenset[int]:
    """The people who are chief of a division, or medical director, on a day."""
    found = RoleHolding.objects.on(on).directors_cases().filter(account__person__isnull=False)
    return frozenset(found.values_list("account__person_id", flat=True))


def deciders(department: Department, owner: OwnerFacts, on: date) -> list[Account]:
    """Who decides for somebody in a department: their lead; else the chief; else the director.

    Nobody for a medical director who is the only one: it waits until another is named.
    """
    if owner.owner_goes_to_director:
        return above_on(on).of_directors_cases(owner.person_id)
    leads = leads_of(department, on)
    return above_leads(department, leads, on)[1] if owner.owner_leads else leads


def leads_of(department: Department, on: date) -> list[Account]:
    """Who leads a department on a day, deputies included."""
    holdings = RoleHolding.objects.on(on).filter(department=department, role=Role.LEAD)
    return [holding.account for holding in holdings.select_related("account__person")]


@dataclass(frozen=True)
class Above:
    """The chiefs of service and medical directors of one day."""

    holdings: Sequence[RoleHolding]

    @property
    def directors_cases(self) -> frozenset[int]:
        """The people who are chief of any division, or medical director."""
        held = (one.account.person_id for one in self.holdings)
        return frozenset(person for person in held if person is not None)

    @property
    def directors(self) -> list[Account]:
        return [one.account for one in self.holdings if one.role == Role.DIRECTOR]

    def of_directors_cases(self, person_id: int) -> list[Account]:
        """To whom the own case of a chief goes, or of a medical director: never to themselves."""
        return [one for one in self.directors if one.person_id != person_id]

    def of_leads(
        self, department: Department, leads: Iterable[Account]
    ) -> tuple[str, list[Account]]:
        """To whom a clinical director's own case goes: chief of service; else medical director."""
        but, division = set(leads), department.division_id
        chiefs = [one.account for one in self.holdings if one.division_id == division]
        if over := [one for one in chiefs if one not in but]:
            return "chief of service", over
        return "medical director", [one for one in self.directors if one not in but]


def above_on(on: date) -> Above:
    """Who is above clinical directors; one question."""
    held = RoleHolding.objects.on(on).directors_cases()
    return Above(list(held.select_related("account__person")))


def above_leads(
    department: Department, leads: Iterable[Account], on: date
) -> tuple[str, list[Account]]:
    return above_on(on).of_leads(department, leads)
