"""The records behind a figure, as rows to read and as a file to keep."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from clinlead.figures.sums import unit_of_figure
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions import Definition, MeasureKind, fields_of
from clinmeasures.wording.units import in_figures

SHOWN = ("admission_method", "patient_class", "discharge_method", "primary_diagnosis", "specialty")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so


@dataclass(frozen=True, kw_only=True)
class Line:
    """One record in the list."""

    key: str
    href: str
    when: date | None
    words: str
    counts: str
    share: str


def lines(rows: Iterable[Mapping[str, Any]], definition: Definition, dataset: str) -> list[Line]:
    when = month_field(definition)
    return [
        Line(
            key=row["_key"],
            href=f"/records/{address_of(dataset, row['_key'])}/",
            when=as_day(row[when]),
            words=words_of(row),
            counts=counts_words(row, definition),
            share=share_words(row["weight_millionths"]),
        )
        for row in rows
    ]


def columns_listed(definition: Definition) -> list[str]:
    """The record's own columns that a line says something of."""
    kind = RECORD_TYPES[definition.record]
    shown = [name for name in SHOWN if kind.column(name)]
    return [month_field(definition), *(name for name in shown if name != month_field(definition))]


def newest_first(
    rows: Iterable[Mapping[str, Any]], definition: Definition
) -> list[Mapping[str, Any]]:
    when = month_field(definition)
    return sorted(rows, key=lambda row: (row[when], row["_key"]), reverse=True)


def month_field(definition: Definition) -> str:
    return RECORD_TYPES[definition.record].month_of


def address_of(dataset: str, key: str) -> str:
    from clinlead.validation.addresses import record_id

    return record_id(dataset, key)


def as_day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def words_of(row: Mapping[str, Any]) -> str:
    said = [str(row[name]).replace("_", " ") for name in SHOWN if row.get(name)]
    return ", ".join(said)


def counts_words(row: Mapping[str, Any], definition: Definition) -> str:
    """What the record adds to the figure."""
    if definition.kind is MeasureKind.PROPORTION:
        return "counted" if row["numerator"] else "not counted"
    unit = unit_of_figure(definition)
    return unit.text(row["value"])


def share_words(millionths: int) -> str:
    whole = millionths == 1_000_000
    return "" if whole else f"{in_figures(millionths / 10_000, 1)}%"


def as_csv(rows: Sequence[Mapping[str, Any]], definition: Definition) -> str:
    """The records as CSV: their own columns, what they add, and no patient's key."""
    kind = RECORD_TYPES[definition.record]
    own = [column.name for column in kind.columns if not column.patient]
    derived = [name for name in sorted(definition.fields) if name not in own]
    columns = [*own, *derived]
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["record", "month", "share", "numerator", "value", *columns])
    writer.writerows(map(harmless, line) for line in csv_lines(rows, definition, columns))
    return text.getvalue()


def csv_lines(
    rows: Sequence[Mapping[str, Any]], definition: Definition, columns: Sequence[str]
) -> Iterator[list[Any]]:
    counts = definition.kind is MeasureKind.PROPORTION
    for row in rows:
        counted = int(bool(row["numerator"])) if counts else None
        share = row["weight_millionths"] / 1_000_000
        own = (row.get(name) for name in columns)
        yield [row["_key"], row["month"], share, counted, row["value"], *own]


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula is quoted."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return cell


def definition_words(definition: Definition) -> list[tuple[str, str]]:
    """The definition in words, for "how this is worked out"."""
    known = fields_of(definition.record)
    derived = [known[name] for name in sorted(definition.fields) if known[name].derived]
    pairs = [
        ("Counts", definition.counts),
        ("Out of", definition.out_of),
        ("Left out", definition.exclusions),
        ("Clock", definition.clock),
        ("What you can change", definition.influence),
        ("Waits", waits_words(definition)),
        ("Source", definition.source),
        ("Author and checker", ", ".join(filter(None, [definition.author, definition.checker]))),
    ]
    pairs += [(each.words.capitalize(), each.how) for each in derived]
    return [(label, words) for label, words in pairs if words]


def waits_words(definition: Definition) -> str:
    ahead, lag = definition.looks_ahead_days, definition.lag_days
    if not ahead + lag:
        return ""
    parts = [f"{ahead} days to see what follows"] if ahead else []
    parts += [f"{lag} days for coding"] if lag else []
    return f"A month is complete after {' and '.join(parts)}."
