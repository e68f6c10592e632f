"""One record with whom it counts for, and the places that say so. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from clinmeasures.activity.reasons import EARLIEST, LONGEST_TEXT
from clinmeasures.activity.record_types import RECORD_TYPES, Column, Kind
from clinmeasures.attribution.rules import RULES

UNATTRIBUTED = "unattributed"
POOL = "pool:"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
GREATEST = 10**9  # no amount in a record is more: minutes of a thousand years, say
AS_SEEN = json.JSONEncoder(sort_keys=True, default=str)


@dataclass(frozen=True, kw_only=True)
class Record:
    """The latest corrected row of a record, and its units by attribution rule."""

    dataset: str
    key: str
    month: str | None
    fields: Mapping[str, object]
    weights: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # rule, unit, millionths
    patient_key: str = ""
    load: str = ""
    row: int | None = None  # of the file that was loaded, 1 = first data row

    def units(self, rules: Iterable[str] | None = None) -> frozenset[str]:
        """Whom it counts for with any weight, under these rules (all when none are given)."""
        asked = self.weights if rules is None else rules
        return frozenset(
            unit
            for rule in asked
            for unit, weight in self.weights.get(rule, {}).items()
            if weight > 0 and unit != UNATTRIBUTED
        )

    @property
    def day(self) -> date | None:
        """The local day it is filed under."""
        value = self.fields.get(RECORD_TYPES[self.dataset].month_of)
        return value.date() if isinstance(value, datetime) else value  # type: ignore[return-value]

    @property
    def seen(self) -> str:
        """A digest of what an owner saw: when it changes, they have not checked it yet."""
        text = AS_SEEN.encode([dict(self.fields), dict(self.weights)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a source says whose a record is: one field of one row, and the rules that read it."""

    dataset: str
    key: str
    field: str
    code: str | None
    on: date | None  # the day on which the code is looked up
    words: str
    rules: tuple[str, ...]
    unit: str = UNATTRIBUTED  # what the code stands for on that day

    @property
    def id(self) -> str:
        return f"{self.dataset} {self.field} {self.key}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of another data set that belongs to the same spell."""

    dataset: str
    key: str
    fields: Mapping[str, object]

    def day(self, name: str) -> date | None:
        value = self.fields.get(name)
        return value.date() if isinstance(value, datetime) else value  # type: ignore[return-value]


def places_of(record: Record, related: Mapping[str, Sequence[Row]]) -> list[Place]:
    """Every place that attribution reads for a record, units not yet looked up."""
    found = own_places(record)
    if record.dataset == "spells":
        found += episode_places(related.get("episodes", ()))
        found += operating_place(record, related.get("procedures", ()))
    return found


OWN_PLACES: dict[str, tuple[tuple[str, str, tuple[str, ...], str], ...]] = {
    "spells": (
        ("discharging_consultant", "discharged_at", ("discharging",), "Consultant at discharge"),
        ("admitting_consultant", "admitted_at", ("admitting",), "Consultant on admission"),
    ),
    "procedures": (
        ("surgeon", "performed_at", ("operating",), "Operating surgeon"),
        ("supervisor", "performed_at", ("supervising",), "Supervisor"),
    ),
    "theatre": (
        ("surgeon", "session_planned_start", ("operating", "session_owner"), "Operating surgeon"),
        ("supervisor", "session_planned_start", ("supervising",), "Supervisor"),
    ),
    "clinics": (("slot_owner", "slot_at", ("slot_owner",), "Owner of the slot"),),
    "emergency": (("reviewed_by", "arrived_at", ("reviewing",), "Reviewed by"),),
    "endoscopy": (
        ("endoscopist", "performed_at", ("performing",), "Endoscopist"),
        ("supervisor", "performed_at", ("supervising",), "Supervisor"),
    ),
    "documents": (("author", "sent_at", ("author",), "Author"),),
}


def own_places(record: Record) -> list[Place]:
    row = Row(dataset=record.dataset, key=record.key, fields=record.fields)
    return [
        place(row, name, row.day(when), words, rules)
        for name, when, rules, words in OWN_PLACES.get(record.dataset, ())
    ]


def place(row: Row, name: str, on: date | None, words: str, rules: tuple[str, ...]) -> Place:
    code = text_of(row.fields.get(name))
    return Place(
        dataset=row.dataset, key=row.key, field=name, code=code, on=on, words=words, rules=rules
    )


def episode_places(episodes: Sequence[Row]) -> list[Place]:
    longest = longest_of(episodes)
    return [
        place(
            row,
            "consultant",
            row.day("ended_at"),
            f"Consultant of episode {row.fields.get('episode')}",
            ("longest_stay", "shares") if row is longest else ("shares",),
        )
        for row in episodes
    ]


def longest_of(episodes: Sequence[Row]) -> Row | None:
    """The longest episode; of two equally long, the one with the lower number."""

    def length(row: Row) -> tuple[float, int]:
        start, end = (row.fields.get(name) for name in ("started_at_utc", "ended_at_utc"))
        known = isinstance(start, datetime) and isinstance(end, datetime)
        seconds = max((end - start).total_seconds(), 0) if known else 0  # type: ignore[operator]
        return seconds, -int(row.fields.get("episode") or 999_999)  # type: ignore[call-overload]

    return max(episodes, key=length, default=None)


def operating_place(record: Record, procedures: Sequence[Row]) -> list[Place]:
    primary = record.fields.get("primary_procedure")

    def order(row: Row) -> tuple:
        performed = row.fields.get("performed_at_utc")
        coded = primary is not None and row.fields.get("code") == primary
        when = performed if isinstance(performed, datetime) else datetime.max  # noqa: DTZ901
        return not coded, when, row.key

    first = min(procedures, key=order, default=None)
    if first is None:
        return []
    day = first.day("performed_at")
    return [place(first, "surgeon", day, "Operating surgeon", ("operating",))]


def text_of(value: object) -> str | None:
    """A value as a correction writes it: ISO dates and times, blank as nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def correctable(dataset: str, *kinds: Kind) -> list[Column]:
    """The columns of a data set whose values an owner can put right, by kind."""
    key = RECORD_TYPES[dataset].key
    return [
        column
        for column in RECORD_TYPES[dataset].columns
        if column.name not in key
        and not (column.patient or column.clinician)
        and (not kinds or column.kind in kinds)
    ]


DATES = (Kind.DATE, Kind.INSTANT)
DETAILS = (Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.FLAG, Kind.CODE)


class WrongValue(ValueError):
    """Something said that cannot be meant: which part of the form, and what to do, in words."""

    def __init__(self, part: str, because: str) -> None:
        self.part = part
        self.because = because
        super().__init__(because)


def as_stored(dataset: str, name: str, typed: str) -> str | None:
    """What was typed, as a correction writes it; WrongValue where the column cannot hold it."""
    column = RECORD_TYPES[dataset].column(name)
    if column is None:
        raise WrongValue("field", f"There is no field '{name}' in this record.")
    text = typed.strip()
    if len(text) > LONGEST_TEXT or CONTROL.search(text):
        raise WrongValue("value", _say(column, f"one line of at most {LONGEST_TEXT} characters"))
    if text:
        return _PARSERS.get(column.kind, _plain)(text, column)
    if column.required:
        raise WrongValue("value", f"The {label(column.name).lower()} cannot be blank.")
    return None


def _plain(text: str, _column: Column) -> str:
    return text


def _instant(text: str, column: Column) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue(
            "value", _say(column, "a date and time, for example 2026-03-27 14:30")
        ) from None
    if found.tzinfo is not None:
        raise WrongValue("value", _say(column, "the local time, without a time zone"))
    _not_before_all(found.date(), column)
    return found.isoformat()


def _date(text: str, column: Column) -> str:
    try:
        found = datetime.fromisoformat(text).date()
    except ValueError:
        raise WrongValue("value", _say(column, "a date, for example 2026-03-27")) from None
    _not_before_all(found, column)
    return found.isoformat()


def _not_before_all(found: date, column: Column) -> None:
    if found < EARLIEST:
        raise WrongValue("value", _say(column, f"a day from {EARLIEST} on"))


def why_not_yet(dataset: str, name: str, new: str | None, today: date) -> str:
    """Why a value cannot stand today: what is later has not happened; empty where it can."""
    column = RECORD_TYPES[dataset].column(name)
    if column is None or column.kind not in DATES or column.may_be_future or not new:
        return ""
    if date.fromisoformat(new[:10]) <= today:
        return ""
    return f"{label(name)} {new[:10]} is later than today: it cannot have happened."


def _integer(text: str, column: Column) -> str:
    try:
        return str(_within(int(text.replace("_", "?")), column))
    except ValueError:
        raise WrongValue("value", _say(column, _range("a whole number", column))) from None


def _decimal(text: str, column: Column) -> str:
    try:
        return str(_within(float(text.replace("_", "?")), column))
    except ValueError:
        raise WrongValue("value", _say(column, _range("a number", column))) from None


def _within(number: float, column: Column) -> float:
    """The number, or ValueError where it cannot be true; so that NaN is refused, too."""
    low = -GREATEST if column.lowest is None else column.lowest
    high = GREATEST if column.highest is None else column.highest
    if not low <= number <= high:
        raise ValueError(number)
    return number


def _range(what: str, column: Column) -> str:
    if column.lowest is None:
        return what
    return f"{what} from {column.lowest}" + (
        "" if column.highest is None else f" to {column.highest}"
    )


def _flag(text: str, column: Column) -> str:
    if text.lower() not in {"true", "false", "yes", "no"}:
        raise WrongValue("value", _say(column, "yes or no"))
    return "true" if text.lower() in {"true", "yes"} else "false"


def _code(text: str, column: Column) -> str:
    if column.codes and text not in column.codes:
        raise WrongValue("value", _say(column, "one of " + ", ".join(column.codes)))
    return text


def _say(column: Column, what: str) -> str:
    return f"Give the {label(column.name).lower()} as {what}."


_PARSERS = {
    Kind.INSTANT: _instant,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.FLAG: _flag,
    Kind.CODE: _code,
}

LABELS = {
    "spell_id": "Spell",
    "admitted_at": "Admitted",
    "discharged_at": "Discharged",
    "discharge_method": "How they left",
    "patient_class": "Kind of stay",
    "age_years": "Age",
    "primary_diagnosis": "Main diagnosis (ICD-10)",
    "primary_procedure": "Main procedure (OPCS-4)",
    "ready_at": "Ready to leave",
    "decided_to_admit_at": "Decision to admit",
    "admitting_consultant": "Consultant on admission",
    "discharging_consultant": "Consultant at discharge",
    "deprivation_decile": "Deprivation decile",
    "wardstay_id": "Ward stay",
    "started_at": "Began",
    "ended_at": "Ended",
}


def label(name: str) -> str:
    """A column's name in words."""
    return LABELS.get(name, name.removesuffix("_at").replace("_", " ").capitalize())


def rule_words(rule: str) -> str:
    return RULES[rule].words if rule in RULES else rule
