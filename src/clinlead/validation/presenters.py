"""What pages show of records and challenges. Shapes only: rules are in policies."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from clinlead.access.policies import Button, Reader
from clinlead.history.queries import entries_of as entries_of_object
from clinlead.intake.models import Correction
from clinlead.organisation.models import Person
from clinlead.validation.addresses import record_id
from clinlead.validation.models import Challenge, Change
from clinlead.validation.policies import (
    Agreement,
    ChallengeReason,
    ChallengeState,
    RecordState,
)
from clinlead.validation.queries import Owned
from clinlead.validation.records import Place, Record, Row, label, rule_words
from clinmeasures.activity.record_types import RECORD_TYPES

WHOLE = 1_000_000
TAGS = {
    RecordState.CONFIRMED: "green",
    RecordState.SILENT: "yellow",
    RecordState.CHALLENGED: "purple",
    RecordState.NOT_YET: "grey",
}
CHALLENGE_TAGS = {
    ChallengeState.OPEN: "purple",
    ChallengeState.ACCEPTED: "green",
    ChallengeState.DECLINED: "grey",
    ChallengeState.WITHDRAWN: "white",
}


def day_words(day: date) -> str:
    """Thursday 5 March 2026"""
    return f"{day:%A} {day.day} {day:%B %Y}"


def in_words(value: object) -> str:
    """A value as it is said: days and local times in full, blank as a dash."""
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        hour = value.hour % 12 or 12
        half = "am" if value.hour < 12 else "pm"
        return f"{value.day} {value:%B %Y}, {hour}:{value.minute:02d}{half}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value).replace("_", " ")


def stored_in_words(text: str | None) -> str:
    """A correction's text as it is said."""
    if text is None:
        return "nothing (blank)"
    try:
        return in_words(datetime.fromisoformat(text) if "T" in text else text)
    except ValueError:
        return text


def short(day: datetime | date | None) -> str:
    return f"{day.day} {day:%b}" if day else "?"


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


LISTED = frozenset(
    column.name for each in RECORD_TYPES.values() for column in each.columns if not column.patient
)


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


def came_twice(value: object, zone: ZoneInfo) -> bool:
    """Whether a local time falls in the hour over which the clocks go back."""
    if not isinstance(value, datetime):
        return False
    first, second = (value.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def field_rows(record: Record, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Every field in words and local time, the patient under a pseudonym."""
    rows = []
    for column in RECORD_TYPES[record.dataset].columns:
        if column.patient:
            rows.append(("Patient (pseudonym)", record.patient_key[:12] or "not recorded"))
            continue
        value = in_words(record.fields.get(column.name))
        if came_twice(record.fields.get(column.name), zone):
            value += " (the clocks went back: this hour came twice)"
        rows.append((label(column.name), value))
    return rows


@dataclass(frozen=True, kw_only=True)
class CorrectionLine:
    what: str
    old: str
    new: str
    reason: str
    by: str
    at: datetime
    state: str


def correction_lines(corrections: Iterable[Correction]) -> list[CorrectionLine]:
    return [
        CorrectionLine(
            what=label(one.field),
            old=stored_in_words(one.old),
            new=stored_in_words(one.new),
            reason=one.reason,
            by=str(one.made_by or "the host"),
            at=one.made_at,
            state=one.get_state_display(),
        )
        for one in corrections
    ]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Whom a record counts for under one rule."""

    rule: str
    words: str
    shares: list[tuple[str, str]]  # who, how much
    used: bool  # a figure is shown under it


def counted_by_rule(
    record: Record, people: Mapping[str, Person], used: Collection[str]
) -> list[Counted]:
    found = []
    for rule, units in record.weights.items():
        shares = [(unit_words(unit, people), f"{w / WHOLE:.0%}") for unit, w in units.items() if w]
        found.append(Counted(rule=rule, words=rule_words(rule), shares=shares, used=rule in used))
    return found


def unit_words(unit: str, people: Mapping[str, Person]) -> str:
    if unit in people:
        return people[unit].name
    if unit == "unattributed":
        return "nobody (unattributed)"
    return "a pool of clinicians" if unit.startswith("pool:") else unit


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry that says whose a record is."""

    id: str
    words: str
    who: str
    mine: bool
    usual: bool
    rules: str


def entries_of(
    places: Sequence[Place], people: Mapping[str, Person], unit: str, usual: Iterable[str]
) -> list[Entry]:
    wanted = set(usual)
    return [
        Entry(
            id=each.id,
            words=each.words,
            who=unit_words(each.unit, people),
            mine=each.unit == unit,
            usual=each.id in wanted,
            rules=", ".join(rule_words(rule) for rule in each.rules),
        )
        for each in places
    ]


def related_tables(related: Mapping[str, Sequence[Row]]) -> list[dict]:
    """Episodes, ward stays and procedures of the same spell, to be read beside the record."""
    tables = []
    for dataset, title in (
        ("episodes", "Consultant episodes of this stay"),
        ("wardstays", "Ward stays"),
        ("procedures", "Procedures"),
    ):
        rows = related.get(dataset, ())
        names = [c.name for c in RECORD_TYPES[dataset].columns if c.name != "spell_id"]
        if rows:
            cells = [[in_words(row.fields.get(name)) for name in names] for row in rows]
            tables.append({"title": title, "columns": [label(n) for n in names], "rows": cells})
    return tables


@dataclass(frozen=True, kw_only=True)
class ChallengeLine:
    """One challenge in a list."""

    href: str
    title: str
    who: str
    what: str
    tag: str
    state: str
    due: date
    overdue: bool
    waits_for: str


def challenge_line(challenge: Challenge, reader: Reader) -> ChallengeLine:
    is_open = challenge.state == ChallengeState.OPEN
    blind = is_blind(challenge, reader)
    named = challenge.named if blind else challenge.key or challenge.named
    return ChallengeLine(
        href=challenge.get_absolute_url(),
        title=challenge.get_reason_display(),
        who=challenge.person.name,
        what=named or "a patient who is not in the records",
        tag=CHALLENGE_TAGS[ChallengeState(challenge.state)],
        state=challenge.state,
        due=challenge.due_on,
        overdue=is_open and challenge.due_on < reader.on,
        waits_for="" if not is_open else "a decision" if blind else waits_for(challenge),
    )


def is_blind(challenge: Challenge, reader: Reader) -> bool:
    """A claimant is not told whose a record is, nor whether it is there, until it is theirs."""
    return (
        challenge.reason == ChallengeReason.MISSING
        and challenge.raised_by_id == reader.account_id
        and challenge.state != ChallengeState.ACCEPTED
    )


def waits_for(challenge: Challenge) -> str:
    if challenge.asked and challenge.asked_says == Agreement.ASKED:
        return f"{challenge.asked.name} to answer"
    return "somebody to find the record" if not challenge.key else "a decision"


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    id: int
    what: str
    record: str
    old: str
    new: str
    corrected: bool


def change_lines(changes: Iterable[Change], names: Mapping[str, str]) -> list[ChangeLine]:
    """Each value that would change: what the source says, what is proposed."""

    def said(text: str | None, field: str) -> str:
        is_person = field in CLINICIAN_FIELDS
        if text is None:
            return "nobody (unattributed)" if is_person else "nothing (blank)"
        if is_person:
            return f"{names[text]} ({text})" if text in names else text
        return stored_in_words(text)

    return [
        ChangeLine(
            id=one.pk,
            what=label(one.field),
            record=f"{one.dataset} {one.key.replace('|', ', ')}",
            old=said(one.old, one.field),
            new=said(one.new, one.field),
            corrected=one.correction_id is not None,
        )
        for one in changes
    ]


CLINICIAN_FIELDS = frozenset(
    name for each in RECORD_TYPES.values() for name in each.clinician_columns
)


def buttons(**refusals) -> dict[str, Button]:
    """Buttons by name, each greyed with the rule's own words where it is refused."""
    return {name: Button.guarded(said, why) for name, (said, why) in refusals.items()}


HAPPENED = {
    "challenge raised": "raised this challenge",
    "claim raised": "said that this patient was theirs",
    "claimed record found": "found the record",
    "transfer answered": "answered",
    "evidence added": "added what they found",
    "change proposed": "said what should change",
    "challenge accepted": "accepted it",
    "challenge declined": "declined it",
    "challenge withdrawn": "withdrew it",
}


@dataclass(frozen=True)
class Happening:
    at: datetime
    who: str
    what: str
    why: str


def happenings(challenge: Challenge) -> list[Happening]:
    """Everything that was done to a challenge, oldest first; readings are shown elsewhere."""
    return [
        Happening(
            at=entry.at,
            who=str(entry.by or "the host"),
            what=HAPPENED[entry.act],
            why=said_in(entry.facts),
        )
        for entry in entries_of_object("challenge", challenge.pk)
        if entry.act in HAPPENED
    ]


def said_in(facts: Mapping | None) -> str:
    details = (facts or {}).get("details", {})
    return str(details.get("because") or details.get("says") or "")
