"""A world that many files begin with is made once a process, and brought back for each of them.

Making a quarter computes every figure of a small trust: seconds, most of them spent on putting the
same questions into words again. The database (SQLite, in memory) and the data directory are kept as
the actions left them, so that a file begins there, and what it changes is gone after it.
"""

import pickle
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction

World = TypeVar("World")


@dataclass(frozen=True)
class Kept:
    """What there was when a world had been made."""

    rows: sqlite3.Connection
    files: Path
    value: bytes


KEPT: dict[Callable, Kept] = {}


@contextmanager
def world_of(make: Callable[[], World], directory: Path, blocker) -> Iterator[World]:
    """What `make` makes of an empty database and data directory; afterwards both are as before.

    `blocker` is pytest-django's: a world is made before a test may touch the database.
    """
    configuration = settings.CONFIGURATION
    elsewhere = configuration.data_dir
    with blocker.unblock():
        connection.ensure_connection()
        assert not connection.in_atomic_block, "a world is made before any test begins"
        bring = brought_back if connection.vendor == "sqlite" else made_anew
        configuration.data_dir = directory
        try:
            with bring(make, directory) as world:
                yield world
        finally:
            configuration.data_dir = elsewhere


@contextmanager
def brought_back(make: Callable[[], World], directory: Path) -> Iterator[World]:
    """The world, made now if it is the first time."""
    with closing(copy_of(connection.connection)) as before:
        if make not in KEPT:
            KEPT[make] = made(make, directory)
        else:
            KEPT[make].rows.backup(connection.connection)
            shutil.copytree(KEPT[make].files, directory, dirs_exist_ok=True)
        try:
            yield pickle.loads(KEPT[make].value)
        finally:
            before.backup(connection.connection)


@contextmanager
def made_anew(make: Callable[[], World], _directory: Path) -> Iterator[World]:
    """On another database: made for this file, and rolled back."""
    with transaction.atomic():
        yield make()
        transaction.set_rollback(True)


def made(make: Callable[[], World], directory: Path) -> Kept:
    """As within a test: what waits for a commit is never done."""
    with transaction.atomic():
        value = make()
        connection.run_on_commit = []
    files = Path(tempfile.mkdtemp(prefix="clinlead-world-"))
    shutil.copytree(directory, files, dirs_exist_ok=True)
    return Kept(copy_of(connection.connection), files, pickle.dumps(value))


def copy_of(rows: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    rows.backup(copy)
    return copy
