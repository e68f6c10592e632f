"""`clinlead restore FILE`: an archive into an empty place, checked before anything is there."""

import argparse
import shutil
from pathlib import Path
from typing import Any

from clinlead.upkeep.backup import quiet, say
from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, help="an archive that `clinlead backup` made")
    parser.add_argument("--quiet", action="store_true", help="say nothing until it is done")


def run(options: argparse.Namespace) -> int:
    """Put everything back; the web framework is not started, for there is no database yet."""
    from clinlead.configuration import configuration
    from clinlead.upkeep.archive import unpack

    place, address = configuration().data_dir.absolute(), configuration().database_url
    refuse_where_something_is(place, address)
    folder, said = unpack(options.file, place, progress=quiet if options.quiet else say)
    try:
        put_back(folder, said, place, address)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"Restored into {place}: as of {said['made_at']}, made by Clinlead {said['clinlead']}.")
    if not said["keys"]:
        print(f"It was made without keys: put the folder `keys` back into {place} before serving.")
    print("Next: `clinlead upgrade`, then `clinlead history verify` and `clinlead check`.")
    return 0


def refuse_where_something_is(place: Path, address: str) -> None:
    """Nothing is ever overwritten."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BadInput(
            f"{place} is not empty. Restore into an empty data directory (set CLINLEAD_DATA_DIR), "
            "and move it when all is well."
        )
    if address:
        from clinlead.upkeep.databases import is_empty

        if not is_empty(address):
            raise BadInput("The database of DATABASE_URL has tables. Restore into an empty one.")


def put_back(folder: Path, said: dict[str, Any], place: Path, address: str) -> None:
    """The database first, where it is elsewhere; then the folder by one rename."""
    from clinlead.upkeep.databases import FILES, POSTGRESQL, SQLITE, refill

    wanted = POSTGRESQL if address else SQLITE
    if said["database"] != wanted:
        raise BadInput(
            f"This backup is of {said['database']} and DATABASE_URL "
            f"{'names PostgreSQL' if address else 'is not set: SQLite'}. Set it to match."
        )
    if address:
        dump = folder / FILES[POSTGRESQL]
        refill(dump, address)
        dump.unlink()
    if place.exists():
        place.rmdir()
    folder.chmod(0o700)
    folder.rename(place)
