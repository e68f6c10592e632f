"""Reading the uploaded files of several data sets, then loading them, in a process apart."""

import time
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.intake.loading import figures_again
from clinlead.intake.lock import only_one
from clinlead.intake.pending import run_apart
from clinlead.intake.saying import several_as_plain
from clinlead.intake.several_uploads import RUNNING, STOPPED, SeveralUpload, Stage, forget_files
from clinlead.intake.together import Several, load_together, read_source, try_together
from clinmeasures.errors import MeasureError
from clinmeasures.sources import is_fhir_file, is_omop_table, unpack

IS_READ = {"omop": is_omop_table, "fhir": is_fhir_file}
SECONDS_BETWEEN_NOTES = 1.0


def go_on(upload: SeveralUpload) -> None:
    """Do what the upload waits for, in a process of its own."""
    if settings.LOADS_RUN_APART:
        run_apart("clinlead.intake.several_apart", upload.token, str(upload.account_id))
    else:
        run(upload)


def run(upload: SeveralUpload) -> None:
    """Read or load. What is wrong is noted in words; nothing is half done."""
    with only_one(upload.place / RUNNING, wait=True):
        stage = upload.standing().stage
        if stage == Stage.READING:
            or_say_why_not(look, upload)
        elif stage == Stage.LOADING and (found := or_say_why_not(load, upload)):
            compute(upload, found)


def or_say_why_not(act: Any, upload: SeveralUpload) -> Any:
    try:
        return act(upload)
    except MeasureError as error:
        upload.note(Stage.FAILED, problem=str(error))
    except BaseException:
        upload.note(Stage.FAILED, problem=STOPPED)
        raise
    return None


def look(upload: SeveralUpload) -> None:
    """Everything but the loading."""
    notes, like = Notes(upload, Stage.READING), upload.like()
    unpack_once(upload, notes)
    with read_source(upload.kind, upload.files, notes) as collected:
        found = try_together(collected=collected, like=like, at=timezone.now(), progress=notes)
    upload.note(Stage.READ, found=several_as_plain(found))


def unpack_once(upload: SeveralUpload, notes: "Notes") -> None:
    archive = upload.archive
    if archive:
        unpack(archive, upload.files, wanted=IS_READ[upload.kind], progress=notes)
        archive.unlink()


def load(upload: SeveralUpload) -> Several:
    """All of it or nothing."""
    notes = Notes(upload, Stage.LOADING)
    with read_source(upload.kind, upload.files, notes) as collected:
        found = load_together(
            collected=collected,
            like=upload.like(),
            by=Account.objects.get(pk=upload.account_id),
            at=timezone.now(),
            progress=notes,
            compute=False,
            wait=True,
        )
    upload.note(Stage.LOADED, found=several_as_plain(found))
    forget_files(upload)
    return found


def compute(upload: SeveralUpload, found: Several) -> None:
    """What rests on the loads. They stand even where that fails, and the page says so."""
    plain, problem = several_as_plain(found), ""
    notes = Notes(upload, Stage.LOADED, found=plain)
    try:
        if found.new:
            figures_again(found.new[-1], at=timezone.now(), cause="load", progress=notes)
    except MeasureError as error:
        problem = f"Figures are behind: {error}"
    upload.note(Stage.LOADED, found=plain, problem=problem)


class Notes:
    """Progress, noted for the page that follows."""

    def __init__(self, upload: SeveralUpload, stage: Stage, **also: Any) -> None:
        self.upload, self.stage, self.also = upload, stage, also
        self.noted, self.words = 0.0, ""

    def __call__(self, share: float, words: str) -> None:
        now = time.monotonic()
        if words != self.words or now - self.noted >= SECONDS_BETWEEN_NOTES:
            self.noted, self.words = now, words
            self.upload.note(self.stage, share=share, doing=words, **self.also)
