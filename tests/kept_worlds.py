"""A world that many files begin with is made once a run, and brought back for each of them.

Making a quarter computes every figure of a small trust: seconds, most of them spent on putting the
same questions into words again. The database (SQLite, in memory) and the data directory are kept as
the actions left them, so that a file begins there, and what it changes is gone after it. They are
kept in files of the run, so that the other worker finds them too.
"""

import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction

from made_once import made_once

World = TypeVar("World")


@contextmanager
def world_of(
    make: Callable[[], World], directory: Path, blocker, name: str = ""
) -> Iterator[World]:
    """What `make` makes of an empty database and data directory; afterwards both are as before.

    `directory` is one of tmp_path_factory's, and `blocker` pytest-django's: a world is made before
    a test may touch the database. It is kept under the name of what makes it, or this one.
    """
    configuration = settings.CONFIGURATION
    elsewhere = configuration.data_dir
    with blocker.unblock():
        connection.ensure_connection()
        assert not connection.in_atomic_block, "a world is made before any test begins"
        configuration.data_dir = directory
        try:
            if connection.vendor == "sqlite":
                with brought_back(name or make.__name__, make, directory) as world:
                    yield world
            else:
                with made_anew(make) as world:
                    yield world
        finally:
            configuration.data_dir = elsewhere


@contextmanager
def brought_back(name: str, make: Callable[[], World], directory: Path) -> Iterator[World]:
    """The world, made now if it is the first time."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as before:
        connection.connection.backup(before)
        try:
            kept = made_once(f"world-{name}", partial(keep, make, directory), directory.parent)
            with closing(sqlite3.connect(kept / "rows.sqlite3")) as rows:
                rows.backup(connection.connection)
            shutil.copytree(kept / "files", directory, dirs_exist_ok=True)
            yield pickle.loads((kept / "value").read_bytes())
        finally:
            before.backup(connection.connection)


@contextmanager
def made_anew(make: Callable[[], World]) -> Iterator[World]:
    """On another database: made for this file, and rolled back."""
    with transaction.atomic():
        yield make()
        transaction.set_rollback(True)


def keep(make: Callable[[], World], directory: Path, folder: Path) -> None:
    """Make it as within a test: what waits for a commit is never done."""
    with transaction.atomic():
        value = make()
        connection.run_on_commit = []
    with closing(sqlite3.connect(folder / "rows.sqlite3")) as rows:
        connection.connection.backup(rows)
    shutil.copytree(directory, folder / "files")
    (folder / "value").write_bytes(pickle.dumps(value))
