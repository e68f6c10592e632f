"""A file whose own columns a definition names: read as they are, with no mapping.

Only a report may do this: the columns extend the record type for this one page. Loading data for
good needs a mapping.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from clinmeasures.activity.record_types import Kind
from clinmeasures.definitions import Definition, Field
from clinmeasures.errors import BadInput
from clinmeasures.frames import label_of, read_moment
from clinmeasures.reports.cases import Cases, Reading

if TYPE_CHECKING:
    import pyarrow as pa

MOSTLY = 0.9  # of the filled cells: the rest of a column of numbers are mistakes
DAYS_A_MONTH = 365.25 / 12
KINDS = {
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.DATE: "a date such as 2026-03-31",
}


def own_fields(table: Mapping[str, Sequence[Any]]) -> dict[str, Field]:
    """The file's columns as fields that a definition may name, each of the kind it mostly holds."""
    return {
        name: Field(name=name, kind=kind_of(cells), words=in_words(name))
        for name, cells in table.items()
    }


def kind_of(cells: Sequence[Any]) -> Kind:
    """What most of the filled cells hold; codes with leading zeros are text."""
    filled = [text for text in map(as_text, cells) if text]
    for kind, reads in ((Kind.INTEGER, whole), (Kind.DECIMAL, decimal), (Kind.DATE, day)):
        good = sum(reads(text) is not None for text in filled)
        if filled and good >= MOSTLY * len(filled):
            return kind
    return Kind.TEXT


def in_words(column: str) -> str:
    """A column's name as it is written in a sentence."""
    return column.replace("_", " ").strip()


def as_text(cell: Any) -> str:
    """A cell as a file would write it; a missing one is blank."""
    return "" if cell is None or cell != cell else label_of(cell)  # noqa: PLR0124 (NaN)


def whole(text: str) -> int | None:
    """The text as a whole number; None where it is none, or is padded like an identifier."""
    digits = text.removeprefix("-")
    if not digits.isdecimal() or (len(digits) > 1 and digits[0] == "0"):
        return None
    return int(text)


def decimal(text: str) -> float | None:
    """The text as a finite number; None where it is none, or is padded like an identifier."""
    try:
        number = float(text)
    except ValueError:
        return None
    leading_zero = len(text) > 1 and text[0] == "0" and text[1].isdecimal()
    return number if np.isfinite(number) and not leading_zero and "_" not in text else None


def day(text: str) -> date | None:
    """The text as a date, without its time; None where it is none."""
    moment = None if text.isdecimal() else read_moment(text)
    return None if moment is None else date(moment.year, moment.month, moment.day)


def cases_of(
    table: Mapping[str, Sequence[Any]],
    definition: Definition,
    *,
    unit: str | None,
    date_column: str | None,
    origin: date | None,
    today: date | None = None,
) -> Cases:
    """Cases of a file by its own columns.

    Parameters
    ----------
    table : mapping of column to cells
    definition : Definition
        Parsed with `own_fields(table)`.
    unit, date_column : str, optional
        Columns. A date is ISO 8601, or a day number; months are then counted from `origin`, or
        numbered from the first day.
    today : date, optional
        A row with a later date is rejected.
    """
    for column in (unit, date_column):
        if column is not None and column not in table:
            raise BadInput(f"there is no column {column!r}; the columns are {', '.join(table)}.")
    lacking = sorted(name for name in _needed(definition) if name not in table)
    if lacking:
        raise BadInput(
            f"there is no column {lacking[0]!r}, which the definition needs; give a mapping that "
            "fills it, or name a column the file has."
        )
    rows = len(next(iter(table.values())))
    typed, wrong = _typed(table, sorted(_needed(definition)))
    periods, wrong_dates = _periods(table, date_column, origin, today)
    wrong.update({row: wrong.get(row, why) for row, why in wrong_dates.items()})
    counted, top, bottom = _evaluated(typed, definition, rows)
    counted &= ~np.isin(np.arange(rows), list(wrong))
    kept = np.flatnonzero(counted).tolist()
    return Cases(
        numerator=top[counted],
        denominator=bottom[counted],
        units=None if unit is None else [as_text(table[unit][i]) or "unattributed" for i in kept],
        unit_word=in_words(unit) if unit else "unit",
        periods=None if periods is None else [periods[i] for i in kept],
        counted_months=origin is None and periods is not None and _are_numbers(periods),
        reading=Reading(
            rows=rows,
            rejected=len(wrong),
            reasons=_summed(wrong),
            left_out=rows - len(wrong) - len(kept),
            missing=tuple(
                (name, sum(not as_text(table[name][i]) for i in kept))
                for name in sorted(_needed(definition) | ({unit} if unit else set()))
            ),
            without_date=0 if periods is None else sum(not periods[i] for i in kept),
        ),
    )


def _needed(definition: Definition) -> set[str]:
    """What the definition compares and adds up; its month is the report's own option."""
    named = {definition.value, definition.denominator}
    named.add(definition.numerator if isinstance(definition.numerator, str) else None)
    from clinmeasures.definitions.definition import fields_in

    compared = {name for condition in definition.conditions for name in fields_in(condition)}
    return compared | {name for name in named if name}


def _typed(
    table: Mapping[str, Sequence[Any]], names: Sequence[str]
) -> tuple["pa.Table", dict[int, str]]:
    """Columns of the kind they mostly hold, and the rows that hold something else, with why."""
    import pyarrow as pa

    readers = {Kind.INTEGER: whole, Kind.DECIMAL: decimal, Kind.DATE: day}
    types = {Kind.INTEGER: pa.int64(), Kind.DECIMAL: pa.float64(), Kind.DATE: pa.date32()}
    columns: dict[str, Any] = {}
    wrong: dict[int, str] = {}
    for name in names:
        kind = kind_of(table[name])
        texts = [as_text(cell) for cell in table[name]]
        read = readers.get(kind, str)
        cells = [read(text) if text else None for text in texts]
        for row, (text, cell) in enumerate(zip(texts, cells, strict=True)):
            if text and cell is None:
                wrong.setdefault(row, f"column '{name}' does not hold {KINDS[kind]}")
        columns[name] = pa.array(cells, types.get(kind, pa.string()))
    return pa.table(columns), wrong


def _evaluated(
    typed: "pa.Table", definition: Definition, rows: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether each row counts, its numerator or value, and its denominator."""
    import ibis

    from clinmeasures.engine.conditions import all_hold

    if not typed.num_columns:
        return np.ones(rows, dtype=bool), np.ones(rows), np.ones(rows)
    table = ibis.memtable(typed)
    if isinstance(definition.numerator, tuple):
        top: Any = all_hold(definition.numerator, table)
    else:
        top = table[str(definition.value or definition.numerator)]
    bottom = table[definition.denominator] if definition.denominator else ibis.literal(1.0)
    found = ibis.duckdb.connect().to_pyarrow(
        table.select(
            counts=all_hold(definition.where, table),
            top=top.cast("float64"),
            bottom=bottom.cast("float64"),
        )
    )
    arrays = [found[name].to_numpy() for name in ("counts", "top", "bottom")]
    return np.array(arrays[0], dtype=bool), arrays[1].astype(float), arrays[2].astype(float)


def _periods(
    table: Mapping[str, Sequence[Any]],
    column: str | None,
    origin: date | None,
    today: date | None,
) -> tuple[list[str] | None, dict[int, str]]:
    """The month of each row, and the rows whose date cannot be."""
    if column is None:
        return None, {}
    texts = [as_text(cell) for cell in table[column]]
    numbers = kind_of(table[column]) in {Kind.INTEGER, Kind.DECIMAL}
    what = "a day number" if numbers else "a date such as 2026-03-31"
    found, wrong = [""] * len(texts), {}
    for row, text in enumerate(texts):
        when = _dated(text, origin) if numbers else day(text)
        if text and when is None:
            wrong[row] = f"column '{column}' does not hold {what}"
        elif isinstance(when, date) and today is not None and when > today:
            wrong[row] = f"column '{column}' holds a date after {today}: it cannot have happened"
        elif when is not None:
            found[row] = when if isinstance(when, str) else f"{when.year:04}-{when.month:02}"
    return found, wrong


def _dated(text: str, origin: date | None) -> date | str | None:
    """A day number as a date; without an origin as the month of the study, in figures."""
    number = decimal(text)
    if number is None:
        return None
    if origin is None:
        return str(int((number - 1) // DAYS_A_MONTH) + 1)
    counted = origin.toordinal() + int(number) - 1
    inside = date.min.toordinal() <= counted <= date.max.toordinal()
    return date.fromordinal(counted) if inside else None


def _are_numbers(periods: Sequence[str]) -> bool:
    return all(period.lstrip("-").isdecimal() for period in periods if period)


def _summed(wrong: Mapping[int, str]) -> tuple[tuple[str, int], ...]:
    """Each reason with its first row and how many rows have it."""
    counts: dict[str, list[int]] = {}
    for row in sorted(wrong):
        counts.setdefault(wrong[row], []).append(row)
    return tuple((f"{why} (first in row {rows[0] + 1})", len(rows)) for why, rows in counts.items())
