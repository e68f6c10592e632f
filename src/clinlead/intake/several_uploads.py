"""Uploaded files of a source of several data sets (OMOP, FHIR), and how far they have come.

They are read, then loaded, in a process of their own. It notes beside the files what it is doing
and what it found; the page follows that.
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from clinlead.access.models import Account
from clinlead.intake.loading import Extract, folder
from clinlead.intake.lock import Busy, only_one
from clinlead.intake.pending import ASKED, LONGEST_NAME, asked_of, day, sweep_uploads
from clinlead.intake.together import dataset_stated
from clinmeasures.activity import parse_mapping

KINDS = {
    "omop": "OMOP CDM 5.4: a CSV or Parquet file a table",
    "fhir": "FHIR R4 bulk export: NDJSON files, one kind of resource a file",
}
STANDING = "standing.json"
RUNNING = "running"
STARTS_WITHIN = 60  # seconds; later, a process that holds no lock is gone
STOPPED = "it was stopped half-way and nothing of it was kept; do it again"


class Stage(StrEnum):
    """Files are read, looked at, loaded, in this order."""

    READING = "reading"
    READ = "read"
    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the files have come."""

    stage: Stage
    noted_at: float  # seconds since 1970
    share: float = 0.0
    doing: str = ""
    problem: str = ""
    found: dict[str, Any] = field(default_factory=dict)  # `saying.several_as_plain`

    @property
    def running(self) -> bool:
        return self.stage in {Stage.READING, Stage.LOADING} or bool(self.doing)

    def stopped(self) -> "Standing":
        """As it stands when whoever worked on it is gone."""
        if self.stage == Stage.LOADED:
            return replace(self, doing="", problem="Figures are behind: computing was stopped.")
        return replace(self, stage=Stage.FAILED, doing="", problem=STOPPED)


class Uploaded(Protocol):
    """A file as Django hands it over."""

    name: str

    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True, kw_only=True)
class SeveralUpload:
    """Files of one source that an analyst has uploaded."""

    token: str
    account_id: int
    kind: str  # of KINDS
    file_names: Sequence[str]
    source: str
    mode: str
    mapping_text: str
    covers_from: str
    covers_to: str
    uploaded_at: str

    @property
    def place(self) -> Path:
        return several() / self.token

    @property
    def archive(self) -> Path | None:
        """The one zip that was uploaded, until it is unpacked."""
        return next((self.place / "archive").glob("*"), None)

    @property
    def files(self) -> Path:
        """The folder that is read; messages call it by its name."""
        zipped = len(self.file_names) == 1 and is_zip(self.file_names[0])
        return self.place / "files" / (self.file_names[0] if zipped else "the upload")

    def like(self) -> Extract:
        """What the loads have in common. Raises BadInput where the mapping is wrong."""
        text = self.mapping_text if self.mapping_text.strip() else ""
        mapping = parse_mapping(text, dataset_stated(text, "mapping")) if text else None
        covered = self.covers_from and self.covers_to
        return Extract(
            paths=[],
            dataset=self.kind,
            mapping=mapping,
            mapping_text=text,
            source=self.source,
            mode=self.mode,
            coverage=(day(self.covers_from), day(self.covers_to)) if covered else None,
        )

    def standing(self) -> Standing:
        """What was noted last; a process that is gone without a word has failed."""
        said = json.loads((self.place / STANDING).read_text("utf-8"))
        found = Standing(**{**said, "stage": Stage(said["stage"])})
        if found.running and time.time() - found.noted_at > STARTS_WITHIN and not self.held():
            return found.stopped()
        return found

    def held(self) -> bool:
        """Whether a process works on it."""
        try:
            with only_one(self.place / RUNNING):
                return False
        except Busy:
            return True

    def note(self, stage: Stage, **said: Any) -> None:
        standing = Standing(stage=stage, noted_at=time.time(), **said)
        write_whole(self.place / STANDING, asdict(standing))


def several() -> Path:
    return folder() / "several"


def is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def own_name(file: Uploaded) -> str:
    """A file's name without folders, as far as a disk takes it."""
    return Path(file.name.replace("\\", "/")).name[-LONGEST_NAME:]


def write_whole(path: Path, said: dict[str, Any]) -> None:
    """A reader sees the text before or the text after, never half of it."""
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(said, default=str), encoding="utf-8")
    aside.replace(path)


def keep_several(
    *, files: Sequence[Uploaded], asked: dict[str, str], by: Account, at: datetime
) -> SeveralUpload:
    """Put uploaded files aside; those a day old are removed."""
    sweep_uploads(at, several())
    upload = SeveralUpload(
        token=secrets.token_urlsafe(16),
        account_id=by.pk,
        file_names=[own_name(file) for file in files],
        uploaded_at=at.isoformat(),
        **asked,
    )
    zipped = len(files) == 1 and is_zip(files[0].name)
    target = upload.place / "archive" if zipped else upload.files
    upload.place.mkdir(parents=True, mode=0o700)
    target.mkdir(parents=True)
    for file in files:
        with (target / own_name(file)).open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
    keep_asked(upload)
    return upload


def keep_asked(upload: SeveralUpload) -> None:
    """Ready to be read: with this file the upload can be found."""
    upload.note(Stage.READING, doing="waiting to start")
    write_whole(upload.place / ASKED, asdict(upload))


def find_several(token: str, account_id: int) -> SeveralUpload | None:
    """An upload of this person's own."""
    said = asked_of(several(), token, account_id)
    return SeveralUpload(**said) if said else None


def forget_files(upload: SeveralUpload) -> None:
    """Patients' records are in the store now; what became of them is still shown for a day."""
    for name in ("files", "archive"):
        shutil.rmtree(upload.place / name, ignore_errors=True)
