"""Opening what a hospital sends: its encoding, the mark that cuts it, its header."""

import codecs
import csv
import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from clinmeasures.activity.mapping import Mapping
from clinmeasures.activity.staged import ROW, Ragged, Staged
from clinmeasures.activity.unreadable import UnreadableFile
from clinmeasures.activity.workbook import MAGIC as WORKBOOK
from clinmeasures.activity.workbook import copy_sheet

BLOCK_BYTES = 1 << 22
STANDARD_INPUT = "-"
MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
BINARY = {
    b"\x1f\x8b": "compressed (gzip); unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, or one with a password; save the sheet as CSV",
    b"%PDF": "a PDF; ask for the data as CSV",
}
UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Progress = Callable[[float, str], None]


def _silent(_share: float, _words: str) -> None:
    """Where nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file that can be read: plain UTF-8 text with a header, or Parquet."""

    label: str  # as the person named it
    path: Path
    sha256: str
    size: int
    parquet: bool = False
    encoding: str = ""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    dated: frozenset[str] = frozenset()  # columns that Parquet itself holds as dates or times
    numbered: bool = False  # its rows have their numbers in the source with them
    ragged: tuple[Ragged, ...] = ()
    not_held: dict[str, str] = field(default_factory=dict)  # column of ours → why it is not
    notes: tuple[str, ...] = ()


def open_source(
    given: Path | str | Staged,
    mapping: Mapping,
    work: Path,
    *,
    progress: Progress,
    stdin: IO[bytes] | None = None,
    sheet: str = "",
) -> Source:
    """Look at one file, whole, and say how it is to be read.

    One pass finds the digest, the encoding and any NUL byte. Text that is not UTF-8, and standard
    input (`-`), is copied into `work` as UTF-8; nothing else is.

    Raises
    ------
    UnreadableFile
        Absent, a directory, empty, binary, in another encoding than it should be, or without a
        header that any of the known marks cuts.
    """
    if isinstance(given, Staged):
        return _staged(given)
    label = "standard input" if str(given) == STANDARD_INPUT else Path(given).name
    path = _spooled(stdin or sys.stdin.buffer, work) if label == "standard input" else Path(given)
    start = _beginning(path, label)
    if start.startswith(b"PAR1"):
        return _parquet(path, label, progress)
    if start.startswith(WORKBOOK):
        return _workbook(path, label, mapping, sheet or mapping.sheet, work / f"{label}.sheet")
    for magic, what in BINARY.items():
        if start.startswith(magic):
            raise UnreadableFile(f"{label}: is {what}.")
    looked = _Look(path, label, mapping.encoding, start, progress)
    plain = looked.as_utf8(work / f"{label}.utf8")
    header, delimiter = _header(plain, label, mapping)
    return Source(
        label=label,
        path=plain,
        sha256=looked.sha256,
        size=plain.stat().st_size,
        encoding=looked.encoding,
        delimiter=delimiter,
        header=header,
    )


def _staged(given: Staged) -> Source:
    import pyarrow.parquet as pq

    schema = pq.read_schema(given.path)
    return Source(
        label=given.label,
        path=given.path,
        sha256=given.sha256,
        size=given.path.stat().st_size,
        parquet=True,
        encoding=given.encoding,
        header=tuple(name for name in schema.names if name != ROW),
        dated=given.dated,
        numbered=ROW in schema.names,
        ragged=given.ragged,
        not_held=given.not_held,
        notes=given.notes,
    )


def _workbook(path: Path, label: str, mapping: Mapping, sheet: str, copy: Path) -> Source:
    sha256 = digest_of_file(path)
    name, dated, header = copy_sheet(path, label, copy, sheet=sheet, dataset=mapping.dataset)
    return Source(
        label=label,
        path=copy,
        sha256=hashlib.sha256(f"{sha256} {name}".encode()).hexdigest(),
        size=copy.stat().st_size,
        parquet=True,
        encoding=f"Excel, sheet {name}",
        header=header,
        dated=dated,
        numbered=True,
    )


def _spooled(stream: IO[bytes], work: Path) -> Path:
    path = work / "standard-input"
    with path.open("wb") as copy:
        while block := stream.read(BLOCK_BYTES):
            copy.write(block)
    return path


def _beginning(path: Path, label: str) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError as error:
        raise UnreadableFile(f"{label}: there is no such file.") from error
    except OSError as error:
        raise UnreadableFile(f"{label}: cannot be read: {error.strerror}.") from error
    if not start.strip(b"\xef\xbb\xbf \r\n\t"):
        raise UnreadableFile(f"{label}: is empty; it needs a header and rows.")
    return start


def _parquet(path: Path, label: str, progress: Progress) -> Source:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"{label}: is a damaged Parquet file; ask for it again.") from error
    return Source(
        label=label,
        path=path,
        sha256=digest_of_file(path, progress),
        size=path.stat().st_size,
        parquet=True,
        encoding="parquet",
        header=tuple(schema.names),
        dated=frozenset(each.name for each in schema if pa.types.is_temporal(each.type)),
    )


def digest_of_file(path: Path, progress: Progress = _silent) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    for block in _blocks(path, progress):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path, progress: Progress) -> Iterator[bytes]:
    size, done = max(path.stat().st_size, 1), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block
            done += len(block)
            progress(done / size, "looking at the file")


class _Look:
    """One pass over a text file: its digest, its encoding, and the first thing wrong with it."""

    def __init__(
        self, path: Path, label: str, stated: str, start: bytes, progress: Progress
    ) -> None:
        self.path, self.label, self.progress = path, label, progress
        self.wide = _is_utf16(start)
        self.stated = stated
        self.bad_utf8_line = 0
        self.foreign = False  # bytes above 127 that are not UTF-8's
        self.plain_ascii = True
        self.sha256 = self._pass()
        self.encoding = self._encoding()

    def _pass(self) -> str:
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")()
        line = 1
        for block in _blocks(self.path, self.progress):
            digest.update(block)
            if self.wide:
                continue
            if (at := block.find(0)) >= 0:
                line += block.count(b"\n", 0, at)
                raise UnreadableFile(
                    f"{self.label}, line {line}: holds a NUL byte, so it is not plain text; "
                    "export it again as CSV in UTF-8."
                )
            self.plain_ascii = self.plain_ascii and block.isascii()
            if not self.foreign:
                self._check_utf8(decoder, block, line)
            line += block.count(b"\n")
        if not (self.wide or self.foreign):
            self._check_end(decoder, line)
        return digest.hexdigest()

    def _check_utf8(self, decoder: codecs.IncrementalDecoder, block: bytes, line: int) -> None:
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            self.foreign = True
            self.bad_utf8_line = line + error.object.count(b"\n", 0, error.start)

    def _check_end(self, decoder: codecs.IncrementalDecoder, line: int) -> None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.foreign, self.bad_utf8_line = True, line

    def _encoding(self) -> str:
        found = "utf-16" if self.wide else "windows-1252" if self.foreign else "utf-8"
        if self.stated == "utf-8" and found == "windows-1252":
            raise UnreadableFile(
                f"{self.label}, line {self.bad_utf8_line}: is not UTF-8 as the mapping says; "
                'try encoding = "windows-1252" in the mapping.'
            )
        harmless = self.plain_ascii and not self.wide
        if self.stated and self.stated != found and not harmless:
            raise UnreadableFile(
                f"{self.label}: is in {found}, not in {self.stated} as the mapping says; "
                f'write encoding = "{found}" in the mapping.'
            )
        return found

    def as_utf8(self, copy: Path) -> Path:
        """The file itself where it is UTF-8, else a copy that is."""
        if self.encoding == "utf-8":
            return self.path
        decode = codecs.getincrementaldecoder(
            "cp1252" if self.encoding != "utf-16" else self._order()
        )()
        line = 1
        with copy.open("w", encoding="utf-8", newline="") as out:
            for block in _blocks(self.path, self.progress):
                try:
                    text = decode.decode(block)
                except UnicodeDecodeError as error:
                    raise UnreadableFile(
                        f"{self.label}, near line {line}: is in none of the encodings UTF-8, "
                        "UTF-16 and Windows-1252; export it again in UTF-8."
                    ) from error
                line += text.count("\n")
                out.write(text)
        return copy

    def _order(self) -> str:
        with self.path.open("rb") as file:
            start = file.read(2)
        if start in UTF16:
            return "utf-16"
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"


def _is_utf16(start: bytes) -> bool:
    if start[:2] in UTF16:
        return True
    nuls = start.count(0)
    return len(start) > 8 and nuls >= len(start) * 0.4 and nuls <= len(start) * 0.6


def _header(path: Path, label: str, mapping: Mapping) -> tuple[tuple[str, ...], str]:
    """The header's cells, and the mark that cuts them into the most wanted names."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline(1 << 20)
    if not line.strip():
        raise UnreadableFile(
            f"{label}: begins with an empty line; its first line must be the header."
        )
    marks = [mapping.delimiter] if mapping.delimiter else list(MARKS)
    cut = {mark: cells_of(line, mark) for mark in marks}
    wanted = wanted_names(mapping)
    best = max(marks, key=lambda mark: (matches(cut[mark], wanted), len(cut[mark])))
    header = tuple(cut[best])
    if len(header) == 1 and matches(header, wanted) == 0:
        tried = ", ".join(MARKS[mark] for mark in marks)
        raise UnreadableFile(
            f"{label}: its first line is one cell, {shortened(header[0])!r}; the cells should be "
            f"separated by {tried}. Export it with one of these, or say delimiter in the mapping."
        )
    return header, best


def cells_of(line: str, mark: str) -> list[str]:
    """The cells of one line of CSV."""
    return [cell.strip() for cell in next(csv.reader([line.rstrip("\r\n")], delimiter=mark), [])]


def wanted_names(mapping: Mapping) -> set[str]:
    """Every source column that the mapping could use, by loose name."""
    wanted = {name for each in mapping.record_type.columns for name in mapping.theirs(each.name)}
    wanted |= set(mapping.times.values())
    wanted |= {part for each in mapping.sums.values() for part in (each.date, each.days)}
    return {loose(name) for name in wanted}


def matches(cells: list[str] | tuple[str, ...], wanted: set[str]) -> int:
    """How many of the wanted names these cells hold, however they are written."""
    return len({loose(cell) for cell in cells} & wanted)


def loose(name: str) -> str:
    """`START DATE (EPISODE)` and `start_date_episode` are one name."""
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def shortened(value: str, most: int = 60) -> str:
    """A text cut to so many characters."""
    return value if len(value) <= most else value[: most - 1] + "…"
