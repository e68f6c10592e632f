"""Expressions computed by DuckDB, in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.engine.by_hand import as_cut
from clinmeasures.engine.compiling import step_by_step
from clinmeasures.engine.connection import Connection

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

SETTINGS = (
    "set enable_progress_bar = false; set TimeZone = 'UTC'; set preserve_insertion_order = false"
)


class OnDuckdb:
    """A database of its own, in memory, that spills into a folder."""

    frames_by_row = True

    def __init__(self, *, memory_limit: str, threads: int, room: Path) -> None:
        import ibis

        self.room: Path | None = room
        self.backend: Backend = ibis.duckdb.connect(
            memory_limit=memory_limit, threads=threads, temp_directory=str(room)
        )
        self.backend.compiler = step_by_step()
        self.backend.con.execute(SETTINGS)

    def read(self, files: Sequence[Path], *, filed: bool = True) -> "ir.Table":
        """The rows of Parquet files, or of CSV files as text."""
        names = [str(file) for file in files]
        if names[0].endswith(".csv"):
            return self.backend.read_csv(names, **as_cut(names))
        return self.backend.read_parquet(
            names, hive_partitioning=filed, hive_types_autocast=False, union_by_name=filed
        )

    def keep(self, name: str, rows: "ir.Table") -> "ir.Table":
        """A temporary table."""
        return self.backend.create_table(name, rows, temp=True)

    def let_go(self, name: str) -> None:
        """Drop a temporary table."""
        # Not Ibis's drop_table, which writes an unfinished statement under the pinned SQLGlot.
        self.backend.con.execute(f'drop table "{name}"')

    def answer(self, rows: "ir.Table") -> "pa.Table":
        """The rows as Arrow's table."""
        return self.backend.to_pyarrow(rows)

    def close(self) -> None:
        """Forget the database."""
        self.backend.disconnect()


_: type[Connection] = OnDuckdb
