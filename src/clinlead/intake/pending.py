"""Uploads whose preview waits to be confirmed, and loads that run in a process of their own.

A load runs apart from the web server: a large one neither fills its memory nor dies with it.
"""

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from clinlead.access.models import Account
from clinlead.intake.loading import WAITING, Extract, begin, folder, load_file
from clinlead.intake.models import Load
from clinmeasures.activity import parse_mapping
from clinmeasures.errors import MeasureError

KEPT_FOR = timedelta(days=1)
ASKED = "asked.json"
LONGEST_NAME = 150


@dataclass(frozen=True, kw_only=True)
class Pending:
    """What an analyst has uploaded and not yet loaded."""

    token: str
    account_id: int
    file_name: str
    dataset: str
    source: str
    mode: str
    mapping_text: str
    covers_from: str
    covers_to: str
    uploaded_at: str
    sheet: str = ""

    @property
    def place(self) -> Path:
        return uploads() / self.token

    @property
    def file(self) -> Path:
        """Under its own name, by which messages call it."""
        return self.place / "extract" / self.file_name

    def extract(self) -> Extract:
        """Raises BadInput where the mapping is wrong."""
        text = self.mapping_text.strip()
        mapping = parse_mapping(self.mapping_text, self.dataset) if text else None
        covered = self.covers_from and self.covers_to
        return Extract(
            paths=[self.file],
            dataset=self.dataset,
            mapping=mapping,
            mapping_text=self.mapping_text if text else "",
            source=self.source,
            mode=self.mode,
            coverage=(day(self.covers_from), day(self.covers_to)) if covered else None,
            file_names=[self.file_name],
            sheet=self.sheet,
        )


def day(text: str) -> date:
    return date.fromisoformat(text)


def uploads() -> Path:
    return folder() / "uploads"


def keep_upload(
    *, chunks: Iterable[bytes], file_name: str, asked: dict, by: Account, at: datetime
) -> Pending:
    """Put an uploaded file aside until it is confirmed; uploads a day old are removed."""
    sweep_uploads(at)
    token = secrets.token_urlsafe(16)
    pending = Pending(
        token=token,
        account_id=by.pk,
        file_name=Path(file_name).name[-LONGEST_NAME:],
        uploaded_at=at.isoformat(),
        **asked,
    )
    pending.place.mkdir(parents=True, mode=0o700)
    pending.file.parent.mkdir()
    with pending.file.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    note(pending)
    return pending


def note(pending: Pending) -> None:
    (pending.place / ASKED).write_text(json.dumps(asdict(pending)), encoding="utf-8")


def find_upload(token: str, account_id: int) -> Pending | None:
    """An upload of this person's own."""
    said = asked_of(uploads(), token, account_id)
    return Pending(**said) if said else None


def asked_of(place: Path, token: str, account_id: int) -> dict[str, Any] | None:
    """What this person asked with an upload of their own."""
    asked = place / token / ASKED
    if not token.replace("-", "").replace("_", "").isalnum() or not asked.is_file():
        return None
    said: dict[str, Any] = json.loads(asked.read_text("utf-8"))
    return said if said["account_id"] == account_id else None


def sweep_uploads(at: datetime, place: Path | None = None) -> None:
    for asked in (place or uploads()).glob(f"*/{ASKED}"):
        uploaded = datetime.fromisoformat(json.loads(asked.read_text("utf-8"))["uploaded_at"])
        if at - uploaded > KEPT_FOR:
            shutil.rmtree(asked.parent)


def start(pending: Pending, *, by: Account, at: datetime) -> Load:
    """Begin a load's row and run it in a process of its own; the page follows the row."""
    load = begin(pending.extract(), by=by, at=at)
    load.doing = WAITING
    load.save(update_fields=["doing"])
    if settings.LOADS_RUN_APART:
        run_apart("clinlead.intake.apart", pending.token, str(load.number))
    else:
        run(pending, load)
    return load


def run_apart(module: str, *arguments: str) -> None:
    """Run a module of ours in a process that outlives the web server's."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603


def run(pending: Pending, load: Load) -> None:
    """Load a confirmed upload. What is wrong with it stands on the load's row."""
    try:
        load_file(extract=pending.extract(), by=load.loaded_by, at=load.loaded_at, load=load)
    except MeasureError:
        return  # the upload stays, so that its mapping can be mended
    shutil.rmtree(pending.place, ignore_errors=True)
