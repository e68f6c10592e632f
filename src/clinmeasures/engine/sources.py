"""Where the engine takes its rows from: an activity store, or facts made from one."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.derived import with_fields
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.units import SHARES, spread, with_unit

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


class Source(Protocol):
    """Rows with their fields and units, whoever keeps them."""

    connection: "Backend"
    spread_by: tuple[str, ...]  # the columns that `spread` needs

    def rows(
        self,
        record: str,
        fields: Iterable[str],
        rules: Iterable[str],
        bucket: tuple[int, int] | None,
        months: Sequence[str] | None = None,
    ) -> "ir.Table":
        """Records with the fields and `unit_<rule>`; `bucket` (which, of how many) takes a part.

        `months` may be used to read less; rows of other months may come all the same.
        """
        ...

    def spread(self, rows: "ir.Table") -> "ir.Table":
        """One row per record and unit, with `unit_shares` and `weight_millionths`."""
        ...

    def size(self, record: str) -> int:
        """How many rows the data set has, roughly: what buckets are chosen by."""
        ...

    def last_day(self, record: str) -> date | None:
        """The last day that the record type's data covers; none where it has no row."""
        ...


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

    def __init__(self, connection: "Backend", activity: Activity) -> None:
        self.connection = connection
        self.tables = Tables(connection, activity)

    @classmethod
    def of(cls, tables: Tables) -> "StoreSource":
        """Rows of tables that are open already."""
        source = cls.__new__(cls)
        source.connection, source.tables = tables.connection, tables
        return source

    def rows(
        self,
        record: str,
        fields: Iterable[str],
        rules: Iterable[str],
        bucket: tuple[int, int] | None,
        months: Sequence[str] | None = None,  # noqa: ARG002 (look-ahead reads beyond them)
    ) -> "ir.Table":
        self.tables.keep = bucket is not None
        rows = self.tables.table(record)
        if bucket is not None and "patient_key" in rows.columns:
            which, of = bucket
            rows = rows.filter(rows["patient_key"].hash().abs() % of == which)
        rows = with_fields(rows, self.tables, record, fields)
        for rule in rules:
            if rule != SHARES:
                rows = with_unit(rows, self.tables, record, rule)
        return rows

    def spread(self, rows: "ir.Table") -> "ir.Table":
        return spread(rows, self.tables)

    def size(self, record: str) -> int:
        return sum(rows_in(file) for load in self.tables.loads(record) for file in load.files)

    def last_day(self, record: str) -> date | None:
        """The end of the newest coverage declared; else the last day a row is filed under."""
        declared = [load.coverage_to for load in self.tables.loads(record) if load.coverage_to]
        if declared:
            return max(declared)
        filed = self.tables.table(record)[RECORD_TYPES[record].month_of]
        last = self.connection.to_pyarrow(filed.cast("date").max())
        return last.as_py()
