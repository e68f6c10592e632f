"""Who is asking: one account's roles, posts and grants as facts for the rules."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from clinlead.access.models import Account, Grant, NamesAgreement, RoleHolding
from clinlead.access.policies import (
    NamesFacts,
    OwnerFacts,
    Reader,
    Role,
    why_not_name_colleagues,
)
from clinlead.organisation.models import Department, Person, Post, StreamMember


def reader_of(account: Account, on: date) -> Reader:
    """The facts about an account on a day, in three queries at most."""
    holdings = list(RoleHolding.objects.on(on).filter(account=account))
    places = places_of(account, on)
    departments = places["post"] | places["formerly"]
    roles = {Role(holding.role) for holding in holdings}
    if departments:
        roles.add(Role.CLINICIAN)
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
        granted_named=places["named"],
        granted_team=places["team"],
        streams_led=frozenset(
            h.stream_id for h in holdings if h.role == Role.STREAM_LEAD and h.stream_id
        ),
        stream_departments=departments_in_streams(holdings),
        streams_joined=places["joined"],
        streams_supported=frozenset(
            h.stream_id for h in holdings if h.role == Role.OPERATIONS and h.stream_id
        ),
        stationed=frozenset(
            h.department_id for h in holdings if h.role in STATIONED and h.department_id
        ),
    )


STATIONED = (Role.OPERATIONS, Role.STAFF)  # who may work for one department


def places_of(account: Account, on: date) -> dict[str, frozenset[int]]:
    """Where somebody has a post, which streams they joined and what was granted; one query."""
    grants = Grant.objects.in_force(on).filter(account=account)
    kinds = {
        "post": Post.objects.on(on).filter(person_id=account.person_id),
        "formerly": posts_until_a_merger(account, on),
        "named": grants.filter(named=True),
        "team": grants,
    }
    asked = [rows.values_list(Value(kind), "department_id") for kind, rows in kinds.items()]
    joined = StreamMember.objects.on(on).filter(person_id=account.person_id)
    found: dict[str, set[int]] = {}
    for kind, pk in joined.values_list(Value("joined"), "stream_id").union(*asked):
        found.setdefault(kind, set()).add(pk)
    return {kind: frozenset(found.get(kind, ())) for kind in (*kinds, "joined")}


def posts_until_a_merger(account: Account, on: date) -> QuerySet[Post]:
    """In departments that have merged since: theirs to read while they work where these went on."""
    since = Post.objects.on(on).filter(
        person__account=account, department__continues=OuterRef("department_id")
    )
    last = Q(ends_on=F("department__closed_on"))
    return Post.objects.filter(last, Exists(since), person__account=account)


def departments_in_streams(holdings: list[RoleHolding]) -> frozenset[int]:
    led = {h.stream_id for h in holdings if h.role == Role.STREAM_LEAD and h.stream_id}
    if not led:
        return frozenset()
    found = Department.objects.filter(streams__in=led)
    return frozenset(found.values_list("pk", flat=True))


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


def names_facts(department: Department, on: date) -> NamesFacts:
    """Who belongs to a department and who has agreed to names inside it."""
    members = Post.objects.on(on).filter(department=department)
    return NamesFacts(
        department_id=department.pk,
        members=frozenset(members.values_list("person_id", flat=True)),
        agreed=agreed_in(department),
    )


def agreed_in(department: Department) -> frozenset[int]:
    """Who agreed to names inside a department and has not withdrawn."""
    agreed = NamesAgreement.objects.filter(department=department, withdrawn_at=None)
    return frozenset(agreed.values_list("person_id", flat=True))


def names_are_shown(department: Department, on: date) -> bool:
    """Whether members may see each other's names: every one has agreed and none has withdrawn."""
    return names_facts(department, on).everybody


def colleagues_named_to(reader: Reader, department: Department) -> dict[str, Person]:
    """The colleagues this person may read by name, by code; nobody until all have agreed.

    Whoever has left the department stays unnamed: they are asked no more.
    """
    if department.pk not in reader.departments:
        return {}
    people, agreed = members_with_agreed(department, reader.on)
    names = NamesFacts(department_id=department.pk, members=frozenset(people), agreed=agreed)
    if why_not_name_colleagues(reader, names):
        return {}
    return {people[pk].code: people[pk] for pk in names.agreeing - {reader.person_id}}


def members_with_agreed(
    department: Department, on: date
) -> tuple[dict[int, Person], frozenset[int]]:
    """A department's members, and which of them agreed to names; one question."""
    theirs = NamesAgreement.objects.filter(person=OuterRef("person"), withdrawn_at=None)
    posts = Post.objects.on(on).filter(department=department).select_related("person")
    found = posts.annotate(agrees=Exists(theirs.filter(department=department)))
    people = {post.person_id: (post.person, post.agrees) for post in found}
    agreed = frozenset(pk for pk, (_, agrees) in people.items() if agrees)
    return {pk: person for pk, (person, _) in people.items()}, agreed


def grants_visible_to(reader: Reader) -> QuerySet[Grant]:
    """Grants this person may know of: given to them, or over figures of their own department."""
    near = reader.departments | reader.leads | reader.chief_of
    seen = Grant.objects.select_related("account__person", "department", "granted_by__person")
    if not reader.has(Role.DPO, Role.DIRECTOR):
        seen = seen.filter(Q(account_id=reader.account_id) | Q(department_id__in=near))
    return seen.order_by("-granted_at")


def members_led(reader: Reader) -> QuerySet:
    """Who has joined the streams that this person leads, and works in one of their departments."""
    joined = StreamMember.objects.on(reader.on).filter(stream__in=reader.streams_led)
    posted = Post.objects.on(reader.on).filter(department__in=reader.stream_departments)
    here = joined.filter(person__in=posted.values("person_id"))
    return here.values("person_id")


def people_visible_to(reader: Reader) -> QuerySet[Person]:
    """People whose released figures this person may open by name; themselves among them."""
    near = reader.leads | reader.granted_named
    members = Post.objects.on(reader.on)
    if reader.has(Role.ANALYST, Role.DIRECTOR):
        return Person.objects.filter(Q(pk__in=members.values("person_id")) | Q(pk=reader.person_id))
    led = RoleHolding.objects.on(reader.on).filter(
        role=Role.LEAD, department_id__in=reader.chief_of
    )
    return Person.objects.filter(
        Q(pk=reader.person_id)
        | Q(pk__in=members.filter(department_id__in=near).values("person_id"))
        | Q(account__in=led.values("account_id"))
        | Q(pk__in=members_led(reader))
    ).distinct()


def accounts_with_roles(
    accounts: Iterable[Account], on: date
) -> list[tuple[Account, list[RoleHolding]]]:
    """Each account with the roles it holds on a day; one query for any number."""
    listed = list(accounts)
    holdings = RoleHolding.objects.on(on).filter(account__in=listed)
    by_account: dict[int, list[RoleHolding]] = {}
    for holding in holdings.select_related("department", "division", "stream"):
        by_account.setdefault(holding.account_id, []).append(holding)
    return [(account, by_account.get(account.pk, [])) for account in listed]
