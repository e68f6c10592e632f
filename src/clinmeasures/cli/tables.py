"""Reading the file a command is given: columns of text from CSV, of values from Parquet."""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from clinmeasures.errors import BadInput

STANDARD_INPUT = "-"
FILE = "CSV or Parquet; - is CSV on standard input"


def takes_a_table(parser: argparse.ArgumentParser, what: str = FILE) -> None:
    """The file that the command reads, and the form it prints."""
    parser.add_argument("file", metavar="FILE", help=what)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


@contextmanager
def table_in(source: str) -> Iterator[Mapping[str, Sequence[Any]]]:
    """The file's columns; whatever is wrong with them names the file.

    Raises
    ------
    BadInput
        As `read_table`, and anything raised within, with the file in front.
    """
    try:
        yield read_table(source)
    except BadInput as error:
        raise BadInput(f"{named(source)}: {error}") from None


def read_table(source: str) -> Mapping[str, Sequence[Any]]:
    """Every column of a CSV or Parquet file by name; "-" is CSV on standard input.

    Raises
    ------
    BadInput
        If it cannot be read as a table, with the row and what to do.
    """
    if source.lower().endswith((".parquet", ".pq")):
        return _read_parquet(source)
    return parse_csv(_text_of(source))


def _read_parquet(source: str) -> Mapping[str, Sequence[Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(source)
    except FileNotFoundError:
        raise BadInput("there is no such file; check the name.") from None
    except (pa.ArrowInvalid, OSError):
        raise BadInput("it cannot be read as Parquet; save it again, or give CSV.") from None
    return {name: _values(table.column(name)) for name in table.column_names}


def _values(column: Any) -> Sequence[Any]:
    import pyarrow as pa

    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return column.to_numpy()  # type: ignore[no-any-return]
    return column.to_pylist()  # type: ignore[no-any-return]


def _text_of(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == STANDARD_INPUT else Path(source).read_bytes()
    except FileNotFoundError:
        raise BadInput("there is no such file; check the name.") from None
    except IsADirectoryError:
        raise BadInput("it is a folder; give a CSV or Parquet file.") from None
    except OSError as error:
        raise BadInput(f"it cannot be read ({error.strerror}); check the file.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput(
            f"line {line} is not UTF-8 text; save the file as CSV UTF-8 and try again."
        ) from None


def parse_csv(text: str) -> dict[str, list[str]]:
    """Columns of a CSV with one heading line; blank lines at the end are nothing."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise BadInput(
            f"line {reader.line_num} cannot be read as CSV ({error}); check its quotes."
        ) from None
    if not lines:
        raise BadInput("the file is empty; it needs a heading line and rows.")
    heading, *rows = lines
    names = _heading(heading)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise BadInput(
                f"row {number} (line {number + 1}) has {len(row)} cells and the heading line has "
                f"{len(names)}; correct the row so that each column has one cell."
            )
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {
        name: [cell.strip() for cell in cells] for name, cells in zip(names, columns, strict=True)
    }


def _heading(heading: Sequence[str]) -> list[str]:
    names = [name.strip() for name in heading]
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) == 1 and mark in names[0]:
            raise BadInput(f"the columns are separated by {word}; save the file with commas.")
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise BadInput(
            f"the heading {sorted(repeated)[0]!r} appears twice; give each column a name."
        )
    return names


def named(source: str) -> str:
    """How an error names the file."""
    return "standard input" if source == STANDARD_INPUT else source
