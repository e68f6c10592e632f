"""One record: its fields, corrections, whom it counts for under each rule, the rest of its stay."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from clinlead.intake.models import Correction
from clinlead.organisation.models import Person
from clinlead.validation.at_source import told
from clinlead.validation.records import Place, Record, Row, label, rule_words
from clinlead.validation.wording import came_twice, in_words, stored_in_words
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions.fields import JOINED_FROM

WHOLE = 1_000_000


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
    joined = JOINED_FROM.get(record.dataset, ())
    return rows + [(label(name), in_words(record.fields.get(name))) for name in joined]


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
            state=told(one),
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
