"""The records behind a figure, as rows to read and as a file to keep."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from clinlead.figures.sums import is_share, of_two_sums, summed_units, unit_of_figure
from clinlead.printing.cells import harmless
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions import Definition, MeasureKind, fields_of
from clinmeasures.definitions.fields import JOINED_FROM, JOINING
from clinmeasures.wording.units import Unit, how_many, in_figures

SHOWN = {
    "spells": (
        *("admission_method", "patient_class", "discharge_method"),
        *("primary_diagnosis", "specialty"),
    ),
    "theatre": ("theatre", "specialty", "procedure", "cancellation_reason"),
    "clinics": ("attendance_type", "outcome", "specialty"),
    "emergency": ("decision", "acuity", "diagnosis"),
    "endoscopy": ("intended_extent", "reached_extent"),
}
# Of a day of a job plan: how many half-days of what were held.
HELD = {
    "theatre_sessions": "in theatre",
    "clinic_sessions": "in clinic",
    "endoscopy_sessions": "of endoscopy",
    "acute_sessions": "of acute assessments",
}
YES_OR_NO = (MeasureKind.PROPORTION, MeasureKind.OBSERVED_EXPECTED)


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
            words=words_of(row, dataset),
            counts=counts_words(row, definition),
            share=share_words(row["weight_millionths"]),
        )
        for row in rows
    ]


def columns_listed(definition: Definition) -> list[str]:
    """The record's own columns, and of a day what it was joined from, that a line speaks of."""
    record = definition.record
    shown = (*SHOWN.get(record, ()), *JOINED_FROM.get(record, ()))
    return [month_field(definition), *shown]


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


def words_of(row: Mapping[str, Any], dataset: str) -> str:
    if dataset in JOINING:
        return words_of_day(row)
    said = [str(row[name]).replace("_", " ") for name in SHOWN.get(dataset, ()) if row.get(name)]
    return ", ".join(said)


def words_of_day(row: Mapping[str, Any]) -> str:
    """What was held on a day, in half-days, and why somebody was away."""
    held = [
        f"{how_many(row[name], 'half-day')} {where}"
        for name, where in HELD.items()
        if row.get(name)
    ]
    away = [f"on leave ({row['leave_kind']})"] if row.get("leave_kind") else []
    return ", ".join([*held, *away]) or "nothing held"


def counts_words(row: Mapping[str, Any], definition: Definition) -> str:
    """What the record adds to the figure."""
    if definition.kind is MeasureKind.OBSERVED_EXPECTED and definition.value:
        expected = in_figures(row["risk"] / 1_000_000_000, 1)
        return f"{Unit(definition.unit).text(row['value'])}, where {expected} were expected"
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        happened = "counted" if row["numerator"] else "not counted"
        return f"{happened}; risk {in_figures(row['risk'] / 10_000_000, 1)}%"
    if definition.kind is MeasureKind.PROPORTION:
        return "counted" if row["numerator"] else "not counted"
    if definition.kind is MeasureKind.DISTINCT:
        return f"{row['value']}{'' if row['numerator'] else ', counted already'}"
    if of_two_sums(definition):
        return two_sums_of(row, definition)
    return unit_of_figure(definition).text(row["value"])


def two_sums_of(row: Mapping[str, Any], definition: Definition) -> str:
    """What a record adds to either total: "45 of 240 minutes"."""
    above, below = summed_units(definition)
    weight = row["weight_millionths"]
    top, bottom = (
        unit.number(row[name] / weight)
        for unit, name in ((above, "numerator"), (below, "denominator"))
    )
    if is_share(definition) and row["denominator"]:
        return f"{top} of {bottom} {below.name}"
    if is_share(definition):  # nothing was planned, or it stands with another case of the list
        return f"{top} {below.name}"
    return f"{top} to {bottom}" if not above.name else f"{top} {above.name}, {bottom} {below.name}"


def share_words(millionths: int) -> str:
    whole = millionths == 1_000_000
    return "" if whole else f"{in_figures(millionths / 10_000, 1)}%"


def as_csv(rows: Sequence[Mapping[str, Any]], definition: Definition) -> str:
    """The records as CSV: their own columns, what they add, and no patient's key."""
    columns = columns_filed(definition)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["record", "month", "share", "numerator", "value", *columns])
    writer.writerows(map(as_cell, line) for line in csv_lines(rows, definition, columns))
    return text.getvalue()


def columns_filed(definition: Definition) -> list[str]:
    """The columns of a file of records: their own, then the derived ones the figure reads."""
    kind = RECORD_TYPES[definition.record]
    own = [column.name for column in kind.columns if not column.patient]
    return [*own, *(name for name in sorted(definition.fields) if name not in own)]


def csv_lines(
    rows: Sequence[Mapping[str, Any]], definition: Definition, columns: Sequence[str]
) -> Iterator[list[Any]]:
    counts = definition.kind in YES_OR_NO and not definition.value
    for row in rows:
        counted = int(bool(row["numerator"])) if counts else None
        share = row["weight_millionths"] / 1_000_000
        own = (row.get(name) for name in columns)
        yield [row["_key"], row["month"], share, counted, row["value"], *own]


def as_cell(value: Any) -> Any:
    """Times to the minute; text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return harmless(value)


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
