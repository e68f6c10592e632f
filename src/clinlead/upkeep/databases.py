"""The database as one file: SQLite by its own backup, PostgreSQL by its client's programs."""

import os
import shutil
import subprocess
from pathlib import Path

from clinmeasures.errors import BadInput

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILES = {SQLITE: "clinlead.sqlite3", POSTGRESQL: "clinlead.dump"}


def snapshot(place: Path) -> tuple[str, Path]:
    """What database it is, and a copy of it as of one moment."""
    from django.conf import settings
    from django.db import connection

    target = place / FILES[connection.vendor]
    if connection.vendor == SQLITE:
        from clinlead.pages.upgrade import copy_sqlite

        copy_sqlite(Path(str(connection.settings_dict["NAME"])), target)
    else:
        address = settings.CONFIGURATION.database_url
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={target}",
            address,
        )
    return connection.vendor, target


def refill(dump: Path, address: str) -> None:
    """Everything of a dump into an empty PostgreSQL database, all or nothing."""
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    run("pg_restore", *options, f"--dbname={address}", str(dump))


def is_empty(address: str) -> bool:
    """Whether a PostgreSQL database has no table yet."""
    import psycopg

    try:
        with psycopg.connect(address) as connection:
            query = "select count(*) from information_schema.tables where table_schema = 'public'"
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError as problem:
        said = str(problem).splitlines()[0]
        raise BadInput(
            f"The database of DATABASE_URL does not answer ({said}); start it first."
        ) from problem
    return row is not None and row[0] == 0


def run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs; what it complains of in one sentence."""
    found = shutil.which(program)
    if found is None:
        raise BadInput(
            f"{program} is not on this machine. Install PostgreSQL's client programs (Debian: "
            "apt-get install postgresql-client), of the server's version or newer."
        )
    done = subprocess.run(  # noqa: S603 - our own programs and addresses
        [found, *arguments], capture_output=True, text=True, check=False, env=os.environ
    )
    if done.returncode:
        said = " ".join(done.stderr.split()) or "no reason given"
        raise BadInput(f"{program} could not do it: {said}")
