"""How far a window's checking is, in numbers: counted without a record's contents in hand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from clinlead.validation import ledger
from clinlead.validation.clock import state_of
from clinlead.validation.models import Window
from clinlead.validation.owners import rules_to_check
from clinlead.validation.policies import RecordState
from clinlead.validation.queries import (
    away_spans,
    confirmations_of,
    members_in,
    months_between,
    months_over,
    standing_challenges,
)


def window_counts(window: Window, on: date) -> dict[RecordState, int]:
    """A window's records by state, over all its members; every state is named, also with none."""
    counted = Counter(states(window, on))
    return {state: counted[state] for state in RecordState}


def states(window: Window, on: date) -> Iterator[RecordState]:
    """What each owner has said of each record: as `states_in_window` has it, and no more."""
    people = {person.code: person.pk for person in members_in(window)}
    marks = marks_of(window, people, on)
    away = away_spans(people.values())
    over = {pk: months_over([window], away[pk], on) for pk in people.values()}
    confirmed, challenged = confirmations_of(people.values()), challenged_by(people.values())
    for unit, mine in marks.items():
        person = people[unit]
        for each in mine:
            place = (person, each.dataset, each.key)
            yield state_of(
                confirmed=confirmed.get(place) == each.seen,
                challenged=place in challenged,
                over=each.month in over[person],
            )


def marks_of(window: Window, units: Collection[str], on: date) -> dict[str, list[ledger.Mark]]:
    """The records that count for each of these units in a window."""
    months = months_between(window.first_month, window.last_month)
    found: dict[str, list[ledger.Mark]] = defaultdict(list)
    for dataset, rules in rules_to_check({window.department_id}, on).items():
        for mark in ledger.marks_of(units, dataset, months=months, rules=rules):
            for unit in mark.units.intersection(units):
                found[unit].append(mark)
    return found


def challenged_by(people: Collection[int]) -> set[tuple[int, str, str]]:
    """Owner, data set and key of every challenge that was not withdrawn."""
    return set(standing_challenges(people).values_list("person_id", "dataset", "key"))
