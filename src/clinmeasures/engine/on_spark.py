"""Expressions computed by Spark: on this machine, or wherever an open session runs."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.engine.connection import Connection
from clinmeasures.engine.spark_files import alike
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never another number
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # load 000001 is a text
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
}
QUIETLY = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
}
PARTS_PER_THREAD = 4


class OnSpark:
    """A session of its own within Spark: its tables and settings are nobody else's."""

    frames_by_row = False
    room: Path | None = None

    def __init__(self, session: "SparkSession") -> None:
        self.session = session.newSession()
        for name, value in SETTINGS.items():
            self.session.conf.set(name, value)
        self._kept: dict[str, DataFrame] = {}
        self._given: set[str] = set()
        self._numbers = count()

    def read(self, files: Sequence[Path], *, filed: bool = True) -> "ir.Table":
        """The rows of Parquet files, or of CSV files as text."""
        parts = [part.opened(self.session) for part in alike(files, filed=filed)]
        return self._named(f"read_{next(self._numbers)}", together(parts))

    def keep(self, name: str, rows: "ir.Table") -> "ir.Table":
        """A view of rows that stay in Spark's memory, and on its disks where that is short."""
        import ibis

        frame = self._frame(rows).persist()
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame
        return ibis.table(rows.schema(), name=name)

    def let_go(self, name: str) -> None:
        """Give the memory back."""
        self._kept.pop(name).unpersist()
        self.session.catalog.dropTempView(name)

    def answer(self, rows: "ir.Table") -> "pa.Table":
        """The rows, brought to this process."""
        return self._frame(rows).toArrow().cast(rows.schema().to_pyarrow())

    def close(self) -> None:
        """Give back whatever is kept; the session that was open already stays so."""
        for name in list(self._kept):
            self.let_go(name)

    def _named(self, name: str, frame: "DataFrame") -> "ir.Table":
        import ibis
        from pyspark.sql.pandas.types import to_arrow_schema

        frame.createOrReplaceTempView(name)
        return ibis.table(ibis.schema(to_arrow_schema(frame.schema)), name=name)

    def _frame(self, rows: "ir.Table") -> "DataFrame":
        from clinmeasures.engine.spark_sql import spark_sql

        self._give(rows)
        return self.session.sql(spark_sql(rows))

    def _give(self, rows: "ir.Table") -> None:
        """Hand over the tables that an expression brings with it: codes, corrections, risks."""
        import ibis.expr.operations as ops

        for table in rows.op().find(ops.InMemoryTable):
            if table.name not in self._given:
                held = table.data.to_pyarrow(table.schema)
                self.session.createDataFrame(held).createOrReplaceTempView(table.name)
                self._given.add(table.name)


_: type[Connection] = OnSpark


def together(parts: "Sequence[DataFrame]") -> "DataFrame":
    """Rows of several kinds of file as one; a column that is text anywhere is text."""
    from pyspark.sql.types import StringType

    if len(parts) == 1:
        return parts[0]
    text = {
        field.name
        for part in parts
        for field in part.schema.fields
        if isinstance(field.dataType, StringType)
    }
    worded = (
        part.withColumns({n: part[n].cast("string") for n in part.columns if n in text})
        for part in parts
    )
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), worded)


# ---- sessions ------------------------------------------------------------------------------------


def session(
    *, memory: float, threads: int, settings: Mapping[str, str] | None = None
) -> "SparkSession":
    """The session that is open already; else one as Spark is configured, or on this machine.

    `memory` in gigabytes and `threads` bear on this machine alone; `settings` are further ones.
    """
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    here = {} if _submitted() else _here(memory, threads)
    builder = SparkSession.builder.appName("clinmeasures")
    return builder.config(map={**QUIETLY, **here, **(settings or {})}).getOrCreate()


def started(*, memory: float, threads: int) -> "SparkSession":
    """The session, or one sentence on why there is none."""
    from pyspark.errors import PySparkException

    try:
        return session(memory=memory, threads=threads)
    except PySparkException as error:
        raise BadInput(
            f"Spark did not start ({reason(error)}); it needs Java 17 or newer. Or use duckdb."
        ) from error


def _submitted() -> bool:
    """Whether somebody else says where Spark runs: `spark-submit`, or the options of a shell."""
    return bool({"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS"} & os.environ.keys())


def _here(memory: float, threads: int) -> dict[str, str]:
    return {
        "spark.master": f"local[{threads}]",
        "spark.driver.memory": f"{int(memory * 1000)}m",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(PARTS_PER_THREAD * threads),
    }


def refuse_without_java() -> None:
    """Refuse where there is nothing that Spark could run on."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise BadInput("the engine spark needs Java 17 or newer, which is not here; use duckdb.")


# ---- faults --------------------------------------------------------------------------------------


@contextmanager
def in_plain_words(directory: Path) -> Iterator[None]:
    """Spark's complaints as one sentence about the store."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise BadInput(f"{directory}: cannot be read as activity ({reason(error)}).") from error


def reason(error: Any) -> str:
    """The sentence in a long report that says what was wrong."""
    text = str(error).strip()
    named = re.search(r"\[([A-Z_]+(?:\.[A-Z_]+)*)\]\s*([^\n]+)", text)
    line = named[2] if named else text.splitlines()[0]
    return line.split(" SQLSTATE:")[0].strip().rstrip(".")
