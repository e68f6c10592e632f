"""Definitions and rows to tallies by month, ready to be kept: no database in here."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from clinmeasures.definitions import Definition, fields_of
from clinmeasures.definitions.fields import JOINED_FROM
from clinmeasures.engine import Activity, Facts, compute_tallies

Progress = Callable[[int, int, str], None]  # done, of, what
NUMBERS = ("n", "numerator", "denominator", "weight", "weight_squared")
VALUES = ("value_sum", "value_sum_squared")
COLUMNS = ("unit", *NUMBERS, *VALUES, "histogram")
# What an attribution rule reads beside the measure's own data sets.
READ_BY_RULE = {"longest_stay": "episodes", "shares": "episodes", "operating": "procedures"}


@dataclass(frozen=True, order=True)
class Place:
    """Which month of which measure, under which rule."""

    measure: str
    version: int
    rule: str
    month: str


@dataclass
class ComputedMonth:
    """The tallies of one place, by unit, as whole numbers."""

    complete: bool
    rows: list[tuple[Any, ...]] = field(default_factory=list)  # in the order of COLUMNS

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the tallies as canonical JSON: equal figures, equal digest.

        Worked out once, so ask for it when all rows are there.
        """
        text = json.dumps(sorted(self.rows), separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def data_sets_read(definition: Definition) -> frozenset[str]:
    """The record type and every data set that the definition's fields are derived from."""
    known = fields_of(definition.record)
    reads = {each for name in definition.fields for each in known[name].reads}
    return frozenset({definition.record} | reads)


def data_sets_needed(definition: Definition, rule: str) -> frozenset[str]:
    """Those, and what the rule reads."""
    by_rule = {READ_BY_RULE[rule]} if rule in READ_BY_RULE else set()
    return data_sets_read(definition) | by_rule


def data_sets_joined(definition: Definition) -> frozenset[str]:
    """What a joined measure reads, and what its records show beside it."""
    known = fields_of(definition.record)
    shown = JOINED_FROM.get(definition.record, ())
    return data_sets_read(definition) | {each for name in shown for each in known[name].reads}


def complete_to(definition: Definition, last_days: Mapping[str, date]) -> str | None:
    """The last day for which all the data a measure reads is in; what was never loaded is not."""
    days = [last_days[name] for name in data_sets_read(definition) if name in last_days]
    return min(days).isoformat() if definition.record in last_days and days else None


def tallies_of(
    definitions: Iterable[Definition],
    rows: Activity | Facts,
    *,
    months: Sequence[str] | None,
    last_days: Mapping[str, date],
    means: Mapping[str, Any],
    progress: Progress | None = None,
) -> dict[Place, ComputedMonth]:
    """Every definition's tallies under every rule it allows; those alike share one pass."""
    found: dict[Place, ComputedMonth] = {}
    for (record, rules, to), alike in grouped(definitions, last_days).items():
        table = compute_tallies(
            alike,
            rows,
            rules=list(rules),
            months=None if months is None else list(months),
            complete_to={record: to} if to else None,
            progress=progress,
            **means,
        )
        for row in table.to_pylist():
            place = Place(row["measure"], row["version"], row["rule"], row["month"])
            month = found.setdefault(place, ComputedMonth(complete=row["complete"]))
            month.rows.append(as_stored(row))
    return found


def grouped(
    definitions: Iterable[Definition], last_days: Mapping[str, date]
) -> dict[tuple[str, tuple[str, ...], str | None], list[Definition]]:
    groups: dict[tuple[str, tuple[str, ...], str | None], list[Definition]] = {}
    for each in definitions:
        key = (each.record, each.attribution, complete_to(each, last_days))
        groups.setdefault(key, []).append(each)
    return groups


def as_stored(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """One tally as it is kept: squares as text, for they outgrow 64 bits.

    Beside what happened, a model's risks stand where values do: their sum, and their variance.
    """
    counts = [int(row[name] or 0) for name in NUMBERS[:-1]]  # different values have no denominator
    foreseen = row["risk_sum"] is not None
    value, spread = ("risk_sum", "risk_variance") if foreseen else VALUES
    total = None if row[value] is None else int(row[value])
    squares = None if row[spread] is None else str(int(row[spread]))
    squared = str(int(row["weight_squared"]))
    return (row["unit"], *counts, squared, total, squares, row["histogram"])
