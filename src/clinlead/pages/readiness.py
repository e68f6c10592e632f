"""Whether this installation can do its work now, each fact on its own."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def database_is_current() -> bool:
    """Every migration applied, and the cache table there."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        return settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()
    except DatabaseError:
        return False


def data_directory_is_writable() -> bool:
    folder: Path = settings.CONFIGURATION.data_dir
    return folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": database_is_current,
    "data_directory": data_directory_is_writable,
}


def state() -> dict[str, bool]:
    return {name: check() for name, check in CHECKS.items()}
