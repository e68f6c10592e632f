"""Whether the data may be behind it: loads, rows set aside, challenges, what owners have said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from clinlead.intake.models import Load
from clinlead.releases.evidence.examined import Examined
from clinlead.validation import ledger
from clinlead.validation.clock import state_of
from clinlead.validation.models import Challenge, ChallengeState, Confirmation, Window
from clinlead.validation.policies import RecordState
from clinlead.validation.queries import months_over
from clinmeasures.definitions.fields import JOINING
from clinmeasures.wording.units import how_many, in_figures

DAYS = "Days are not checked one by one; the lists, clinics and plans they are joined from are."
STATES = {
    RecordState.CONFIRMED: "confirmed by their owner",
    RecordState.SILENT: "accepted by silence",
    RecordState.NOT_YET: "not checked yet",
    RecordState.CHALLENGED: "challenged",
}


def quality(figure: Examined) -> tuple[str, ...]:
    said = said_of(figure)
    if figure.definition.record in JOINING:
        return (*loads_in_words(figure.loads), DAYS)
    return (
        *loads_in_words(figure.loads),
        challenges_in_words(said.challenges),
        checked_in_words(states_of(figure, said)),
    )


@dataclass(frozen=True)
class Said:
    """What was said of the records behind a figure."""

    challenges: Sequence[tuple[int, str, str]]  # owner, key, state; whether settled or not
    confirmed: Mapping[tuple[int, str], str]  # owner and key → the record's digest as they saw it


def loads_in_words(loads: Sequence[Load]) -> list[str]:
    """The grade of each load, and how many rows were set aside."""
    if not loads:
        return ["No load in use is behind these months."]
    grades = "; ".join(
        dict.fromkeys(f"{each.dataset}: grade {each.grade or 'none'}" for each in loads)
    )
    aside, read = (sum(getattr(x, f"rows_{n}") for x in loads) for n in ("quarantined", "read"))
    said = (
        f"{in_figures(aside)} of {how_many(read, 'row')} of these loads were set aside as wrong."
        if aside
        else "No row of these loads was set aside as wrong."
    )
    return [f"Loads behind these months: {grades}.", said]


def said_of(figure: Examined) -> Said:
    """Challenges that were not withdrawn, and confirmations; one query."""
    people = list(figure.units.values())
    about = Q(person_id__in=people) | Q(asked_id__in=people) | Q(goes_to_id__in=people)
    dataset = figure.definition.record
    challenged = Challenge.objects.filter(
        about, department=figure.department, dataset=dataset, month__in=figure.period
    ).exclude(state=ChallengeState.WITHDRAWN)
    confirmed = Confirmation.objects.filter(person_id__in=people, dataset=dataset)
    rows = labelled(challenged, "challenged", "state").union(
        labelled(confirmed, "confirmed", "seen"), all=True
    )
    challenges, seen = [], {}
    for what, person, key, word in rows:
        if what == "challenged":
            challenges.append((person, key, word))
        else:
            seen[person, key] = word
    return Said(challenges, seen)


def labelled(rows: QuerySet[Any], what: str, word: str) -> QuerySet[Any, tuple[Any, ...]]:
    named = rows.order_by().annotate(what=Value(what, output_field=CharField()))
    return named.values_list("what", "person_id", "key", word)


def challenges_in_words(challenges: Iterable[tuple[int, str, str]]) -> str:
    """Open, accepted and declined, each counted by record."""
    asked: dict[str, set[str]] = {}
    for _, key, state in challenges:
        asked.setdefault(state, set()).add(key)
    counts = {state: len(keys) for state, keys in asked.items()}
    if not counts:
        return "No record behind it was challenged."
    waiting, right = counts.get(ChallengeState.OPEN, 0), counts.get(ChallengeState.ACCEPTED, 0)
    wrong = counts.get(ChallengeState.DECLINED, 0)
    still = (
        f"{how_many(waiting, 'record')} in question and not settled"
        if waiting
        else "No record behind it is in question"
    )
    return f"{still}; {right} put right and {wrong} declined after a challenge."


def states_of(figure: Examined, said: Said) -> Counter[RecordState]:
    """What the owners said of the records behind it, counted by record and owner."""
    challenged = {(person, key) for person, key, _ in said.challenges}
    over = months_closed(figure)
    dataset, rule = figure.definition.record, figure.wanted.rule
    files = tuple(file for month in figure.period for file in figure.files.get(month, ()))
    marks = ledger.marks_in(files, tuple(sorted(figure.units)), dataset, (rule,))
    return Counter(
        state_of(
            confirmed=said.confirmed.get((person, mark.key)) == mark.seen,
            challenged=(person, mark.key) in challenged,
            over=mark.month in over[person],
        )
        for mark in marks
        for person in (figure.units[unit] for unit in mark.units if unit in figure.units)
    )


def months_closed(figure: Examined) -> Mapping[int, set[str]]:
    """For each owner the months whose time to check is over."""
    windows = list(
        Window.objects.filter(
            department=figure.department,
            first_month__lte=figure.period[-1],
            last_month__gte=figure.period[0],
        )
    )
    spans = figure.away.items()
    return {person: months_over(windows, away, figure.on) for person, away in spans}


def checked_in_words(states: Counter[RecordState]) -> str:
    """The share that owners confirmed, and the share that nobody said anything of."""
    records = states.total()
    if not records:
        return "No record here has an owner who could check it."
    shares = [
        f"{in_figures(states[state] / records * 100, 0)}% {words} ({in_figures(states[state])})"
        for state, words in STATES.items()
        if states[state]
    ]
    return f"Of {how_many(records, 'record')}: {'; '.join(shares)}."
