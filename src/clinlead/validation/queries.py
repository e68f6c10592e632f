"""Reading what owners said: states of records, windows, challenges, and what waits for whom."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from clinlead.access.deciding import Offices
from clinlead.access.policies import Role
from clinlead.organisation.models import Absence, Department, Person, Post
from clinlead.organisation.queries import members_of
from clinlead.validation import ledger
from clinlead.validation.clock import Away, last_day, state_of
from clinlead.validation.models import (
    Challenge,
    Confirmation,
    Pause,
    Window,
)
from clinlead.validation.owners import (
    Owners,
    owners_of,
    rules_to_check,
)
from clinlead.validation.policies import (
    Agreement,
    ChallengeFacts,
    ChallengeReason,
    ChallengeState,
    RecordFacts,
    RecordState,
    WindowFacts,
)
from clinlead.validation.records import Record
from clinmeasures.definitions.fields import JOINING


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, both included, as 2026-03."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


# Windows and their clocks


def windows_of(person_id: int, on: date) -> list[Window]:
    """Windows in which a person has records to check, the newest last; one query."""
    posts = Post.objects.filter(person_id=person_id)
    found = Window.objects.filter(
        department__in=posts.values("department_id"), opens_on__lte=on
    ).select_related("department")
    return sorted(found, key=lambda window: (window.last_month, window.pk))


def away_spans(person_ids: Collection[int]) -> dict[int, list[Away]]:
    """When people said, or HR recorded, that they are away; one query."""
    spans: dict[int, list[Away]] = {person: [] for person in person_ids}
    columns = ("person_id", "starts_on", "ends_on")
    said = Pause.objects.filter(person_id__in=list(person_ids)).values_list(*columns)
    recorded = Absence.objects.filter(person_id__in=list(person_ids)).values_list(*columns)
    for person, first, last in said.union(recorded, all=True):
        spans[person].append((first, last))
    return spans


def window_facts(window: Window, away: Iterable[Away]) -> WindowFacts:
    return WindowFacts(
        department_id=window.department_id,
        opens_on=window.opens_on,
        last_day=last_day(window.opens_on, window.closes_on, away),
    )


@dataclass(frozen=True, kw_only=True)
class Checking:
    """A person's checking: their windows, their last day, and what they said of each record."""

    windows: list[Window]
    running: list[Window]
    last_day: date | None  # of the running window that ends first
    away_now: bool
    states: list["Owned"]


def checking_of(person: Person, on: date) -> Checking:
    """Everything my records shows: running windows, or the newest one when none runs."""
    windows = windows_of(person.pk, on)
    away = away_spans([person.pk])[person.pk]
    facts = {window.pk: window_facts(window, away) for window in windows}
    running = [window for window in windows if not is_over(facts[window.pk], on)]
    shown = running or windows[-1:]
    months = {m for w in shown for m in months_between(w.first_month, w.last_month)}
    records = records_of(person, sorted(months), on) if months else []
    over = months_over(windows, away, on)
    days = [facts[w.pk].last_day for w in running]
    return Checking(
        windows=shown,
        running=running,
        last_day=min((day for day in days if day), default=None),
        away_now=any(first <= on and (last is None or on <= last) for first, last in away),
        states=said_of({person.pk: person}, {person.pk: records}, {person.pk: over}),
    )


def pauses_ahead(person: Person, on: date) -> QuerySet[Pause]:
    """When a person said they are or will be away, from today on."""
    return Pause.objects.filter(person=person, ends_on__gte=on).order_by("starts_on")


def is_over(facts: WindowFacts, on: date) -> bool:
    return facts.last_day is not None and on > facts.last_day


# States of records


@dataclass(frozen=True, kw_only=True)
class Owned:
    """One record of one owner in a window, and what they have said of it."""

    record: Record
    person: Person
    state: RecordState
    challenge: Challenge | None = None
    changed_since: bool = False  # it was confirmed, and has changed since


def records_of(person: Person, months: Sequence[str], on: date) -> list[Record]:
    """The records a person is asked to check, by day: those their department's figures count."""
    departments = Post.objects.filter(person=person).values("department_id")
    return records_for({person.code}, rules_to_check(departments, on), months)


def records_for(
    units: Collection[str], rules: Mapping[str, Sequence[str]], months: Sequence[str]
) -> list[Record]:
    found = [
        record
        for dataset, some in rules.items()
        for record in ledger.counting_for(units, dataset, months=months, rules=some)
    ]
    return sorted(found, key=lambda record: (record.day or date.min, record.dataset, record.key))


def states_of(
    person: Person, records: Sequence[Record], windows: Sequence[Window], on: date
) -> list[Owned]:
    """What a person has said of each of these records; five queries for any number."""
    away = away_spans([person.pk])[person.pk]
    over = months_over(windows, away, on)
    return said_of({person.pk: person}, {person.pk: records}, {person.pk: over})


def months_over(windows: Iterable[Window], away: Iterable[Away], on: date) -> set[str]:
    """Months whose every window is over for this owner."""
    shut: set[str] = set()
    running: set[str] = set()
    away = list(away)
    for window in windows:
        months = months_between(window.first_month, window.last_month)
        (shut if is_over(window_facts(window, away), on) else running).update(months)
    return shut - running


def said_of(
    people: dict[int, Person], records: dict[int, Sequence[Record]], over: dict[int, set[str]]
) -> list[Owned]:
    confirmed = confirmations_of(people)
    challenged = latest_challenges(people)
    return [
        owned(people[pk], record, confirmed, challenged, over[pk])
        for pk, mine in records.items()
        for record in mine
    ]


def owned(
    person: Person, record: Record, confirmed: dict, challenged: dict, over: set[str]
) -> Owned:
    place = (person.pk, record.dataset, record.key)
    challenge = challenged.get(place)
    seen = confirmed.get(place)
    same = seen is not None and seen == record.seen  # a digest: only where there is one to match
    state = state_of(confirmed=same, challenged=challenge is not None, over=record.month in over)
    return Owned(
        record=record,
        person=person,
        state=state,
        challenge=challenge,
        changed_since=seen is not None and not same,
    )


def confirmations_of(people: Collection[int]) -> dict[tuple[int, str, str], str]:
    rows = Confirmation.objects.filter(person_id__in=list(people))
    return {
        (person, dataset, key): seen
        for person, dataset, key, seen in rows.values_list("person_id", "dataset", "key", "seen")
    }


def latest_challenges(people: Collection[int]) -> dict[tuple[int, str, str], Challenge]:
    """The newest challenge of each owner and record that was not withdrawn."""
    rows = standing_challenges(people).order_by("raised_at", "pk")
    return {(row.person_id, row.dataset, row.key): row for row in rows}


def standing_challenges(people: Collection[int]) -> QuerySet[Challenge]:
    """These owners' challenges of a record that is there, but for the withdrawn ones."""
    found = Challenge.objects.filter(person_id__in=list(people))
    return found.exclude(Q(state=ChallengeState.WITHDRAWN) | Q(key=""))


def counts_by_state(states: Iterable[Owned]) -> dict[RecordState, int]:
    """How many records stand in each state; every state is named, also with none."""
    counted = Counter(one.state for one in states)
    return {state: counted[state] for state in RecordState}


def states_in_window(window: Window, on: date) -> list[Owned]:
    """Every member's records of a window, and what each has said: of the release gate and audit."""
    months = months_between(window.first_month, window.last_month)
    people = {person.pk: person for person in members_in(window)}
    rules = rules_to_check({window.department_id}, on)
    codes = {person.code: pk for pk, person in people.items()}
    records: dict[int, Sequence[Record]] = {pk: [] for pk in people}
    for record in records_for(set(codes), rules, months):
        for unit in record.units(rules[record.dataset]) & set(codes):
            records[codes[unit]].append(record)  # type: ignore[attr-defined]
    away = away_spans(people)
    over = {pk: months_over([window], away[pk], on) for pk in people}
    return said_of(people, records, over)


def members_in(window: Window) -> QuerySet[Person]:
    first = date.fromisoformat(f"{window.first_month}-01")
    year, month = int(window.last_month[:4]), int(window.last_month[5:])
    after = date(year + month // 12, month % 12 + 1, 1)
    return members_of(window.department, first, date.fromordinal(after.toordinal() - 1))


# Challenges


def open_challenges(department: Department, months: Collection[str]) -> QuerySet[Challenge]:
    """Open challenges of a department about some months; claims not yet found are among them."""
    here = Challenge.objects.open().filter(department=department)
    return here.filter(Q(month__in=list(months)) | Q(month=""))


def overdue_challenges(department: Department, on: date) -> QuerySet[Challenge]:
    """Open challenges past their day: they must be settled, and hold a release up."""
    return Challenge.objects.open().filter(department=department, due_on__lt=on)


@dataclass(frozen=True, kw_only=True)
class Holders:
    """The people who lead a department, its chiefs, and everybody whose own goes past a chief."""

    leads: frozenset[int]
    chiefs: frozenset[int]
    directors_cases: frozenset[int]


def facts_for_many(
    challenges: Sequence[Challenge], on: date, offices: Offices | None = None
) -> dict[int, ChallengeFacts]:
    """The facts of many challenges; one query."""
    holding = holders({one.department for one in challenges}, offices or Offices(on))
    return {one.pk: facts_with(one, holding[one.department_id]) for one in challenges}


def holders(departments: Collection[Department], offices: Offices) -> dict[int, Holders]:
    """Who leads each department and who is its chief; an account without a person stands as
    minus its own number.
    """
    if not departments:
        return {}
    leads: dict[int, set[int]] = defaultdict(set)
    chiefs: dict[int, set[int]] = defaultdict(set)
    for one in offices.held:
        person = one["account__person_id"] or -one["account_id"]
        if one["role"] == Role.LEAD:
            leads[one["department_id"]].add(person)
        elif one["role"] == Role.CHIEF:
            chiefs[one["division_id"]].add(person)
    return {
        each.pk: Holders(
            leads=frozenset(leads[each.pk]),
            chiefs=frozenset(chiefs[each.division_id]),
            directors_cases=offices.directors_cases,
        )
        for each in departments
    }


def challenge_facts(challenge: Challenge, on: date) -> ChallengeFacts:
    """What the rules need to know of a challenge; one query."""
    return facts_for_many([challenge], on)[challenge.pk]


def facts_with(challenge: Challenge, held: Holders) -> ChallengeFacts:
    return ChallengeFacts(
        state=ChallengeState(challenge.state),
        reason=ChallengeReason(challenge.reason),
        department_id=challenge.department_id,
        raised_by_id=challenge.raised_by_id,
        person_id=challenge.person_id,
        asked_id=challenge.asked_id,
        says=Agreement(challenge.asked_says),
        lead_ids=held.leads,
        chief_ids=held.chiefs,
        past_chief_ids=held.directors_cases,
        due_on=challenge.due_on,
        settled_words=settled_words(challenge),
    )


def settled_words(challenge: Challenge) -> str:
    """Who settled it, how and when, for whoever comes second."""
    if challenge.state == ChallengeState.OPEN:
        return ""
    if challenge.settled_by is None or challenge.settled_at is None:
        return f"This challenge was {challenge.state}."
    day = f"{challenge.settled_at.day} {challenge.settled_at:%B %Y}"
    return f"{challenge.settled_by} {challenge.state} this challenge on {day}."


def record_facts(record: Record, on: date, owners: Owners | None = None) -> RecordFacts:
    """What the rules need to know of a record."""
    owners = owners or owners_of(record, on)
    about = Challenge.objects.open().filter(dataset=record.dataset, key=record.key)
    facts = facts_for_many(list(about.select_related("department")), on).values()
    return replace(facts_about(owners, facts), joined=record.dataset in JOINING)


def facts_about(owners: Owners, facts: Collection[ChallengeFacts]) -> RecordFacts:
    """What the rules need to know of a record that these open challenges are about."""
    return RecordFacts(
        owner_ids=owners.ids,
        departments=owners.departments | {one.department_id for one in facts},
        asked_ids=frozenset(one.asked_id for one in facts if one.asked_id is not None),
        settled_by_chief=frozenset(one.department_id for one in facts if one.with_chief),
        settled_by_lead=frozenset(one.department_id for one in facts if not one.past_the_lead),
        settled_by_director=any(one.with_director for one in facts),
    )
