"""A list of records to check: a line each, by day, and how much of it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from clinlead.validation.addresses import record_id
from clinlead.validation.policies import (
    ChallengeState,
    RecordState,
)
from clinlead.validation.queries import Owned
from clinlead.validation.records import Record, label
from clinlead.validation.wording import day_words, in_words, short
from clinmeasures.activity.record_types import RECORD_TYPES

TAGS = {
    RecordState.CONFIRMED: "green",
    RecordState.SILENT: "yellow",
    RecordState.CHALLENGED: "purple",
    RecordState.NOT_YET: "grey",
}


LISTED = frozenset(
    column.name for each in RECORD_TYPES.values() for column in each.columns if not column.patient
)


def summary_of(record: Record) -> str:
    """One line that lets its owner remember the patient."""
    said = record.fields
    if record.dataset != "spells":
        key = RECORD_TYPES[record.dataset].key
        named = [name for name in said if name not in key and name in LISTED]
        return ", ".join(f"{label(n).lower()} {in_words(said[n])}" for n in named[:5])
    parts = [
        f"{short(said.get('admitted_at'))} to {short(said.get('discharged_at'))}",  # type: ignore[arg-type]
        *(in_words(said[n]) for n in ("admission_method", "primary_diagnosis") if said.get(n)),
        f"age {said['age_years']}" if said.get("age_years") is not None else "",
        f"left: {in_words(said['discharge_method'])}" if said.get("discharge_method") else "",
    ]
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """One record in its owner's list."""

    id: str
    href: str
    name: str
    summary: str
    state: RecordState
    tag: str
    note: str
    selectable: bool
    challenge_href: str


def line_of(one: Owned) -> RecordLine:
    name = record_id(one.record.dataset, one.record.key)
    href = f"/records/{name}/"
    is_open = one.challenge is not None and one.challenge.state == ChallengeState.OPEN
    return RecordLine(
        id=name,
        href=href,
        name=one.record.key,
        summary=summary_of(one.record),
        state=one.state,
        tag=TAGS[one.state],
        note=note_of(one),
        selectable=not is_open and one.state is not RecordState.CONFIRMED,
        challenge_href=one.challenge.get_absolute_url() if one.challenge else f"{href}challenge/",
    )


def note_of(one: Owned) -> str:
    if one.challenge is not None:
        return f"Your challenge: {one.challenge.state}"
    return "It has changed since you confirmed it." if one.changed_since else ""


@dataclass(frozen=True)
class Day:
    heading: str
    lines: list[RecordLine]


def by_day(states: Iterable[Owned]) -> list[Day]:
    """Records in their days; those without a day come last."""
    found = []
    for day, some in groupby(states, key=lambda one: one.record.day):
        heading = day_words(day) if day else "No date"
        found.append(Day(heading, [line_of(one) for one in some]))
    return found


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How much of the checking is done, each state told apart."""

    counts: Mapping[RecordState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.counts[RecordState.CONFIRMED] + self.counts[RecordState.CHALLENGED]

    @property
    def left(self) -> int:
        return self.counts[RecordState.NOT_YET]

    @property
    def minutes(self) -> int:
        """A record takes about eight seconds."""
        return max(1, round(self.left * 8 / 60))
