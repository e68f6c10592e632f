"""Facts put in their place: new files beside the old, then one list of what counts replaced.

Readers go by the list, so they meet either the months as they were or as they are now; and a
writer that stops half-way leaves the list, and what it names, as they were.
"""

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LIST = "facts.json"


def listed_files(place: Path) -> list[Path]:
    """The files that count, by month; those that are there where no list is."""
    names = about(place).get("files")
    if names is None:
        return sorted(place.glob("month=*/*.parquet"))
    return [place / name for name in names]


def about(place: Path) -> dict[str, Any]:
    """What was said of the facts when they were written; nothing where none are."""
    file = place / LIST
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return said


def put_in_place(
    aside: Path, place: Path, months: Sequence[str] | None, saying: dict[str, Any]
) -> None:
    """Let what was written aside count from now on, in place of these months (None: of all).

    Files that counted until now stay until the next writing: somebody may be reading them.
    """
    place.mkdir(parents=True, exist_ok=True)
    before = listed_files(place)
    gone = None if months is None else {f"month={month}" for month in months}
    kept = [] if gone is None else [file for file in before if file.parent.name not in gone]
    now = sorted([*kept, *_beside(aside, place)])
    names = [file.relative_to(place).as_posix() for file in now]
    _replace(place / LIST, json.dumps({**saying, "files": names}))
    _remove_others(place, {*before, *now})


def _beside(aside: Path, place: Path) -> list[Path]:
    """Move new files beside the old, under names that were never used."""
    own, moved = secrets.token_hex(4), []
    for file in sorted(aside.glob("month=*/*.parquet")):
        with file.open("rb") as written:
            os.fsync(written.fileno())
        target = place / file.parent.name / f"{file.stem}-{own}.parquet"
        target.parent.mkdir(exist_ok=True)
        file.rename(target)
        moved.append(target)
    return moved


def _replace(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with new.open("w", encoding="utf-8") as sink:
        sink.write(text)
        sink.flush()
        os.fsync(sink.fileno())
    new.replace(file)


def _remove_others(place: Path, wanted: set[Path]) -> None:
    """Remove what no reader can have been told of, and folders that are empty by now."""
    for file in set(place.glob("month=*/*.parquet")) - wanted:
        file.unlink(missing_ok=True)
    for folder in place.glob("month=*"):
        if not any(folder.iterdir()):
            folder.rmdir()
    for part in place.glob(f".{LIST}.*"):
        part.unlink(missing_ok=True)
