"""Facts put right after records changed: only the months in which a row comes out otherwise."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clinmeasures.engine.activity import Activity, Facts, Means
from clinmeasures.engine.facts import facts_files
from clinmeasures.engine.nearby import KEYS, ROWS, make_changed_rows
from clinmeasures.engine.opening import opened_plainly
from clinmeasures.engine.statements import reading
from clinmeasures.errors import BadInput

TOGETHER = sorted({each.together for each in RECORD_TYPES.values() if each.together})


class OlderFacts(BadInput):
    """The facts have other columns than this version writes: write them again whole."""


@dataclass(frozen=True, kw_only=True)
class Mended:
    """Which months came out otherwise.

    Attributes
    ----------
    months : tuple of str
        Of the facts ("none": rows without a month). Those that have no file now hold no row any
        more.
    counted : mapping of column to tuple of str
        For every date and time of the record type, the months that the rows which differ have in
        it, before or after: measures that count by this column change in these months alone.
    """

    months: tuple[str, ...]
    counted: Mapping[str, tuple[str, ...]]


def mend_facts(
    activity: Activity,
    record_type: str,
    facts: Facts,
    directory: Path,
    *,
    keys: Iterable[str],
    people: Iterable[str] = (),
    memory_limit: str = "2GB",
    threads: int = 2,
) -> Mended:
    """Write again the months of facts that a change of some records alters, and no others.

    Parameters
    ----------
    activity : Activity
        The store as it is now, with its corrections.
    facts : Facts
        As they were before; they are only read.
    directory : Path
        Receives `<record type>/month=<yyyy-mm|none>/part-0.parquet`, each month whole.
    keys : iterable of str
        The records that changed, or whose episodes, documents and the like did.
    people : iterable of str
        Patients' keys whose records may come out otherwise, beyond those whom `keys` are of now
        or were of in the facts: with a change of their death.

    Returns
    -------
    Mended
        What is written equals what `write_facts` would give for these months, had it written the
        rest of the facts from the same store.

    Raises
    ------
    OlderFacts
        If the facts were written by a version that had other fields.
    """
    means = Means(memory_limit=memory_limit, threads=threads)
    files = facts_files(facts, record_type)
    with opened_plainly(facts, means) as connection:
        keys = sorted(keys)
        with_others = RECORD_TYPES[record_type].together
        given = people if with_others == "patient_key" else ()
        others = {*given, *_together(connection, files, keys, with_others)}
        make_changed_rows(connection, activity, record_type, keys, others)
        columns = _compared(connection, files)
        months = _months(connection, "month")
        for month in months:
            _write_month(connection, columns, files, month, directory / record_type)
        return Mended(months=months, counted=_counted(connection, record_type))


def _together(connection: Any, files: Sequence[Path], keys: Sequence[str], column: str) -> set[str]:
    """The patients or sessions that the records were of, as the facts say."""
    if not files or column not in _columns(connection, reading(files)):
        return set()
    asked = f'select distinct "{column}" from {reading(files)} where _key in (select unnest(?))'
    found = connection.execute(asked, [list(keys)]).fetchall()
    return {row[0] for row in found if row[0] is not None}


def _compared(connection: Any, files: Sequence[Path]) -> str:
    """Make `was` (the rows as they came out before) and `differing`; the columns, for SQL."""
    now = _columns(connection, ROWS)
    if files:
        connection.execute(f"create temp view facts as from {reading(files)}")
    else:
        connection.execute(f"create temp view facts as from {ROWS} limit 0")
    if set(_columns(connection, "facts")) - {"generation"} != set(now):
        raise OlderFacts("the facts have other columns than are written today; write them again.")
    columns = ", ".join(f'"{name}"' for name in now)
    held = _holding(connection, files, now)
    source = reading(held) if held else "facts limit 0"
    mine = f" where {_mine(now)}" if held else ""
    connection.execute(f"create temp table was as select {columns} from {source}{mine}")
    connection.execute(
        f"create temp table differing as (select {columns} from was except all "
        f"select {columns} from {ROWS}) union all (select {columns} from {ROWS} except all "
        f"select {columns} from was)"
    )
    return columns


def _holding(connection: Any, files: Sequence[Path], columns: Sequence[str]) -> list[str]:
    """The files with a row that was computed again: found by two columns, and then read whole."""
    if not files:
        return []
    rows = reading(files, named=True)
    found = connection.execute(f"select distinct filename from {rows} where {_mine(columns)}")
    return sorted(row[0] for row in found.fetchall())


def _columns(connection: Any, table: str) -> list[str]:
    return list(connection.execute(f"from {table} limit 0").to_arrow_table().column_names)


def _mine(columns: Iterable[str]) -> str:
    """Whether a row is one of those computed again; never null."""
    test = f'coalesce("_key" in (select "_key" from {KEYS}), false)'
    for column in TOGETHER:
        if column in columns:
            test += f' or coalesce("{column}" in (select "{column}" from near_together), false)'
    return f"({test})"


def _months(connection: Any, of: str) -> tuple[str, ...]:
    query = f"select distinct {of} as month from differing where {of} is not null order by 1"
    return tuple(row[0] for row in connection.execute(query).fetchall())


def _counted(connection: Any, record_type: str) -> dict[str, tuple[str, ...]]:
    moments = [
        column.name
        for column in RECORD_TYPES[record_type].columns
        if column.kind in (Kind.DATE, Kind.INSTANT)
    ]
    return {name: _months(connection, f"strftime(\"{name}\", '%Y-%m')") for name in moments}


def _write_month(
    connection: Any, columns: str, files: Sequence[Path], month: str, place: Path
) -> None:
    """One month whole: the rows that stayed as they were, and those that were computed again."""
    held = [file for file in files if file.parent.name == f"month={month}"]
    rows = f"select {columns} from {ROWS} where month = '{month}'"
    if held:
        kept = f"select {columns} from {reading(held)} where not {_mine(columns)}"
        rows = f"{kept} union all {rows}"
    folder = place / f"month={month}"
    folder.mkdir(parents=True)
    written = connection.execute(
        f"copy (select * exclude (month) from ({rows})) to '{folder}/part-0.parquet' "
        "(format parquet, compression zstd)"
    )
    if not written.fetchall()[0][0]:
        shutil.rmtree(folder)
