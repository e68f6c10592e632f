"""From files to rows that may be loaded, rows set aside with their reasons, and a report."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.aside import find_copies, quarantined
from clinmeasures.activity.checks import Checks
from clinmeasures.activity.columns import Filled, resolve, unused
from clinmeasures.activity.counts import report_of
from clinmeasures.activity.mapping import Mapping, builtin_mappings, known_dataset, zone_exists
from clinmeasures.activity.patients import distinct_patients, numbers
from clinmeasures.activity.raw import Raw, stage
from clinmeasures.activity.record_types import RecordType
from clinmeasures.activity.report import FileRead, LoadReport, nothing_accepted
from clinmeasures.activity.room import no_room
from clinmeasures.activity.source import (
    Progress,
    Source,
    UnreadableFile,
    matches,
    open_source,
    wanted_names,
)
from clinmeasures.activity.staged import Staged
from clinmeasures.activity.store import WrittenLoad, write_load
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "1GB"
THREADS = 2
DEFAULT_SOURCE = "default"


def silent(_share: float, _words: str) -> None:
    """For a caller who wants no progress."""


def prepare_load(
    paths: Sequence[Path | str | Staged],
    dataset: str,
    mapping: Mapping | None = None,
    *,
    today: date,
    timezone: str = "Europe/London",
    work: Path | None = None,
    progress: Progress = silent,
    stdin: IO[bytes] | None = None,
    before_checks: Callable[[str, Mapping], None] | None = None,
    sheet: str = "",
    memory_limit: str = MEMORY,
    threads: int = THREADS,
) -> "PreparedLoad":
    """Read files, check every row, and set the bad ones aside. Nothing is stored yet.

    Parameters
    ----------
    paths : sequence of Path, str or Staged
        CSV, Parquet or Excel files of one data set, read as one; `-` is standard input. `Staged`
        are rows that a reader of another source has put into the data set's columns.
    dataset : str
        One of `RECORD_TYPES`.
    mapping : Mapping, optional
        Default: the supplied mapping (template or NHS Data Dictionary) that fits the first file.
    today : date
        Events later than this are refused. The library has no clock.
    timezone : str
        The zone of local times where the mapping names none.
    work : Path, optional
        A directory for the staged cells; default a temporary one. Removed by `close`.
    progress : callable (share of 0 to 1, words)
    stdin : binary stream, optional
        What `-` reads; default the process's own.
    before_checks : callable (sha256 of the content, mapping), optional
        Called when the files were seen and before their rows are read; may raise to stop there,
        for instance because this content is loaded already.
    sheet : str, optional
        Of a workbook, where it has several and none is named as the data set is.

    Returns
    -------
    PreparedLoad
        A context manager; `close` removes the staged cells.

    Raises
    ------
    BadInput
        A file or mapping that cannot be used at all. Bad rows raise nothing; they are quarantined.
    """
    known_dataset(dataset)
    if not paths:
        raise BadInput("no file was given.")
    zone = (mapping.timezone if mapping else "") or timezone
    if not zone_exists(zone):
        raise BadInput(f"{zone!r} is no time zone; write one such as Europe/London.")
    made = Path(tempfile.mkdtemp(prefix="clinmeasures-", dir=work))
    prepared = PreparedLoad(made, dataset, memory_limit=memory_limit, threads=threads)
    try:
        with no_room(made):
            sources = prepared.open(
                paths, mapping, today=today, progress=progress, stdin=stdin, sheet=sheet
            )
            if before_checks is not None:
                before_checks(prepared.sha256, prepared.mapping)
            prepared.read(sources, zone=zone, progress=progress)
    except BaseException:
        prepared.close()
        raise
    return prepared


class PreparedLoad:
    """Staged rows of one data set: those accepted, those quarantined, and the report."""

    report: LoadReport
    mapping: Mapping
    today: date

    def __init__(self, work: Path, dataset: str, *, memory_limit: str, threads: int) -> None:
        self.work, self.dataset = work, dataset
        self.digests: list[str] = []
        self.raws: list[Raw] = []
        self.filled: list[list[Filled]] = []
        self.connection = sql.connect(work / "spill", memory_limit=memory_limit, threads=threads)

    def __enter__(self) -> "PreparedLoad":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything staged."""
        self.connection.close()
        shutil.rmtree(self.work, ignore_errors=True)

    @property
    def record_type(self) -> RecordType:
        """What the data set's rows are."""
        return self.mapping.record_type

    @property
    def sha256(self) -> str:
        """Of the content: the one file's digest, or that of all digests in order."""
        if len(self.digests) == 1:
            return self.digests[0]
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()

    # reading

    def open(
        self,
        paths: Sequence[Path | str | Staged],
        mapping: Mapping | None,
        *,
        today: date,
        progress: Progress,
        stdin: IO[bytes] | None,
        sheet: str = "",
    ) -> list[Source]:
        """Open the files and settle the mapping that fits them."""
        self.today = today
        guess = mapping or builtin_mappings(self.dataset)[0]
        sources = [
            open_source(path, guess, self.work, progress=progress, stdin=stdin, sheet=sheet)
            for path in paths
        ]
        self.mapping = mapping or fitting(self.dataset, sources[0])
        self.digests = [source.sha256 for source in sources]
        return sources

    def read(self, sources: list[Source], *, zone: str, progress: Progress) -> None:
        """Copy every file's cells aside and check them."""
        self.filled = [resolve(self.mapping, source) for source in sources]
        for number, source in enumerate(sources):
            self.stage(number, source, progress)
        if not sum(raw.rows for raw in self.raws):
            raise UnreadableFile(f"{sources[0].label}: has a header and no rows.")
        progress(0.0, "checking the rows")
        for number, filled in enumerate(self.filled):
            self.check(number, Checks(self.mapping, filled, zone=zone, today=self.today))
            progress((number + 1) / len(sources), "checking the rows")
        find_copies(self)
        self.report = report_of(self)

    def stage(self, number: int, source: Source, progress: Progress) -> None:
        """Copy one file's cells to Parquet, with a number for each row."""
        self.raws.append(
            stage(
                source,
                self.work / f"cells-{number}.parquet",
                number=number,
                first_row=1 + max((raw.last for raw in self.raws), default=0),
                connection=self.connection,
                progress=progress,
            )
        )

    def check(self, number: int, checks: Checks) -> None:
        """Write one file's values and what is wrong with them."""
        cells = f"SELECT * FROM read_parquet({sql.file(self.raws[number].path)})"
        target = self.work / f"checked-{number}.parquet"
        self.connection.execute(
            f"COPY ({checks.query(cells)}) TO {sql.file(target)} (FORMAT parquet, COMPRESSION zstd)"
        )

    @property
    def checked(self) -> str:
        """A query of every well-formed row with its typed columns and reasons."""
        return (
            f"SELECT * FROM read_parquet({sql.text((self.work / 'checked-*.parquet').as_posix())})"
        )

    # what came of it

    @property
    def accepted(self) -> str:
        """A query of the accepted rows: the data set's columns, `_row`, `_key`, `month`, UTC.

        Still with `patient_id`; `write` replaces it.
        """
        columns = ", ".join(f"rows.{sql.name(column)}" for column in self.stored_columns())
        return (
            f"SELECT {columns} FROM ({self.checked}) AS rows LEFT JOIN twins USING (_key) "
            "WHERE NOT _left_out AND len(reasons) = 0 "
            "AND (first_row IS NULL OR (NOT differ AND _row = first_row))"
        )

    def stored_columns(self) -> list[str]:
        """The store's columns, in order, with `patient_id` where `patient_key` will stand."""
        names = ["_row", "_key", "month"]
        for column in self.record_type.columns:
            names.append(column.name)
            if column.kind == "instant":
                names += [f"{column.name}_utc", f"{column.name}_ambiguous"]
        return names

    def rows(self) -> "pa.Table":
        """The accepted rows as an Arrow table, patients readable: for a report nobody stores."""
        return self.connection.execute(f"{self.accepted} ORDER BY _row").to_arrow_table()

    def quarantined(self) -> Iterator[dict[str, Any]]:
        """Each quarantined row: `file`, `row`, `reasons` (kind, column, because) and `cells`.

        Rows of another width than the header come after the others of their file, without cells
        and with their `text` as it stands in the file.
        """
        return quarantined(self)

    def files(self) -> tuple[FileRead, ...]:
        """Of each file its name, digest, size and how it was read."""
        return tuple(
            FileRead(
                label=raw.source.label,
                sha256=raw.source.sha256,
                rows=raw.rows,
                encoding=raw.source.encoding,
                delimiter=raw.source.delimiter,
                header=raw.source.header,
                used={each.name: each.theirs for each in filled if each.theirs},
                unused=unused(raw.source, filled, self.mapping),
            )
            for raw, filled in zip(self.raws, self.filled, strict=True)
        )

    # storing

    def write(
        self,
        store: Path | str,
        load_id: str,
        patient_key_secret: bytes | None,
        *,
        source: str = "",
        mode: str = "upsert",
        coverage: tuple[date, date] | None = None,
        progress: Progress = silent,
    ) -> WrittenLoad:
        """Put the accepted rows into a store of activity as one load: all of it, or nothing.

        Parameters
        ----------
        store : Path or str
            The directory of all activity; the data set's own is made where it is not there.
        load_id : str
            Zero-padded number; text order is load order. Refused where the store has it.
        patient_key_secret : bytes or None
            Key of the patients' hashes (`patient_key`). None leaves hospital numbers readable: only
            for a report that nobody stores.
        source : str
            The system the rows come from; default the mapping's, else "default".
        mode : "upsert" or "replace"
            Replace: earlier rows of the same source inside the coverage count no more.
        coverage : (date, date), optional
            First and last day the extract answers for; default those of its own rows.

        Raises
        ------
        BadInput
            No row was accepted, or the load is there already.
        NoRoom
            The disk is full; nothing is left behind.
        """
        if not self.report.accepted:
            raise BadInput(nothing_accepted(self.report))
        with no_room(Path(store)):
            return write_load(
                self,
                Path(store),
                load_id,
                patient_key_secret,
                source=source or self.mapping.source or DEFAULT_SOURCE,
                mode=mode,
                coverage=coverage,
                progress=progress,
            )

    def patient_numbers(self, secret: bytes) -> "Iterator[list[tuple[str, str]]]":
        """Batches of (patient key, hospital number) of the accepted rows, each patient once."""
        yield from numbers(self.query(distinct_patients(self.accepted)), secret)

    def query(self, query: str) -> "duckdb.DuckDBPyConnection":
        """Run SQL on what was staged."""
        return self.connection.execute(query)


def fitting(dataset: str, source: Source) -> Mapping:
    """The supplied mapping under which most of the file's columns are known."""
    return max(
        builtin_mappings(dataset), key=lambda each: matches(source.header, wanted_names(each))
    )
