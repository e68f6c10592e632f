"""Where facts are: a folder a month and generation, written aside and then renamed into place."""

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

from clinlead.figures.models import FactsMonth, Generation, RisksInUse

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
        mark_replaced(root() / folder)
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
    """Remove what no pointer names and no page can still be reading; how many."""
    limit = (before - KEEP_REPLACED).timestamp()
    return remove(each for each in unnamed() if left_at(each) < limit)


def sweep_all(before: datetime) -> None:
    """The same without delay, and what killed computations left: for rows that must not stay."""
    limit = before.timestamp()
    remove(each for each in unnamed() if replaced(each).exists() or left_at(each) < limit)
    oldest = (before - LONGEST_COMPUTING).timestamp()
    remove(left for left in root().glob(f"{ASIDE}*") if left.stat().st_mtime < oldest)


def remove(places: Iterable[Path]) -> int:
    stale = list(places)
    for place in stale:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
            replaced(place).unlink(missing_ok=True)
    return len(stale)


def unnamed() -> list[Path]:
    """Folders of facts and files of risks that no pointer names."""
    named = set(FactsMonth.objects.values_list("folder", flat=True))
    named |= set(RisksInUse.objects.values_list("file", flat=True))
    found = chain(root().glob("*/generation=*/month=*"), root().glob("risks/**/*.parquet"))
    return [each for each in found if each.relative_to(root()).as_posix() not in named]


def mark_replaced(place: Path) -> None:
    """Say that a pointer leaves a folder or file: whoever began to read it may still be reading."""
    if place.exists():
        replaced(place).touch()


def replaced(place: Path) -> Path:
    """The mark of a folder or file that its pointer has left."""
    return place / ".replaced" if place.is_dir() else place.with_name(f".{place.name}.replaced")


def left_at(place: Path) -> float:
    """When its pointer left it; of what never had a pointer, when it was made."""
    mark = replaced(place)
    return (mark if mark.exists() else place).stat().st_mtime
