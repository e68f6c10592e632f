"""The demonstration's data directory: empty, ready, left half-made, or somebody else's."""

import json
import shutil
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from clinmeasures.errors import BadInput

READY, UNFINISHED = "demonstration.json", "demonstration.unfinished"
ACCOUNTS, STORIES = "accounts.json", "stories.json"


class State(StrEnum):
    """What is in the directory."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    READY = "ready"
    FOREIGN = "foreign"


def state_of(directory: Path) -> State:
    if not directory.exists():
        return State.EMPTY
    if not directory.is_dir():
        return State.FOREIGN
    if (directory / UNFINISHED).exists():
        return State.UNFINISHED
    if (directory / READY).exists():
        return State.READY
    return State.FOREIGN if any(directory.iterdir()) else State.EMPTY


def make_room(directory: Path, *, fresh: bool) -> bool:
    """Whether the demonstration must be made; only what a demonstration made is ever removed."""
    state = state_of(directory)
    if state is State.FOREIGN:
        raise BadInput(
            f"{directory} holds something other than the demonstration, which would be mixed up "
            "with it; name an empty folder with --data."
        )
    if state is State.READY and not fresh:
        return False
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / UNFINISHED).touch()
    return True


def finish(directory: Path, *, today: date, version: str) -> None:
    """From now on the demonstration starts from what is there."""
    facts = {"made_on": today.isoformat(), "version": version}
    (directory / READY).write_text(json.dumps(facts), encoding="utf-8")
    (directory / UNFINISHED).unlink()


def made_on(directory: Path) -> date:
    facts: dict[str, Any] = json.loads((directory / READY).read_text(encoding="utf-8"))
    return date.fromisoformat(facts["made_on"])


def read_rows(directory: Path, name: str) -> list[dict[str, str]]:
    """A table of the invented organisation."""
    import csv

    with (directory / "trust" / "organisation" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
