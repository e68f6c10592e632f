"""A source's cells as they are, all text, with their row numbers, staged beside the work."""

from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.source import Progress, Source, UnreadableFile
from clinmeasures.activity.staged import ROW, Ragged

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CSV_BLOCK_BYTES = 8 << 20
RAGGED_TEXT = 2_000  # characters of a ragged row that are kept
MOST_RAGGED = 100_000  # more than this is a broken file, not a few broken rows


@dataclass(kw_only=True)
class Raw:
    """The staged cells of one file: columns c0, c1, … beside `_row` and `_file`."""

    source: Source
    path: Path
    rows: int = 0  # good and ragged together
    last: int = 0  # the number of the last row
    ragged: list[Ragged] = field(default_factory=list)


def stage(
    source: Source,
    target: Path,
    *,
    number: int,
    first_row: int,
    connection: "duckdb.DuckDBPyConnection",
    progress: Progress,
) -> Raw:
    """Copy a source's cells to Parquet, a block at a time, numbering its rows from `first_row`."""
    _refuse_twins(source)
    if source.parquet:
        return _stage_parquet(source, target, number, first_row, connection)
    return _CsvStage(source, target, number, first_row, progress).run()


def _refuse_twins(source: Source) -> None:
    seen: set[str] = set()
    for name in source.header:
        if name and name in seen:
            raise UnreadableFile(
                f"{source.label}: the header has the column {name!r} twice; rename one."
            )
        seen.add(name)


def _stage_parquet(
    source: Source,
    target: Path,
    number: int,
    first_row: int,
    connection: "duckdb.DuckDBPyConnection",
) -> Raw:
    import duckdb

    cells = ", ".join(
        f"CAST({sql.name(name)} AS VARCHAR) AS c{i}" for i, name in enumerate(source.header)
    )
    path = sql.text(_literal(source.path))
    row = f"{ROW} + {first_row - 1}" if source.numbered else f"file_row_number + {first_row}"
    try:
        connection.execute(
            f"COPY (SELECT {row} AS _row, {number} AS _file, {cells} "
            f"FROM read_parquet({path}, file_row_number = true)) "
            f"TO {sql.file(target)} (FORMAT parquet, COMPRESSION zstd)"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise UnreadableFile(f"{source.label}: cannot be read as Parquet.") from error
    query = f"SELECT count(*), max(_row) FROM read_parquet({sql.file(target)})"
    rows, last = connection.execute(query).fetchone() or (0, 0)
    return Raw(
        source=source,
        path=target,
        rows=rows + len(source.ragged),
        last=last or 0,
        ragged=[replace(each, row=each.row + first_row - 1) for each in source.ragged],
    )


def _literal(path: Path) -> str:
    """A path in which DuckDB sees no pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path.resolve().as_posix())


class _CsvStage:
    def __init__(
        self, source: Source, target: Path, number: int, first_row: int, progress: Progress
    ) -> None:
        self.source, self.target, self.number = source, target, number
        self.first_row, self.progress = first_row, progress
        self.names = [f"c{i}" for i in range(len(source.header))]
        self.next = 1  # the row number within this file
        self.skipped: deque[int] = deque()
        self.ragged: list[Ragged] = []
        self.open_quotation = 0  # the row it is opened in

    def run(self) -> Raw:
        """Copy the cells to Parquet, row by row numbered."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema(
            [("_row", pa.int64()), ("_file", pa.int32()), *((n, pa.string()) for n in self.names)]
        )
        with pq.ParquetWriter(self.target, schema, compression="zstd", compression_level=1) as out:
            try:
                for batch in self.batches():
                    out.write_batch(batch)
            except pa.ArrowInvalid as error:
                self.refuse(error)
        self.next += len(self.skipped)
        self.refuse_if_all_ragged()
        return Raw(
            source=self.source,
            path=self.target,
            rows=self.next - 1,
            last=self.first_row + self.next - 2,
            ragged=self.ragged,
        )

    def batches(self) -> Any:
        """The file's rows in numbered batches, with progress told."""
        if self.source.path.stat().st_size <= self.header_bytes():
            return
        done = 0
        for batch in self.reader():
            if batch.num_rows:
                numbered = self.numbered(batch)
                self.refuse_open_quotation(numbered)
                yield numbered
                done += batch.nbytes
                self.progress(min(1.0, done / self.source.size), "reading the rows")

    def header_bytes(self) -> int:
        """How long the heading line is."""
        with self.source.path.open(encoding="utf-8", newline="") as file:
            return len(file.readline().encode())

    def reader(self) -> "pa.RecordBatchReader":
        """Arrow's reader of the file, every cell as text."""
        import pyarrow as pa
        import pyarrow.csv as pc

        return pc.open_csv(
            self.source.path,
            read_options=pc.ReadOptions(
                column_names=self.names,
                skip_rows=1,
                use_threads=False,  # only so are the numbers of ragged rows known
                block_size=CSV_BLOCK_BYTES,
            ),
            parse_options=pc.ParseOptions(
                delimiter=self.source.delimiter,
                newlines_in_values=True,
                invalid_row_handler=self.set_aside,
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()), strings_can_be_null=False
            ),
        )

    def set_aside(self, row: Any) -> str:
        """Note a ragged row; Arrow counts the header as row 1, and we do not count it."""
        number = row.number - 1
        if self.holds_rows(row.text, 2):
            self.open_quotation = self.open_quotation or number
            return "error"
        self.skipped.append(number)
        self.ragged.append(
            Ragged(
                row=number + self.first_row - 1,
                file=self.number,
                cells=row.actual_columns,
                wanted=row.expected_columns,
                text=row.text[:RAGGED_TEXT],
            )
        )
        return "skip" if len(self.ragged) <= MOST_RAGGED else "error"

    def numbered(self, batch: "pa.RecordBatch") -> "pa.RecordBatch":
        """A batch with the numbers of its rows and of its file."""
        import pyarrow as pa

        rows = self.row_numbers(batch.num_rows)
        files = pa.repeat(pa.scalar(self.number, pa.int32()), batch.num_rows)
        return pa.RecordBatch.from_arrays(
            [pa.array(rows, pa.int64()), files, *batch.columns],
            names=["_row", "_file", *self.names],
        )

    def holds_rows(self, text: str, rows: int) -> bool:
        """Whether so many rows' worth of separators stand in one piece of text with line breaks."""
        marks = len(self.names) - 1
        return marks > 0 and "\n" in text and text.count(self.source.delimiter) >= rows * marks

    def refuse_open_quotation(self, batch: "pa.RecordBatch") -> None:
        """A quotation mark left open takes whole rows into one cell, where they would be lost."""
        import pyarrow.compute as pc

        for cells in batch.columns[2:]:
            broken = pc.match_substring(cells, "\n")
            if not pc.any(broken).as_py():
                continue
            for row, cell in zip(
                batch.column(0).filter(broken).to_pylist(),
                cells.filter(broken).to_pylist(),
                strict=True,
            ):
                if self.holds_rows(cell, 1):
                    self.open_quotation = row - self.first_row + 1
                    raise self.quotation_refusal()

    def quotation_refusal(self) -> UnreadableFile:
        """The error for a quotation mark that is never closed."""
        return UnreadableFile(
            f"{self.source.label}, row {self.open_quotation}: a quotation mark is opened and not "
            "closed, so that whole rows stand in one cell; mend that row or export the file again."
        )

    def row_numbers(self, count: int) -> Any:
        """The numbers of the next good rows, stepping over those set aside."""
        import numpy as np

        stepped_over: list[int] = []
        while self.skipped and self.skipped[0] < self.next + count + len(stepped_over):
            stepped_over.append(self.skipped.popleft())
        numbers = np.arange(self.next, self.next + count + len(stepped_over))
        self.next += count + len(stepped_over)
        return np.setdiff1d(numbers, stepped_over, assume_unique=True) + self.first_row - 1

    def refuse(self, error: Exception) -> None:
        """Say what a failure of the reader means, in the words of whoever owns the file."""
        if "straddling" in str(error):  # one row larger than a block
            self.open_quotation = self.open_quotation or self.next
        if self.open_quotation:
            raise self.quotation_refusal() from error
        if len(self.ragged) > MOST_RAGGED:
            raise UnreadableFile(
                f"{self.source.label}: more than {MOST_RAGGED:,} rows have another number of cells "
                f"than the header, the first is row {self.ragged[0].row}; export it again."
            ) from error
        raise UnreadableFile(f"{self.source.label}, after row {self.next}: {error}.") from error

    def refuse_if_all_ragged(self) -> None:
        """Refuse a file in most of whose rows the cells are not as many as the heading's."""
        if self.ragged and len(self.ragged) > (self.next - 1) / 2:
            first = self.ragged[0]
            raise UnreadableFile(
                f"{self.source.label}: most rows do not have the header's {first.wanted} cells "
                f"(row {first.row} has {first.cells}). The separator may be wrong or stand inside "
                "cells without quotation marks; export it again with another separator."
            )
