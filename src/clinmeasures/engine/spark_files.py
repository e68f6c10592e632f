"""Files as Spark reads them: those that are alike together, nothing left to its guessing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

NANOSECONDS = 1000  # in a microsecond, which is what Spark counts in


@dataclass(frozen=True)
class TextFile:
    """A CSV file, every column of which is text."""

    file: Path

    def opened(self, session: "SparkSession") -> "DataFrame":
        """Its rows."""
        return session.read.csv(
            uri(self.file), header=True, inferSchema=False, escape='"', multiLine=True
        )


@dataclass
class Stored:
    """Parquet files with the same columns, in the folders under one place."""

    schema: "pa.Schema"
    place: Path | None  # whose folders are columns; None: folders are not looked at
    files: list[Path] = field(default_factory=list)

    def opened(self, session: "SparkSession") -> "DataFrame":
        """Their rows. Columns that hold nothing are left out: Spark cannot read them."""
        import pyarrow as pa
        from pyspark.sql.functions import col, expr
        from pyspark.sql.pandas.types import from_arrow_schema
        from pyspark.sql.types import LongType, StructType

        held = [each for each in self.schema if not pa.types.is_null(each.type)]
        finer = {
            each.name
            for each in held
            if pa.types.is_timestamp(each.type) and each.type.unit == "ns"
        }
        schema = from_arrow_schema(pa.schema(held), prefer_timestamp_ntz=True)
        columns = StructType()
        for each in schema.fields:
            columns.add(each.name, LongType() if each.name in finer else each.dataType)
        reader = session.read.schema(columns)
        if self.place is not None:
            reader = reader.option("basePath", self.place.absolute().as_posix())
        rows = reader.parquet(*map(uri, self.files))
        instants = {
            name: expr(f"cast(timestamp_micros(`{name}` div {NANOSECONDS}) as timestamp_ntz)")
            for name in finer
        }
        return rows.select(
            *[instants.get(name, col(f"`{name}`")).alias(name) for name in rows.columns]
        )


def alike(files: Sequence[Path], *, filed: bool) -> "Iterator[TextFile | Stored]":
    """The files in groups that can be read as one."""
    import pyarrow.parquet as pq

    groups: dict[tuple[str, Path | None], Stored] = {}
    for file in files:
        if file.suffix == ".csv":
            yield TextFile(file)
            continue
        schema, place = pq.read_schema(file).remove_metadata(), place_of(file) if filed else None
        group = groups.setdefault((str(schema), place), Stored(schema, place))
        group.files.append(file)
    yield from groups.values()


def place_of(file: Path) -> Path:
    """The folder above all folders that are columns."""
    place = file.parent
    while "=" in place.name:
        place = place.parent
    return place


def uri(file: Path) -> str:
    """A file's name for Spark, which would take some signs for patterns."""
    plain = file.absolute().as_posix()
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", plain)
