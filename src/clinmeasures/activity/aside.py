"""The rows set aside: those with a reason against them, and those that share a key and differ."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.raw import Raw

if TYPE_CHECKING:
    from clinmeasures.activity.prepare import PreparedLoad

SHOWN_TWINS = 5  # row numbers named in a reason
KEYS_AT_ONCE = 2_000_000  # held in about 150 MB while the repeated ones among them are found


def find_copies(prepared: "PreparedLoad") -> None:
    """Rows that share a key: identical ones are copies of the first, different ones a mistake.

    Which of several different rows is true cannot be told from here, so none is kept. Keys are
    looked through a part at a time, so that memory does not grow with the file.
    """
    usable = f"SELECT * FROM ({prepared.checked}) WHERE NOT _left_out AND len(reasons) = 0"
    prepared.query("CREATE OR REPLACE TABLE repeated (_key VARCHAR)")
    for part in parts_of(sum(raw.rows for raw in prepared.raws)):
        prepared.query(
            f"INSERT INTO repeated SELECT _key FROM ({usable}) WHERE {part} "
            "GROUP BY _key HAVING count(*) > 1"
        )
    [(repeated,)] = prepared.query("SELECT count(*) FROM repeated").fetchall()
    prepared.query(f"CREATE OR REPLACE TABLE twins AS {twins_in(prepared, usable, 'false')}")
    for part in parts_of(repeated) if repeated else ():
        prepared.query(f"INSERT INTO twins {twins_in(prepared, usable, part)}")
    prepared.query("DROP TABLE repeated")


def parts_of(rows: int) -> list[str]:
    """Conditions that part the keys of so many rows, each leaving few enough to hold."""
    parts = 1 + rows // KEYS_AT_ONCE
    return [f"hash(_key) % {parts} = {part}" for part in range(parts)] if parts > 1 else ["true"]


def twins_in(prepared: "PreparedLoad", usable: str, part: str) -> str:
    """A query of one part's repeated keys: their first row, and whether and where they differ."""
    record = prepared.record_type
    differing = ", ".join(differs(c.name) for c in record.columns if c.name not in record.key)
    return (
        "SELECT _key, min(_row) AS first_row, count(DISTINCT _same) > 1 AS differ, "
        f"count(*) AS copies, list_sort(list(_row))[:{SHOWN_TWINS}] AS examples, "
        f"concat_ws(', ', {differing}) AS differing "
        f"FROM ({usable}) WHERE _key IN (SELECT _key FROM repeated WHERE {part}) GROUP BY _key"
    )


def differs(column: str) -> str:
    """The column's name where its values differ within a group, a blank counting as a value."""
    name = sql.name(column)
    distinct = f"count(DISTINCT {name}) + max(CAST({name} IS NULL AS INTEGER))"
    return f"CASE WHEN {distinct} > 1 THEN {sql.text(column)} END"


def set_aside(prepared: "PreparedLoad") -> str:
    """A query of `_row`, `_file` and `reasons` (kind, column, because) of quarantined rows."""
    key = prepared.record_type.key
    because = (
        f"{sql.text(' and '.join(key) + ' stands in ')} || copies || "
        "' rows with different values (rows ' || array_to_string(examples, ', ') || "
        "'; they differ in ' || differing || '); keep one of them'"
    )
    twin = f"{{'kind': 'duplicate key', 'column': {sql.text(key[0])}, 'because': {because}}}"
    return (
        f"SELECT _row, _file, CASE WHEN len(reasons) = 0 THEN [{twin}] ELSE reasons END AS reasons "
        f"FROM ({prepared.checked}) AS rows LEFT JOIN twins USING (_key) "
        "WHERE NOT _left_out AND (len(reasons) > 0 OR differ)"
    )


def quarantined(prepared: "PreparedLoad") -> Iterator[dict[str, Any]]:
    """See `PreparedLoad.quarantined`."""
    for raw in prepared.raws:
        yield from with_cells(prepared, raw)
        for each in raw.ragged:
            yield {
                "file": raw.source.label,
                "row": each.row,
                "reasons": [{"kind": "ragged row", "column": "", "because": each.because}],
                "cells": {},
                "text": each.text,
            }


def with_cells(prepared: "PreparedLoad", raw: Raw) -> Iterator[dict[str, Any]]:
    """Rows set aside, each with its reasons and the cells of the file."""
    names = [f"c{i}" for i in range(len(raw.source.header))]
    query = (
        f"SELECT aside._row, aside.reasons, {', '.join(names)} "
        f"FROM ({set_aside(prepared)}) AS aside "
        f"JOIN read_parquet({sql.file(raw.path)}) AS cells USING (_row) ORDER BY _row"
    )
    for batch in prepared.query(query).to_arrow_reader(10_000):
        for row in batch.to_pylist():
            cells = zip(raw.source.header, (row[name] for name in names), strict=True)
            yield {
                "file": raw.source.label,
                "row": row["_row"],
                "reasons": row["reasons"],
                "cells": dict(cells),
                "text": "",
            }
