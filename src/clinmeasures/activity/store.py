"""A load into the store: written aside, flushed to disk, renamed into sight; all or nothing."""

import json
import os
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.patients import with_keys, write_keys
from clinmeasures.activity.source import Progress
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from clinmeasures.activity.prepare import PreparedLoad

ASIDE = ".writing-"  # a load not yet in sight; readers look for load=*
RECORD = "_load.json"
NO_MONTH = "none"
ROWS_HELD_PER_MONTH = 50_000  # before a month's rows are written out; bounds the memory
OPEN_FILES = 64
LOAD_ID = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, kw_only=True)
class WrittenLoad:
    """One load in the store, as its `_load.json` says."""

    dataset: str
    id: str
    source: str
    mode: str
    coverage_from: date | None
    coverage_to: date | None
    rows: int
    sha256: str
    path: Path

    def to_dict(self) -> dict[str, Any]:
        """The load as its manifest holds it."""
        return {
            "dataset": self.dataset,
            "id": self.id,
            "source": self.source,
            "mode": self.mode,
            "coverage_from": self.coverage_from.isoformat() if self.coverage_from else None,
            "coverage_to": self.coverage_to.isoformat() if self.coverage_to else None,
            "rows": self.rows,
            "sha256": self.sha256,
        }


def write_load(
    prepared: "PreparedLoad",
    store: Path,
    load_id: str,
    secret: bytes | None,
    *,
    source: str,
    mode: str,
    coverage: tuple[date, date] | None,
    progress: Progress,
) -> WrittenLoad:
    """See `PreparedLoad.write`."""
    target = store / prepared.dataset / f"load={load_id}"
    refuse_bad_load(target, load_id, mode, secret)
    first, last = coverage or (prepared.report.first, prepared.report.last)
    load = WrittenLoad(
        dataset=prepared.dataset,
        id=load_id,
        source=source,
        mode=mode,
        coverage_from=first,
        coverage_to=last,
        rows=prepared.report.accepted,
        sha256=prepared.sha256,
        path=target,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.parent / f"{ASIDE}{load_id}"
    shutil.rmtree(aside, ignore_errors=True)  # what a killed run left under the same number
    aside.mkdir()
    try:
        write_rows(prepared, aside, secret, progress)
        write_record(load, aside)
        reveal(aside, target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    progress(1.0, "stored")
    return load


def refuse_bad_load(target: Path, load_id: str, mode: str, secret: bytes | None) -> None:
    """Raise BadInput for an id, mode or secret that the store does not take."""
    if not LOAD_ID.fullmatch(load_id):
        raise BadInput(f"a load's id is a zero-padded number such as 000001, not {load_id!r}.")
    if mode not in ("upsert", "replace"):
        raise BadInput(f"a load's mode is upsert or replace, not {mode!r}.")
    if secret is not None and len(secret) < 16:
        raise BadInput("the patients' secret key is too short; it needs at least 16 bytes.")
    if target.exists():
        raise BadInput(f"load {load_id} of {target.parent.name} is in the store already.")


def write_rows(
    prepared: "PreparedLoad", aside: Path, secret: bytes | None, progress: Progress
) -> None:
    """The accepted rows as Parquet, a directory a month."""
    columns = prepared.stored_columns()
    rows = prepared.accepted
    if "patient_id" in columns:
        progress(0.1, "pseudonymising the patients")
        keys = prepared.work / "patient-keys.parquet"
        write_keys(prepared.connection, rows, secret, keys)
        rows = with_keys(rows, keys, columns, prepared.record_type.key)
    progress(0.3, "writing the rows")
    prepared.query(f"SET partitioned_write_flush_threshold = {ROWS_HELD_PER_MONTH}")
    prepared.query(f"SET partitioned_write_max_open_files = {OPEN_FILES}")
    prepared.query(
        f"COPY (SELECT *, coalesce(month, '{NO_MONTH}') AS _part FROM ({rows})) "
        f"TO {sql.file(aside)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (_part), "
        "FILENAME_PATTERN 'part-{i}', OVERWRITE_OR_IGNORE true)"
    )
    for part in sorted(aside.glob("_part=*")):
        part.rename(aside / part.name.replace("_part=", "month=", 1))


def write_record(load: WrittenLoad, aside: Path) -> None:
    """`_load.json`, and everything flushed to the disk."""
    (aside / RECORD).write_text(json.dumps(load.to_dict(), indent=1) + "\n", encoding="utf-8")
    for path in sorted(aside.rglob("*")):
        flush(path)
    flush(aside)


def reveal(aside: Path, target: Path) -> None:
    """Give what was written aside its name, in one step that survives a crash."""
    aside.rename(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Wait until the disk has it. Windows cannot flush a directory, and keeps no need to."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(
    store: Path | str, *, unfinished: Mapping[str, Collection[str]] | None = None
) -> list[Path]:
    """Remove what killed runs left. Call it where no load is being written.

    Parameters
    ----------
    store : Path or str
        The directory of all activity.
    unfinished : dict of data set to load ids, optional
        Loads that the application's database knows as never put in use: killed between the rename
        and the commit. A load that it does not know at all is left alone, because the database may
        be the wrong one.

    Returns
    -------
    list of Path
        What was removed: half-written loads, and unfinished ones.
    """
    orphans = sorted(Path(store).glob(f"*/{ASIDE}*"))
    for dataset, ids in (unfinished or {}).items():
        places = (Path(store) / dataset / f"load={load_id}" for load_id in sorted(ids))
        orphans += [place for place in places if place.exists()]
    for path in orphans:
        shutil.rmtree(path)
    return orphans
