"""The first rows of a file before and after a mapping, so that a person can see what it does."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from clinmeasures.activity import sql
from clinmeasures.activity.mapping import Mapping
from clinmeasures.activity.prepare import PreparedLoad, prepare_load
from clinmeasures.activity.staged import Staged
from clinmeasures.activity.workbook import MAGIC as WORKBOOK
from clinmeasures.activity.workbook import copy_sheet

HEAD_BYTES = 1 << 18
HEAD_ROWS = 200
SHOWN = 10
HIDDEN = "•••"  # a hospital number


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """One row: its cells as they came, its values as they would be stored, what is wrong."""

    row: int
    before: tuple[str, ...]
    after: tuple[Any, ...]  # empty where the row would be set aside
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The first rows of a file. Hospital numbers are hidden."""

    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    encoding: str
    delimiter: str
    unused: tuple[str, ...]

    @property
    def any_kept(self) -> bool:
        """Whether a single shown row would be taken in."""
        return any(row.after for row in self.rows)


def preview(
    path: Path,
    dataset: str,
    mapping: Mapping | None,
    *,
    today: date,
    timezone: str,
    work: Path,
    sheet: str = "",
) -> Preview:
    """Read the beginning of a file through a mapping.

    Parameters
    ----------
    path, dataset, mapping, today, timezone
        As `prepare_load` takes them; one file.
    work : Path
        A directory for a copy of the file's beginning.
    sheet : str, optional
        As `prepare_load` takes it.

    Raises
    ------
    BadInput
        As `prepare_load`; what is wrong further down a long file is found when it is loaded.
    """
    head = work / f"beginning-{path.name}"
    try:
        beginning = copy_beginning(path, head, dataset, sheet or (mapping.sheet if mapping else ""))
        with prepare_load(
            [beginning], dataset, mapping, today=today, timezone=timezone, work=work
        ) as prepared:
            return shown(prepared)
    finally:
        head.unlink(missing_ok=True)


def copy_beginning(path: Path, head: Path, dataset: str, sheet: str) -> Path | Staged:
    """The first rows of a file, as a file."""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if start.startswith(WORKBOOK):
        name, dated, _ = copy_sheet(
            path, path.name, head, sheet=sheet, dataset=dataset, most=HEAD_ROWS
        )
        label = f"{path.name}, sheet {name!r}"
        return Staged(
            path=head, label=label, sha256="", encoding=f"Excel, sheet {name}", dated=dated
        )
    if start.startswith(b"PAR1"):
        copy_parquet_beginning(path, head)
    else:
        head.write_bytes(whole_lines(start) if path.stat().st_size > len(start) else start)
    return head


def copy_parquet_beginning(path: Path, head: Path) -> None:
    """The first rows of a Parquet file, as one."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    with pq.ParquetWriter(head, file.schema_arrow) as out:
        for batch in file.iter_batches(batch_size=HEAD_ROWS):
            out.write_batch(batch)
            break


def whole_lines(start: bytes) -> bytes:
    """Up to the last line end, in UTF-16 too."""
    for order, line_end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if start.startswith("\ufeff".encode(order)):
            at = start.rfind(line_end)
            return start[: at + 2 if at % 2 == 0 else at + 1] if at > 0 else start
    return start[: start.rfind(b"\n") + 1] or start


def shown(prepared: PreparedLoad) -> Preview:
    """Rows before and after the mapping, with patients hidden."""
    raw, filled = prepared.raws[0], prepared.filled[0]
    mapped = [each for each in filled if each.cell != "NULL"]
    hidden = {each.theirs for each in mapped if each.column.patient}
    after = values_by_row(prepared, [each.name for each in mapped])
    wrong = {
        row["row"]: tuple(each["because"] for each in row["reasons"])
        for row in prepared.quarantined()
    }
    cells = prepared.query(
        f"SELECT * FROM read_parquet({sql.file(raw.path)}) ORDER BY _row LIMIT {SHOWN}"
    ).fetchall()
    return Preview(
        header=raw.source.header,
        columns=tuple(each.name for each in mapped),
        rows=tuple(
            PreviewRow(
                row=number,
                before=tuple(
                    HIDDEN if name in hidden and cell else cell or ""
                    for name, cell in zip(raw.source.header, before, strict=True)
                ),
                after=after.get(number, ()),
                reasons=wrong.get(number, ()),
            )
            for number, _file, *before in cells
        ),
        encoding=raw.source.encoding,
        delimiter=raw.source.delimiter,
        unused=prepared.files()[0].unused,
    )


def values_by_row(prepared: PreparedLoad, names: list[str]) -> dict[int, tuple[Any, ...]]:
    """What these columns became, by the number of the row."""
    chosen = ", ".join(
        f"CASE WHEN {sql.name(n)} IS NOT NULL THEN {sql.text(HIDDEN)} END"
        if n == "patient_id"
        else sql.name(n)
        for n in names
    )
    found = prepared.query(f"SELECT _row, {chosen} FROM ({prepared.accepted})").fetchall()
    return {row: tuple(values) for row, *values in found}
