"""A sheet of an Excel workbook, row by row into Parquet: large ones stream, bombs are refused."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.unreadable import UnreadableFile

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAGIC = b"PK\x03\x04"
LARGEST_FILE = 256 << 20
LARGEST_SHEET = 1 << 30  # unpacked; a million rows of twenty columns are about 700 MB
LARGEST_STRINGS = 192 << 20  # these are held in memory
LARGEST_PART = 32 << 20  # styles, names and the like are held in memory too
MOST_PARTS = 5_000
MOST_COLUMNS = 1_000
BATCH = 5_000
SAVE_AS = "save the sheet as CSV, or ask for the data as CSV or Parquet"


def copy_sheet(
    path: Path, label: str, target: Path, *, sheet: str, dataset: str, most: int | None = None
) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """One sheet's rows to Parquet, each cell as text.

    Returns
    -------
    (sheet, dated, header)
        The sheet that was read, which columns hold dates, and the names in its heading.

    Raises
    ------
    UnreadableFile
        Damaged, too large, no workbook, or a sheet that is not there or not clear.
    """
    refuse_bombs(path, label)
    with opened(path, label) as book:
        name = chosen(book, label, sheet, dataset)
        dated, header = written(book[name], f"{label}, sheet {name!r}", target, most)
    return name, dated, header


def refuse_bombs(path: Path, label: str) -> None:
    """Judge by the list of parts, before any is unpacked: zipfile unpacks no more than it says."""
    if path.stat().st_size > LARGEST_FILE:
        raise too_large(label, f"has {path.stat().st_size >> 20:,} MB")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            refuse_other_archives({part.filename for part in parts}, label)
            if len(parts) > MOST_PARTS:
                raise too_large(label, f"has {len(parts):,} parts")
            for part in parts:
                refuse_large_part(part, label)
                refuse_entities(archive, part, label)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise damaged(label) from error


def refuse_other_archives(names: set[str], label: str) -> None:
    """A zip file that is no workbook we read."""
    if "xl/workbook.bin" in names:
        raise UnreadableFile(
            f"{label}: is a binary Excel workbook (.xlsb); save it as .xlsx or CSV."
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(f"{label}: is a zip archive and no Excel workbook; unpack it first.")


def refuse_large_part(part: zipfile.ZipInfo, label: str) -> None:
    """A part that would fill the memory or the day."""
    most = LARGEST_PART
    if part.filename.startswith("xl/worksheets/"):
        most = LARGEST_SHEET
    elif part.filename == "xl/sharedStrings.xml":
        most = LARGEST_STRINGS
    elif not part.filename.endswith((".xml", ".rels")):
        return  # pictures and macros are never opened
    if part.file_size > most:
        raise too_large(label, f"unpacks to {part.file_size >> 20:,} MB in {part.filename}")


def refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, label: str) -> None:
    """A document type in a part can make a few bytes expand without end; Excel writes none."""
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as file:
            if b"<!DOCTYPE" in file.read(4096).upper():
                raise damaged(label)


def too_large(label: str, what: str) -> UnreadableFile:
    """The error of a workbook that would not fit into memory, and the way round it."""
    return UnreadableFile(f"{label}: {what}, too much to read as a workbook; {SAVE_AS}.")


def damaged(label: str) -> UnreadableFile:
    """The error of a workbook that cannot be opened, and what to do with it."""
    return UnreadableFile(
        f"{label}: is a damaged Excel workbook; open and save it again, or {SAVE_AS}."
    )


@contextmanager
def opened(path: Path, label: str) -> Iterator["Workbook"]:
    """The workbook, read as it streams; whatever fails inside is a damaged workbook."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise damaged(label) from error
    try:
        yield book
    finally:
        book.close()


def chosen(book: "Workbook", label: str, sheet: str, dataset: str) -> str:
    """The sheet that was asked for, the only one, or the one named as the data set is."""
    names = [each.title for each in book.worksheets]
    if sheet:
        found = next(
            (name for name in names if name.strip().lower() == sheet.strip().lower()), None
        )
        if found is None:
            raise UnreadableFile(
                f"{label}: has no sheet {sheet!r}; its sheets are {', '.join(names)}."
            )
        return found
    alike = [name for name in names if name.strip().lower() == dataset]
    if len(names) == 1 or alike:
        return (alike or names)[0]
    raise UnreadableFile(
        f"{label}: has {len(names)} sheets ({', '.join(names)}); say which one to read."
    )


def written(
    rows: Any, label: str, target: Path, most: int | None
) -> tuple[frozenset[str], tuple[str, ...]]:
    """The rows below the heading, numbered from 1 as those of a CSV file are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbered = cells_of(rows, label)
    header = heading(next(numbered, (0, ()))[1], label)
    schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in header)])
    kinds: list[set[type]] = [set() for _ in header]
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as out:
        for batch in batches(numbered, len(header), label, most):
            columns = list(zip(*(cells for _, cells in batch), strict=True))
            for found, column in zip(kinds, columns, strict=True):
                found.update(type(cell) for cell in column if cell is not None)
            texts = [[as_text(cell) for cell in column] for column in columns]
            out.write_table(pa.table([[row for row, _ in batch], *texts], schema=schema))
    dated = {name for name, found in zip(header, kinds, strict=True) if found}
    dates = {n for n, f in zip(header, kinds, strict=True) if all(issubclass(k, date) for k in f)}
    return frozenset(dated & dates), header


def cells_of(sheet: Any, label: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows with something in them, the first of them the heading and number 0."""
    first, number = 0, 0
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if any(not blank(cell) for cell in cells):
                first = first or number
                yield number - first, cells
    except (ValueError, KeyError, IndexError, TypeError, SyntaxError, EOFError) as error:
        raise UnreadableFile(
            f"{label}, after row {number}: is damaged; open and save it again, or {SAVE_AS}."
        ) from error
    except (zipfile.BadZipFile, OSError, OverflowError) as error:
        raise damaged(label) from error


def blank(cell: Any) -> bool:
    """Whether a cell holds nothing, or white space alone."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def heading(cells: Sequence[Any], label: str) -> tuple[str, ...]:
    """The names of the columns, without the empty ones at the end."""
    names = ["" if blank(cell) else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile(f"{label}: is empty; it needs a heading and rows.")
    if len(names) > MOST_COLUMNS:
        raise UnreadableFile(f"{label}: has {len(names):,} columns; {SAVE_AS}.")
    twin = next((name for name in names if name and names.count(name) > 1), None)
    if twin:
        raise UnreadableFile(f"{label}: the heading has the column {twin!r} twice; rename one.")
    return tuple(name or f"(column {place})" for place, name in enumerate(names, 1))


def batches(
    numbered: Iterator[tuple[int, Sequence[Any]]], width: int, label: str, most: int | None
) -> Iterator[list[tuple[int, Sequence[Any]]]]:
    """Rows of the heading's width, some thousand at a time."""
    batch: list[tuple[int, Sequence[Any]]] = []
    for row, cells in numbered:
        if any(not blank(cell) for cell in cells[width:]):
            raise UnreadableFile(
                f"{label}, row {row}: has more cells than the heading; name the column or empty it."
            )
        batch.append((row, [*cells[:width], *[None] * (width - len(cells))]))
        if len(batch) == BATCH or row == most:
            yield batch
            batch = []
        if row == most:
            return
    if batch:
        yield batch


def as_text(cell: Any) -> str | None:
    """A cell as CSV would hold it: whole numbers without .0, times in ISO 8601."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)
