"""Where the engine takes its rows from: an activity store, or facts made from one."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Protocol

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.connection import Connection
from clinmeasures.engine.deriving import Begin, Derivation, unchanged
from clinmeasures.engine.exchange import Division
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.units import SHARES, spread

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Source(Protocol):
    """Rows with their fields and units, whoever keeps them."""

    connection: Connection
    spread_by: tuple[str, ...]  # the columns that `spread` needs

    def rows(
        self,
        record: str,
        fields: Iterable[str],
        rules: Iterable[str],
        months: Sequence[str] | None = None,
    ) -> "ir.Table":
        """Records with the fields and `unit_<rule>`.

        `months` may be used to read less; rows of other months may come all the same.
        """
        ...

    def spread(self, rows: "ir.Table") -> "ir.Table":
        """One row per record and unit, with `unit_shares` and `weight_millionths`."""
        ...

    def last_day(self, record: str) -> date | None:
        """The last day that the record type's data covers; none where it has no row."""
        ...


def wanted(
    record: str, fields: Iterable[str], rules: Iterable[str], begin: Begin = unchanged
) -> Derivation:
    """The way to these fields and units; shares are spread apart."""
    whole = tuple(rule for rule in rules if rule != SHARES)
    return Derivation(record, frozenset(fields), whole, begin)


@contextmanager
def spilled(connection: Connection) -> Iterator[Path]:
    """A folder for rows that the memory does not hold, beside the connection's own spilling."""
    place = Path(mkdtemp(prefix="parts-", dir=connection.room))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


BYTES_PER_CSV_ROW = 100  # a guess; only the number of buckets hangs on it


def rows_in(file: Path) -> int:
    """The rows of a file: read from a Parquet file's footer, guessed from a CSV file's size."""
    import pyarrow.parquet as pq

    if file.suffix == ".csv":
        return file.stat().st_size // BYTES_PER_CSV_ROW
    return int(pq.read_metadata(file).num_rows)


class StoreSource:
    """Rows computed from the activity store."""

    spread_by: tuple[str, ...] = ("spell_id",)

    def __init__(self, connection: Connection, activity: Activity) -> None:
        self.connection = connection
        self.tables = Tables(connection, activity)

    @classmethod
    def of(cls, tables: Tables) -> "StoreSource":
        """Rows of tables whose expressions alone are wanted: nothing is read."""
        source = cls.__new__(cls)
        source.tables = tables
        return source

    def rows(
        self,
        record: str,
        fields: Iterable[str],
        rules: Iterable[str],
        months: Sequence[str] | None = None,  # noqa: ARG002 (look-ahead reads beyond them)
        begin: Begin = unchanged,
    ) -> "ir.Table":
        """The rows of a record type with these fields and units, from the store itself."""
        return wanted(record, fields, rules, begin).of(self.tables)

    def parts(
        self,
        record: str,
        fields: Iterable[str],
        rules: Iterable[str],
        many: int,
        *,
        begin: Begin = unchanged,
        carried: frozenset[str] | None = None,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Iterator["ir.Table"]:
        """The same rows as so many tables, each of whole patients and read before the next.

        `carried` names the own columns that are read of them besides fields and units; None: all.
        Records that hang on no other record are one table: nothing of theirs outgrows the memory.
        """
        if many == 1 or record != "spells":
            progress(0, 1)
            yield self.rows(record, fields, rules, begin=begin)
            progress(1, 1)
            return
        done = count()
        with spilled(self.connection) as place:
            division = Division(
                wanted(record, fields, rules, begin),
                self.tables,
                place,
                many,
                step=lambda: progress(next(done), 2 * many),
            )
            division.step()
            yield from division.parts(carried)

    def spread(self, rows: "ir.Table") -> "ir.Table":
        """One row for each clinician of a shared record."""
        return spread(rows, self.tables)

    def size(self, record: str) -> int:
        """How many rows the data set has, roughly: what the number of parts is chosen by."""
        return sum(rows_in(file) for load in self.tables.loads(record) for file in load.files)

    def last_day(self, record: str) -> date | None:
        """The end of the newest coverage declared; else the last day a row is filed under."""
        declared = [load.coverage_to for load in self.tables.loads(record) if load.coverage_to]
        if declared:
            return max(declared)
        rows = self.tables.table(record)
        filed = rows[RECORD_TYPES[record].month_of].cast("date")
        last: date | None = self.connection.answer(rows.aggregate(last=filed.max()))["last"][
            0
        ].as_py()
        return last
