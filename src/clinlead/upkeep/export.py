"""`clinlead export-subject USER FILE`: all that is held about one person, as JSON or tables."""

import argparse
import csv
import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any

from clinlead.printing.cells import harmless
from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("user", help="the login of the person asked about")
    parser.add_argument("file", type=Path, help="a .json file, or a .zip of tables as CSV")


def run(options: argparse.Namespace) -> int:
    """Write the file, and record that it was made."""
    from clinlead.cli import start_django

    refuse_file(options.file)
    start_django()
    from django.db import transaction
    from django.utils import timezone

    from clinlead.access.models import Account
    from clinlead.history.actions import append
    from clinlead.upkeep.actions import note_disclosure
    from clinlead.upkeep.subject import export_of

    account = Account.objects.filter(username=options.user).select_related("person").first()
    if account is None:
        raise BadInput(f"Nobody has the login “{options.user}”. Give the login of an account.")
    at = timezone.now()
    found = export_of(account, at)
    with transaction.atomic():
        about = [account.person_id] if account.person_id else []
        append(act="subject export", at=at, by_id=None, about=about, object_kind="account",
               object_id=account.pk)  # fmt: skip
        note_disclosure(account, "", None, at)
        write(options.file, found)
    rows = sum(len(each) for _, each in sections(found))
    print(f"{options.file}: {rows} rows about {account}, others unnamed. Hand it over safely.")
    return 0


def refuse_file(file: Path) -> None:
    if file.suffix not in {".json", ".zip"}:
        raise BadInput(f"{file} ends neither in .json nor in .zip; name the file so.")
    if file.exists():
        raise BadInput(f"{file} is there already; an export never replaces a file. Name another.")
    if not file.parent.is_dir():
        raise BadInput(f"The folder {file.parent} is not there; make it first.")


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Aside and then renamed; readable by its maker alone."""
    number, name = mkstemp(prefix=f".{file.name}-", dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            if file.suffix == ".json":
                out.write(json.dumps(found, indent=1, ensure_ascii=False).encode())
            else:
                write_zip(out, found)
        part.rename(file)
    except OSError as problem:
        raise BadInput(
            f"{file} could not be written ({problem}); nothing is left of it."
        ) from problem
    finally:
        part.unlink(missing_ok=True)


def write_zip(out: IO[bytes], found: Mapping[str, Any]) -> None:
    """Each table as CSV, and everything together as JSON."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("all.json", json.dumps(found, ensure_ascii=False))
        for name, rows in sections(found):
            archive.writestr(f"{name}.csv", as_csv(rows))


def sections(found: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Every table of an export, with a name for its file."""
    yield from ((f"tables/{name}", rows) for name, rows in found["tables"].items())
    yield from ((f"records/{name}", rows) for name, rows in found["records"].items())
    yield from ((f"history/{name}", rows) for name, rows in found["history"].items())
    yield "figures", found["figures"]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula is quoted; what has parts is JSON."""
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return harmless(value)
