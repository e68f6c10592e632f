"""A file of one JSON resource a line (NDJSON), copied aside with the numbers of its lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.activity.source import UnreadableFile

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_LINE = 32 << 20


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One file: what it is called, what it holds, where its lines are staged."""

    path: Path
    kind: str
    staged: Path
    first: int  # the number of its first line, counted over the files of its kind

    @property
    def label(self) -> str:
        """The file's name."""
        return self.path.name

    def where(self, row: int) -> str:
        """A line as messages name it."""
        return f"{self.label}, line {row - self.first + 1}"


def kind_of(path: Path) -> str:
    """The resource type of a file's first line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                return str(parsed(path.name, number, line).get("resourceType", ""))
    return ""


def parsed(label: str, number: int, line: bytes) -> dict[str, object]:
    """One line as a resource, or the sentence that says why it is none."""
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{label}, line {number}: is not UTF-8; FHIR is always UTF-8, so export it again."
        ) from error
    except ValueError as error:
        raise UnreadableFile(
            f"{label}, line {number}: is not JSON ({error}); mend that line or export it again."
        ) from error
    except RecursionError as error:
        raise UnreadableFile(f"{label}, line {number}: is nested too deeply.") from error
    if not isinstance(found, dict) or not found.get("resourceType"):
        raise UnreadableFile(f"{label}, line {number}: is JSON, but no FHIR resource.")
    return found


def copy_lines(lines: Lines) -> int:
    """Copy the lines to Parquet, a block at a time; the number of lines."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("_row", pa.int64()), ("body", pa.string())])
    row = lines.first
    with pq.ParquetWriter(lines.staged, schema, compression="zstd", compression_level=1) as out:
        try:
            for batch in blocks(lines.path):
                rows = pa.array(range(row, row + batch.num_rows), pa.int64())
                out.write_batch(pa.RecordBatch.from_arrays([rows, batch.column(0)], schema=schema))
                row += batch.num_rows
        except pa.ArrowInvalid as error:
            look_for_the_fault(lines.path)
            raise UnreadableFile(
                f"{lines.label}: has a line of more than {LONGEST_LINE >> 20} MB; a resource of "
                "that size holds attachments, which are not needed: export it without them."
            ) from error
    return row - lines.first


def blocks(path: Path) -> Iterator["pa.RecordBatch"]:
    """The lines as batches of one column of text."""
    import pyarrow as pa
    import pyarrow.csv as pc

    yield from pc.open_csv(
        path,
        read_options=pc.ReadOptions(
            column_names=["body"], use_threads=False, block_size=LONGEST_LINE
        ),
        parse_options=pc.ParseOptions(
            delimiter="\x01", quote_char=False, newlines_in_values=False, ignore_empty_lines=False
        ),
        convert_options=pc.ConvertOptions(
            column_types={"body": pa.string()}, strings_can_be_null=False
        ),
    )


def look_for_the_fault(path: Path) -> None:
    """Read line by line up to the first that is no resource, and refuse it by its number."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and len(line) < LONGEST_LINE:
                parsed(path.name, number, line)
