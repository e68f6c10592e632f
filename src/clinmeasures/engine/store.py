"""The files of a data set in an activity store, and which loads of it count."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.erasing import is_erased, month_of
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from clinmeasures.engine.activity import Activity


@dataclass(frozen=True, kw_only=True)
class Load:
    """One load of a data set: its files, where it came from and what it replaces."""

    id: str
    files: tuple[Path, ...]
    source: str = ""
    mode: str = "upsert"
    coverage_from: date | None = None
    coverage_to: date | None = None

    def replaces(self, earlier: "Load") -> bool:
        """Whether rows of an earlier load inside this one's coverage are gone."""
        same = self.mode == "replace" and self.source == earlier.source
        return same and in_time(self.id) > in_time(earlier.id)


def in_time(load_id: str) -> tuple[bool, int, str]:
    """Where a load stands among the others: numbers by size, so that 10 comes after 9."""
    number = load_id.isdecimal()
    return (not number, int(load_id) if number else 0, load_id)


def loads_of(activity: "Activity", dataset: str) -> tuple[Load, ...]:
    """The loads of a data set that count, oldest first; empty where the store has none.

    Files that stand outside any load (a hand-made store) count as one load without a name.
    """
    directory, first = activity.directory, activity.first_months.get(dataset, "")
    folder = directory / dataset
    found = {each.name.removeprefix("load="): each for each in sorted(folder.glob("load=*"))}
    if not found:
        loose = _loose_files(directory, dataset)
        return (Load(id="", files=loose),) if loose else ()
    wanted = _active_ids(directory, dataset, activity.active)
    ids = sorted(found if wanted is None else set(wanted), key=in_time)
    missing = [each for each in ids if each not in found]
    if missing:
        raise BadInput(
            f"{folder}: the active load {missing[0]} is not there; restore it or withdraw it."
        )
    loads = (_kept(_load(found[each], each), first) for each in ids)
    return tuple(load for load in loads if load.files)


def check_store(directory: Path) -> None:
    """Refuse a folder that is not there."""
    if not directory.is_dir():
        raise BadInput(f"{directory}: there is no such folder of activity.")


def _loose_files(directory: Path, dataset: str) -> tuple[Path, ...]:
    inside = sorted((directory / dataset).rglob("*.parquet")) or sorted(
        (directory / dataset).glob("*.csv")
    )
    beside = [directory / f"{dataset}{end}" for end in (".parquet", ".csv")]
    return tuple(inside) or tuple([each for each in beside if each.is_file()][:1])


def _active_ids(
    directory: Path, dataset: str, active: Mapping[str, Sequence[str]] | None
) -> Sequence[str] | None:
    if active is None:
        listing = directory / "active.json"
        if not listing.is_file():
            return None
        active = _json(listing)
    return active.get(dataset, ())


def _load(folder: Path, load_id: str) -> Load:
    files = tuple(sorted(folder.rglob("*.parquet")))
    described = folder / "_load.json"
    if not described.is_file():
        return Load(id=load_id, files=files)
    said = _json(described)
    return Load(
        id=load_id,
        files=files,
        source=said.get("source") or "",
        mode=said.get("mode") or "upsert",
        coverage_from=_date(said.get("coverage_from")),
        coverage_to=_date(said.get("coverage_to")),
    )


def _kept(load: Load, first: str) -> Load:
    """The load with the files of the months that are kept."""
    if not first:
        return load
    to = load.coverage_to.isoformat() if load.coverage_to else None
    gone = {
        folder
        for folder in {file.parent for file in load.files}
        if folder.name.startswith("month=") and is_erased(month_of(folder), first, to)
    }
    return replace(load, files=tuple(file for file in load.files if file.parent not in gone))


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{file}: is not valid JSON ({error}).") from error


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
