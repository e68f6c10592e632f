"""`clinlead backup FILE`: the database as of one moment, then the files it refers to."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, help="the archive to write, such as clinlead.tar")
    parser.add_argument(
        "--without-keys",
        action="store_true",
        help="leave out the keys, to be kept elsewhere; without them no hospital number is read",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing until it is done")


def run(options: argparse.Namespace) -> int:
    """Write the archive; progress goes to standard error."""
    from clinlead.cli import start_django

    target: Path = options.file
    if target.exists():
        raise BadInput(f"{target} is there already; a backup never replaces a file. Name another.")
    if not target.parent.is_dir():
        raise BadInput(f"The folder {target.parent} is not there; make it first.")
    start_django()
    count = back_up(target, keys=not options.without_keys, progress=quiet if options.quiet else say)
    print(f"{target}: the database and {count} files, {target.stat().st_size / 1e6:,.0f} MB.")
    if not options.without_keys:
        print("It holds the keys: keep it where only those may read who run this installation.")
    return 0


def back_up(target: Path, *, keys: bool, progress) -> int:
    """Make the archive; how many files besides the database are in it."""
    from django.conf import settings
    from django.utils import timezone

    from clinlead import __version__
    from clinlead.pages.readiness import database_is_current
    from clinlead.upkeep.archive import write_archive
    from clinlead.upkeep.databases import snapshot

    if not database_is_current():
        raise BadInput("There is no database of this version here. Run `clinlead upgrade` first.")
    named = folders_named()
    at = timezone.now().isoformat(timespec="seconds")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".clinlead-backup-") as place:
            kind, database = snapshot(Path(place))
            about = {"clinlead": __version__, "made_at": at, "database": kind, "keys": keys}
            directory = settings.CONFIGURATION.data_dir
            digests = write_archive(
                target, directory, database, about, keys=keys, progress=progress
            )
    except OSError as problem:
        raise BadInput(
            f"{target} could not be written ({problem}); nothing is left of it."
        ) from problem
    if lacking := named - {str(Path(name).parent) for name in digests}:
        target.unlink()
        raise BadInput(
            f"The files in {min(lacking)} were replaced while they were copied. Run it again."
        )
    return len(digests) - 1


def folders_named() -> set[str]:
    """Folders of facts and loads that the database refers to before it is copied."""
    from clinlead.figures.models import FactsMonth

    return {f"facts/{name}" for name in FactsMonth.objects.values_list("folder", flat=True)}


def say(done: int, of: int, what: str) -> None:
    if done == of or done % 100 == 0:
        end = "\n" if done == of else ""
        print(f"\rCopying {what}: {done} of {of}   ", end=end, file=sys.stderr, flush=True)


def quiet(_done: int, _of: int, _what: str) -> None:
    pass
