"""Who is asking: one account's roles, posts and grants as facts for the rules."""

from datetime import date

from clinlead.access.models import Account, Grant, NamesAgreement, RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role
from clinlead.organisation.models import Department, Person, Post


def reader_of(account: Account, on: date) -> Reader:
    """The facts about an account on a day, in four queries at most."""
    holdings = list(RoleHolding.objects.on(on).filter(account=account))
    posts = Post.objects.on(on).filter(person_id=account.person_id)
    departments = frozenset(posts.values_list("department_id", flat=True))
    roles = {Role(holding.role) for holding in holdings}
    if departments:
        roles.add(Role.CLINICIAN)
    grants = list(Grant.objects.in_force(on).filter(account=account))
    return Reader(
        account_id=account.pk,
        on=on,
        person_id=account.person_id,
        roles=frozenset(roles),
        departments=departments,
        leads=frozenset(
            h.department_id for h in holdings if h.role == Role.LEAD and h.department_id
        ),
        chief_of=departments_under(holdings),
        granted_named=frozenset(g.department_id for g in grants if g.named),
        granted_team=frozenset(g.department_id for g in grants),
    )


def departments_under(holdings: list[RoleHolding]) -> frozenset[int]:
    divisions = {h.division_id for h in holdings if h.role == Role.CHIEF and h.division_id}
    if not divisions:
        return frozenset()
    found = Department.objects.filter(division_id__in=divisions)
    return frozenset(found.values_list("pk", flat=True))


def owner_facts(person: Person, on: date, *, released: bool = False) -> OwnerFacts:
    """The facts about a person whose results are asked for."""
    posts = Post.objects.on(on).filter(person=person)
    leading = RoleHolding.objects.on(on).filter(account__person=person, role=Role.LEAD)
    return OwnerFacts(
        person_id=person.pk,
        departments=frozenset(posts.values_list("department_id", flat=True)),
        released=released,
        owner_leads=leading.exists(),
    )


def leads_of(department: Department, on: date) -> list[Account]:
    """Who leads a department on a day, deputies included."""
    holdings = RoleHolding.objects.on(on).filter(department=department, role=Role.LEAD)
    return [holding.account for holding in holdings.select_related("account__person")]


def names_are_shown(department: Department, on: date) -> bool:
    """Whether members may see each other's names: every one has agreed and none has withdrawn."""
    members = set(
        Post.objects.on(on).filter(department=department).values_list("person_id", flat=True)
    )
    agreed = NamesAgreement.objects.filter(department=department, withdrawn_at=None)
    return bool(members) and members <= set(agreed.values_list("person_id", flat=True))
