"""Who is asking: one account's roles, posts and grants as facts for the rules."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from clinlead.access.models import Account, Grant, NamesAgreement, RoleHolding
from clinlead.access.policies import (
    NamesFacts,
    Reader,
    Role,
    why_not_name_colleagues,
)
from clinlead.organisation.models import Department, Person, Post, StreamMember

Places = defaultdict[str, frozenset[int]]


def reader_of(account: Account, on: date) -> Reader:
    """The facts about an account on a day; one query."""
    return reader_at(account, places_of(account, on), on)


def readers_of(accounts: Iterable[Account], on: date) -> dict[int, Reader]:
    """The same of several accounts, by their numbers; one query for any number."""
    listed = list(accounts)
    found = places_of_each(listed, on)
    return {each.pk: reader_at(each, found[each.pk], on) for each in listed}


def reader_at(account: Account, found: Places, on: date) -> Reader:
    departments = found["post"] | found["formerly"]
    roles = {role for role in Role if held(role) in found}
    if departments:
        roles.add(Role.CLINICIAN)
    return Reader(
        account_id=account.pk,
        on=on,
        person_id=account.person_id,
        roles=frozenset(roles),
        departments=departments,
        leads=found[held(Role.LEAD)],
        chief_of=found["under"],
        granted_named=found["named"],
        granted_team=found["team"],
        streams_led=found[within_stream(Role.STREAM_LEAD)],
        stream_departments=found["streams"],
        streams_joined=found["joined"],
        streams_supported=found[within_stream(Role.OPERATIONS)],
        stationed=found[held(Role.OPERATIONS)] | found[held(Role.STAFF)],
    )


HELD, STREAM = "held ", "stream "  # what rows of a role begin with: by department, by stream


def held(role: Role) -> str:
    return HELD + role


def within_stream(role: Role) -> str:
    return STREAM + role


def places_of(account: Account, on: date) -> Places:
    """Where somebody has a post or a role, which streams are theirs, and what was granted.

    A role that has no place is there as a kind without one.
    """
    with connection.cursor() as cursor:
        cursor.execute(*asked_of(account, on))
        return by_kind(cursor.fetchall())


def places_of_each(accounts: Iterable[Account], on: date) -> dict[int, Places]:
    """The same of several accounts, each asked for in its own words, in one query."""
    asked = {account.pk: asked_of(account, on) for account in accounts}
    found: dict[int, list[tuple[str, Any]]] = {pk: [] for pk in asked}
    one = "SELECT CAST(%s AS bigint), found.* FROM ({}) AS found"
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(one.format(query) for query, _ in asked.values()),
                [each for pk, (_, values) in asked.items() for each in (pk, *values)],
            )
            for pk, kind, place in cursor.fetchall():
                found[pk].append((kind, place))
    return {pk: by_kind(rows) for pk, rows in found.items()}


def by_kind(rows: Iterable[tuple[str, Any]]) -> Places:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for kind, pk in rows:
        found[kind].update({pk} - {None})
    return defaultdict(frozenset, {kind: frozenset(pks) for kind, pks in found.items()})


def asked_of(account: Account, on: date) -> tuple[str, list[Any]]:
    """The question about one account on one day, with what stands in it."""
    query, parameters = asked_of_everybody(connection.vendor)
    adapted = connection.ops.adapt_datefield_value
    mine = {SOMEBODY: account.pk, adapted(SOME_DAY): adapted(on)}
    return query, [mine.get(each, each) for each in parameters]


SOMEBODY, SOME_DAY = -7_919_001, date(1, 2, 3)  # stand for whoever asks, and when


@cache
def asked_of_everybody(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The question that every request begins with, put into SQL once a process: it is always the
    same but for who and when, and putting it into SQL takes ten times as long as asking it."""
    query: tuple[str, tuple[Any, ...]] = rows_about(SOMEBODY, SOME_DAY).query.sql_with_params()
    return query


def rows_about(account: int, on: date) -> QuerySet:
    """Kinds of facts about an account, each with the department or stream it is of."""
    grants = Grant.objects.in_force(on).filter(account=account)
    roles = RoleHolding.objects.on(on).filter(account=account)
    chief, leading = roles.filter(role=Role.CHIEF), roles.filter(role=Role.STREAM_LEAD)
    under = Department.objects.filter(division__in=chief.values("division"))
    streams = Department.objects.filter(streams__in=leading.values("stream"))
    rows = (
        Post.objects.on(on).filter(person__account=account).values_list(said("post"), AT_WORK),
        posts_until_a_merger(account, on).values_list(said("formerly"), AT_WORK),
        grants.filter(named=True).values_list(said("named"), AT_WORK),
        grants.values_list(said("team"), AT_WORK),
        roles.values_list(Concat(Value(HELD), "role"), AT_WORK),
        roles.filter(stream__isnull=False).values_list(Concat(Value(STREAM), "role"), "stream_id"),
        under.order_by().values_list(said("under"), "pk"),
        streams.order_by().values_list(said("streams"), "pk"),
    )
    joined = StreamMember.objects.on(on).filter(person__account=account)
    return joined.values_list(said("joined"), "stream_id").union(*rows)


AT_WORK = "department_id"


def said(kind: str) -> Value:
    return Value(kind, output_field=CharField())


def posts_until_a_merger(account: int, on: date) -> QuerySet[Post]:
    """In departments that have merged since: theirs to read while they work where these went on."""
    since = Post.objects.on(on).filter(
        person__account=account, department__continues=OuterRef("department_id")
    )
    last = Q(ends_on=F("department__closed_on"))
    return Post.objects.filter(last, Exists(since), person__account=account)


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


def accounts_with(role: Role, *, on: date) -> QuerySet[Account]:
    """Who holds a role on a day and can sign in."""
    holding = RoleHolding.objects.on(on).filter(role=role)
    return Account.objects.filter(is_active=True, pk__in=holding.values("account_id"))


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
