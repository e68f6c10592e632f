"""Accepted corrections, laid over the source's rows while these still say the old value."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.record_types import RECORD_TYPES, Kind, RecordType
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.zones import as_utc
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DUPLICATE_OF = "duplicate_of"  # not a column: corrected to the key of the record that stays
Cells = Mapping[str, tuple[str, tuple[str, ...]]]  # field → the table of its changes, its columns
Steps = dict[str, dict[str, list[tuple[Any, Any]]]]  # field → key → (old, new) as accepted


def corrected(rows: "ir.Table", changes: "Mapping[str, ir.Table]") -> "ir.Table":
    """The rows with each correction applied where the row still holds its old value.

    Where the source already says the new value, or a third one, the row stays as the source has it.
    A record that is the duplicate of another is left out, before anything looks at it.
    """
    for name, table in changes.items():
        rows = _without(rows, table) if name == DUPLICATE_OF else _overlaid(rows, name, table)
    return rows


def overlaid(rows: str, cells: Cells) -> str:
    """The same as SQL, over a table or view of rows that are typed."""
    source, joins, replaced = f"{rows} as put", "", []
    for nth, (name, (table, columns)) in enumerate(cells.items()):
        if name == DUPLICATE_OF:
            source = f"({_without_twins(rows, table)}) as put"
            continue
        joins += (
            f" left join {table} as c{nth} on put._key = c{nth}._corrected_key "
            f'and put."{name}" is not distinct from c{nth}._old'
        )
        news = {name: "_new"} | ({f"{name}_utc": "_new_utc"} if "_new_utc" in columns else {})
        touched = f"c{nth}._corrected_key is not null"
        replaced += [
            f'case when {touched} then c{nth}.{new} else put."{column}" end as "{column}"'
            for column, new in news.items()
        ]
    replacing = f" replace ({', '.join(replaced)})" if replaced else ""
    return f"select put.*{replacing} from {source}{joins}"


def _without_twins(rows: str, table: str) -> str:
    twins = f"select _corrected_key from {table} where _old is null and _new is not null"
    return f"from {rows} anti join ({twins}) as twins on {rows}._key = twins._corrected_key"


def _without(rows: "ir.Table", duplicates: "ir.Table") -> "ir.Table":
    twins = duplicates.filter(duplicates["_old"].isnull() & duplicates["_new"].notnull())
    return rows.anti_join(twins, rows["_key"] == twins["_corrected_key"])


def changes_of(activity: Activity, record: RecordType) -> "dict[str, pa.Table]":
    """Of each corrected field the cells to change: `_corrected_key, _old, _new` (, `_new_utc`)."""
    if activity.corrections is None or not activity.corrections.num_rows:
        return {}
    steps = _steps(activity.corrections, record)
    return {
        name: _cells(by_key, _kind(record, name), activity.timezone)
        for name, by_key in steps.items()
    }


def _steps(corrections: "pa.Table", record: RecordType) -> Steps:
    steps: Steps = defaultdict(lambda: defaultdict(list))
    for each in corrections.to_pylist():
        if each["dataset"] == record.name:
            kind = _kind(record, each["field"])
            old, new = (_value(each, end, kind) for end in ("old", "new"))
            steps[each["field"]][each["key"]].append((old, new))
        elif each["dataset"] not in RECORD_TYPES:
            raise BadInput(
                f"a correction names the data set '{each['dataset']}', and there is none."
            )
    return steps


def _kind(record: RecordType, field: str) -> Kind:
    if field in {"patient_key", DUPLICATE_OF}:
        return Kind.TEXT
    column = record.column(field)
    if column is None or column.patient:
        raise BadInput(
            f"a correction names the field '{field}', which '{record.name}' does not have."
        )
    return column.kind


def _value(correction: dict[str, Any], end: str, kind: Kind) -> Any:
    text = correction[end]
    if text is None or text == "":
        return None
    try:
        return _PARSE.get(kind, str)(text)
    except ValueError as error:
        place = f"{correction['dataset']}:{correction['key']}"
        raise BadInput(
            f"the correction of {place}, field '{correction['field']}': '{text}' is no "
            f"{WORDS[kind]}."
        ) from error


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:  # no engine holds it
        raise ValueError(text)
    return number


WORDS = {
    Kind.INTEGER: "whole number",
    Kind.DECIMAL: "number",
    Kind.FLAG: "true or false",
    Kind.DATE: "date",
    Kind.INSTANT: "date and time",
}
_PARSE: dict[Kind, Callable[[str], Any]] = {
    Kind.INTEGER: _whole,
    Kind.DECIMAL: float,
    Kind.FLAG: _flag,
    Kind.DATE: lambda text: date.fromisoformat(text[:10]),
    Kind.INSTANT: lambda text: datetime.fromisoformat(text).replace(tzinfo=None),
}


def settled(steps: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """Where each value of a cell ends after all its corrections, in their order."""
    ends = {}
    for start, _ in steps:
        value = start
        for old, new in steps:
            value = new if value == old else value
        ends[start] = value
    return ends


def _cells(by_key: dict[str, list[tuple[Any, Any]]], kind: Kind, zone_name: str) -> "pa.Table":
    import pyarrow as pa

    cells = [
        (key, old, new) for key, steps in by_key.items() for old, new in settled(steps).items()
    ]
    held = arrow_type(kind)
    columns = {
        "_corrected_key": pa.array([key for key, _, _ in cells], pa.string()),
        "_old": pa.array([old for _, old, _ in cells], held),
        "_new": pa.array([new for _, _, new in cells], held),
    }
    if kind is Kind.INSTANT:
        in_utc = [new and as_utc(new, zone_name) for _, _, new in cells]
        columns["_new_utc"] = pa.array(in_utc, held)
    return pa.table(columns)


def arrow_type(kind: Kind) -> "pa.DataType":
    """How Arrow holds the values of a column."""
    import pyarrow as pa

    known = {
        Kind.INTEGER: pa.int64(),
        Kind.DECIMAL: pa.float64(),
        Kind.FLAG: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.INSTANT: pa.timestamp("us"),
    }
    return known.get(kind, pa.string())


def _overlaid(rows: "ir.Table", name: str, changes: "ir.Table") -> "ir.Table":
    joined = rows.left_join(
        changes,
        [rows["_key"] == changes["_corrected_key"], rows[name].identical_to(changes["_old"])],
    )
    touched = joined["_corrected_key"].notnull()
    replaced = {name: touched.ifelse(joined["_new"], joined[name])}
    if "_new_utc" in changes.columns:
        replaced[f"{name}_utc"] = touched.ifelse(joined["_new_utc"], joined[f"{name}_utc"])
    return joined.mutate(**replaced).select(*rows.columns)
