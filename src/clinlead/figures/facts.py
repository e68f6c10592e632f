"""Where facts are: a folder a month and generation, written aside and then renamed into place."""

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

from clinlead.figures.models import FactsMonth, Generation

KEEP_REPLACED = timedelta(hours=1)  # a page that began with a folder may still be reading it
LONGEST_COMPUTING = timedelta(days=1)  # what is older was left by one that was killed
ASIDE = ".aside-"
NO_MONTH = "none"  # where records are that have no month: stays that have not ended


def root() -> Path:
    return Path(settings.CONFIGURATION.data_dir) / "facts"


def aside() -> Path:
    """An empty folder for facts being made, which no page reads."""
    root().mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(prefix=ASIDE, dir=root()))


def made_in(place: Path, dataset: str) -> dict[str, Path]:
    """The folders of a data set made aside, by month."""
    found = sorted((place / dataset).glob("month=*"))
    return {folder.name.removeprefix("month="): folder for folder in found}


def put_in_place(
    generation: Generation, dataset: str, made: Mapping[str, Path]
) -> list[FactsMonth]:
    """Rename folders made aside to where pages will look for them, flushed to the disk.

    A generation that is undone may leave folders behind, and its number is given again: so each
    making has a name of its own.
    """
    rows, own = [], secrets.token_hex(4)
    for month, folder in made.items():
        name = f"{dataset}/generation={generation.pk:09d}-{own}/month={month}"
        target = root() / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.parquet"):
            with file.open("rb") as written:
                os.fsync(written.fileno())
        folder.rename(target)
        rows.append(FactsMonth(dataset=dataset, month=month, generation=generation, folder=name))
    return checked(rows, dataset)


def checked(rows: list[FactsMonth], dataset: str) -> list[FactsMonth]:
    """The same months, each with what its rows say to the checks of their data set.

    Days that are joined are not checked one by one; what they are joined from is.
    """
    from clinmeasures.activity.monthly import answers_by_month
    from clinmeasures.definitions.fields import JOINING

    if dataset in JOINING:
        return rows
    files = [Path(part) for row in rows for part in parts_of(f"{root()}/{row.folder}")]
    found = answers_by_month(dataset, files)
    for row in rows:
        row.checks = found[row.month].to_dict() if row.month in found else {}
    return rows


def point_to(rows: Iterable[FactsMonth], *, dataset: str, months: Iterable[str] | None) -> None:
    """Show these folders; months that were made again and came out empty have none any more."""
    old = FactsMonth.objects.filter(dataset=dataset)
    if months is not None:
        old = old.filter(month__in=list(months))
    for folder in old.values_list("folder", flat=True):
        if (root() / folder).is_dir():
            replaced(root() / folder).touch()
    old.delete()
    FactsMonth.objects.bulk_create(rows)


def files_of(dataset: str, months: Iterable[str] | None = None) -> list[str]:
    """The Parquet files that hold a data set's facts now, oldest month first."""
    found = FactsMonth.objects.filter(dataset=dataset)
    if months is not None:
        found = found.filter(month__in=list(months))
    folders, place = found.order_by("month").values_list("folder", flat=True), root()
    return [file for name in folders for file in parts_of(f"{place}/{name}")]


def files_by_month(dataset: str, months: Iterable[str]) -> dict[str, list[str]]:
    """The same for each of some months; one query."""
    found = FactsMonth.objects.filter(dataset=dataset, month__in=list(months)).order_by("month")
    place = root()
    return {
        month: parts_of(f"{place}/{folder}")
        for month, folder in found.values_list("month", "folder")
    }


@lru_cache(maxsize=2000)
def parts_of(folder: str) -> list[str]:
    """The files of a folder of facts: each making has a folder of its own that never changes."""
    return sorted(str(part) for part in Path(folder).glob("*.parquet"))


def sweep(before: datetime) -> int:
    """Remove folders that no pointer names and no page can still be reading; how many."""
    limit = (before - KEEP_REPLACED).timestamp()
    return remove(folder for folder in unnamed() if left_at(folder) < limit)


def sweep_all(before: datetime) -> None:
    """The same without delay, and what killed computations left: for rows that must not stay."""
    limit = before.timestamp()
    remove(each for each in unnamed() if replaced(each).exists() or left_at(each) < limit)
    for risks in root().glob("risks/*/"):
        sweep_replaced(risks, timedelta(0))
    oldest = (before - LONGEST_COMPUTING).timestamp()
    remove(left for left in root().glob(f"{ASIDE}*") if left.stat().st_mtime < oldest)


def remove(folders: Iterable[Path]) -> int:
    stale = list(folders)
    for folder in stale:
        shutil.rmtree(folder)
    return len(stale)


def unnamed() -> list[Path]:
    """Folders of facts that no pointer names."""
    named = set(FactsMonth.objects.values_list("folder", flat=True))
    found = root().glob("*/generation=*/month=*")
    return [each for each in found if each.relative_to(root()).as_posix() not in named]


def replaced(folder: Path) -> Path:
    """The mark of a folder that its pointer has left."""
    return folder / ".replaced"


def left_at(folder: Path) -> float:
    """When its pointer left a folder; of one that never had a pointer, when it was made."""
    mark = replaced(folder)
    return (mark if mark.exists() else folder).stat().st_mtime


def sweep_replaced(folder: Path, spared: timedelta) -> None:
    """Remove the files of a folder that have had a successor for so long."""
    files = sorted(folder.glob("*.parquet"))
    newest = files[-1].stat().st_mtime if files else 0.0
    for file, successor in pairwise(files):
        if newest - successor.stat().st_mtime >= spared.total_seconds():
            file.unlink(missing_ok=True)
