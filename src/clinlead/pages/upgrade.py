"""`clinlead upgrade`: bring the database up to this version, with a copy kept first."""

import argparse
import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--no-backup", action="store_true", help="you have made one yourself")


def run(options: argparse.Namespace) -> int:
    """Back up, migrate, say what was done."""
    from clinlead.cli import start_django

    start_django()
    upgrade(backup=not options.no_backup)
    return 0


def upgrade(*, backup: bool = True) -> None:
    """Make or migrate every table; SQLite is copied first, PostgreSQL is for `clinlead backup`."""
    from clinlead.pages.readiness import database_is_current
    from clinlead.pages.tables import bring_up_to_date

    if database_is_current():
        print("The database is already of this version.")
        return
    if backup:
        back_up()
    bring_up_to_date()
    print("The database is now of this version.")


def back_up() -> None:
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        print("PostgreSQL is not copied here; run `clinlead backup` before upgrading.")
        return
    database = Path(str(connection.settings_dict["NAME"]))
    if database.exists() and database.stat().st_size:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        target = settings.CONFIGURATION.data_dir / "backups" / f"before-upgrade-{stamp}.sqlite3"
        copy_sqlite(database, target)
        print(f"A copy of the database is at {target}.")


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy, even while the database is in use; never half a file under its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with (
        contextlib.closing(sqlite3.connect(source)) as held,
        contextlib.closing(sqlite3.connect(part)) as copy,
    ):
        held.backup(copy)
    part.chmod(0o600)
    part.rename(target)
