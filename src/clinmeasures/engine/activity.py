"""Where the rows are: an activity store with its overlay, or facts made from one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int, str], None]  # done, of, what


@dataclass(frozen=True, kw_only=True)
class Activity:
    """The rows to measure, and what lies on top of them.

    Attributes
    ----------
    directory : Path
        The activity store: `<dataset>/load=<id>/month=<yyyy-mm>/*.parquet`; a hand-made store may
        hold `<dataset>/*.parquet`, `<dataset>.parquet` or `<dataset>.csv` instead.
    active : mapping of data set to load ids, optional
        Which loads count. Absent: `active.json` of the store; without it, all that are present.
    corrections : pyarrow.Table, optional
        Text columns `dataset, key, field, old, new`, in the order in which they were accepted.
        The field `duplicate_of`, from nothing to the key of another record, leaves a record out.
    codes : pyarrow.Table, optional
        `code, valid_from, valid_to` (inclusive, either may be null), `unit`. Absent: the code is
        the unit.
    timezone : str
        The trust's zone, for instants of a hand-made store that has local times alone.
    first_months : mapping of data set to month, optional
        The first month that counts, as `2019-01`: those before it are erased or about to be.
    """

    directory: Path
    active: Mapping[str, Sequence[str]] | None = None
    corrections: "pa.Table | None" = None
    codes: "pa.Table | None" = None
    timezone: str = "Europe/London"
    first_months: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Rows made ready by `write_facts`: latest, corrected, derived, attributed; files by month.

    Attributes
    ----------
    directory : Path
        Where `write_facts` put them.
    files : mapping of record type to paths, optional
        The Parquet files themselves, for a caller that keeps months elsewhere; each in a folder
        `month=<yyyy-mm|none>`. Record types that it does not name are looked for in `directory`.
    """

    directory: Path
    files: Mapping[str, Sequence[Path]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Means:
    """Which engine, and what it may use of the machine."""

    engine: str = "duckdb"
    memory_limit: str = "2GB"
    threads: int = 2
    buckets: int | None = None  # of patients; None: as many as the rows call for
    progress: Progress | None = field(default=None, compare=False)

    def report(self, done: int, of: int, what: str) -> None:
        """Tell whoever asked how far the work has come."""
        if self.progress is not None:
            self.progress(done, of, what)
