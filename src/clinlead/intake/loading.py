"""Taking an extract in: all of it or nothing, recognised when it comes again."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake import quarantine
from clinlead.intake.computing import compute_again, no_progress
from clinlead.intake.failing import note_failing
from clinlead.intake.lock import only_one
from clinlead.intake.models import Load, LoadState, SavedMapping
from clinlead.intake.numbers import forget_numbers, keep_numbers, patients_secret
from clinlead.intake.policies import why_not_load
from clinlead.intake.queries import known_codes, saved_mapping, store
from clinlead.intake.reconciling import compare_with_source
from clinlead.intake.workforce import place_people
from clinmeasures.activity import (
    LoadReport,
    Mapping,
    PreparedLoad,
    Staged,
    parse_mapping,
    prepare_load,
    sweep,
)
from clinmeasures.activity.expectations import Failing, failing
from clinmeasures.activity.prepare import DEFAULT_SOURCE
from clinmeasures.activity.quality import QualityReport, quality
from clinmeasures.activity.source import Progress
from clinmeasures.errors import MeasureError

SECONDS_BETWEEN_NOTES = 1.0
WAITING = "waiting to start"
LONGEST_WAIT = timedelta(hours=6)  # behind other loads, before a load counts as stopped
STOPPED = "it was stopped half-way and nothing of it was kept; load it again"


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What somebody asks to load."""

    paths: Sequence[Path | str | Staged]
    dataset: str
    mapping: Mapping | None = None  # none: the source's saved one, else the supplied one that fits
    mapping_text: str = ""  # the TOML it was read from; kept for the source
    source: str = ""
    mode: str = "upsert"
    coverage: tuple[date, date] | None = None
    file_names: Sequence[str] = ()  # as the person knows them
    stdin: IO[bytes] | None = None
    sheet: str = ""  # of a workbook


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it. `already` is the load that has the same content in use."""

    load: Load | None = None
    already: Load | None = None
    report: LoadReport | None = None
    quality: QualityReport | None = None


class AlreadyLoaded(MeasureError):
    """The same content, by the same mapping, is in use."""

    def __init__(self, load: Load) -> None:
        self.load = load
        day = timezone.localtime(load.loaded_at).date()
        super().__init__(f"This extract is loaded already: load {load.number} of {day}.")


def load_file(
    *,
    extract: Extract,
    by: Account | None,
    at: datetime,
    progress: Progress = no_progress,
    load: Load | None = None,
    compute: bool = True,
) -> Outcome:
    """Load an extract. `by` is None for the host itself; `load` is a row begun on a page.

    Raises BadInput, and nothing of the extract is kept; the load's row says why it failed.
    """
    if by is not None:
        refuse_if(why_not_load(reader_of(by, timezone.localtime(at).date())))
    extract = with_mapping(extract)
    on_a_page = load is not None
    with only_one(folder() / "lock", wait=on_a_page):
        clear_up(at)
        load = load or begin(extract, by=by, at=at)
        try:
            outcome = take_in(load, extract, at=at, progress=Notes(load, progress))
        except AlreadyLoaded as found:
            if on_a_page:
                fail(load, found)
            else:
                load.delete()
            return Outcome(already=found.load)
        except BaseException as error:
            fail(load, error)
            raise
    if compute:
        figures_again(load, at=at, cause="load", progress=progress)
    return outcome


def try_extract(
    *, extract: Extract, at: datetime, progress: Progress = no_progress, out: IO[str] | None = None
) -> Outcome:
    """Everything but the loading: the report and grades of an extract. Nothing is kept.

    With `out`, the quarantined rows are written there.
    """
    extract = with_mapping(extract)
    try:
        with prepared_from(extract, folder() / "trying", at, progress) as prepared:
            if out is not None:
                quarantine.write_quarantine(prepared, out, patients_secret())
            source = source_of(extract, prepared.mapping)
            return Outcome(
                report=with_outside(prepared.report, extract.coverage),
                quality=quality(prepared, known_codes=known_codes(source)),
            )
    except AlreadyLoaded as found:
        return Outcome(already=found.load)


def with_mapping(extract: Extract) -> Extract:
    """The extract with the mapping its source has saved, where it brings none."""
    if extract.mapping is not None or not extract.source:
        return extract
    saved = saved_mapping(extract.source, extract.dataset)
    if saved is None:
        return extract
    mapping = parse_mapping(saved.text, extract.dataset, name=f"mapping of {extract.source}")
    return replace(extract, mapping=mapping, mapping_text=saved.text)


def folder() -> Path:
    return Path(settings.CONFIGURATION.data_dir) / "intake"


def source_of(extract: Extract, mapping: Mapping) -> str:
    return extract.source or mapping.source or DEFAULT_SOURCE


def prepared_from(extract: Extract, work: Path, at: datetime, progress: Progress) -> PreparedLoad:
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    configuration = settings.CONFIGURATION
    return prepare_load(
        extract.paths,
        extract.dataset,
        extract.mapping,
        today=timezone.localtime(at).date(),
        timezone=configuration.timezone,
        work=work,
        progress=progress,
        stdin=extract.stdin,
        sheet=extract.sheet,
        before_checks=partial(refuse_repeated, extract),
        memory_limit=configuration.memory_limit,
        threads=configuration.threads,
    )


def refuse_repeated(extract: Extract, sha256: str, mapping: Mapping) -> None:
    same = digest_of(sha256, mapping, source_of(extract, mapping))
    if found := Load.objects.filter(sha256=same, state=LoadState.ACTIVE).first():
        raise AlreadyLoaded(found)


def digest_of(sha256: str, mapping: Mapping, source: str) -> str:
    """What makes two loads the same: content, mapping, data set, source."""
    said = f"{sha256} {mapping.digest} {mapping.dataset} {source}"
    return hashlib.sha256(said.encode()).hexdigest()


def begin(extract: Extract, *, by: Account | None, at: datetime) -> Load:
    """A load's row, not in use yet, under the next number."""
    with transaction.atomic():
        last = Load.objects.aggregate(last=Max("number"))["last"] or 0
        names = extract.file_names or [name_of(path) for path in extract.paths]
        return Load.objects.create(
            number=last + 1,
            dataset=extract.dataset,
            source=extract.source or DEFAULT_SOURCE,
            mode=extract.mode,
            file_name=", ".join(names)[:200],
            loaded_at=at,
            loaded_by=by,
        )


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A load whose rows are in the store and count for nothing yet."""

    load: Load
    extract: Extract
    report: LoadReport
    quality: QualityReport
    failing: Sequence[Failing] = ()


def take_in(load: Load, extract: Extract, *, at: datetime, progress: Progress) -> Outcome:
    return put_in_use(store_rows(load, extract, at=at, progress=progress), at)


def name_of(path: Path | str | Staged) -> str:
    return path.label if isinstance(path, Staged) else Path(path).name


def store_rows(load: Load, extract: Extract, *, at: datetime, progress: Progress) -> Stored:
    """Check the rows and put the good ones into the store."""
    secret = patients_secret()
    with prepared_from(extract, folder() / "loading", at, progress) as prepared:
        source = source_of(extract, prepared.mapping)
        graded = quality(prepared, known_codes=known_codes(source))
        progress(0.0, "sealing hospital numbers")
        if any(column.patient for column in prepared.record_type.columns):
            keep_numbers(prepared.patient_numbers(secret), load.number)
        keep_quarantine(load, prepared, secret)
        written = prepared.write(
            store(),
            load.folder,
            secret,
            source=source,
            mode=extract.mode,
            coverage=extract.coverage,
            progress=progress,
        )
        load.source = source
        load.coverage_from, load.coverage_to = written.coverage_from, written.coverage_to
        load.sha256 = digest_of(prepared.sha256, prepared.mapping, source)
        return Stored(
            load=load,
            extract=extract,
            report=with_outside(prepared.report, extract.coverage),
            quality=graded,
            failing=failing(prepared),
        )


def with_outside(report: LoadReport, coverage: tuple[date, date] | None) -> LoadReport:
    """Say so where rows lie outside the days that the extract is said to answer for."""
    if not (coverage and report.first and report.last):
        return report
    if coverage[0] <= report.first and report.last <= coverage[1]:
        return report
    said = (
        f"The rows run from {report.first} to {report.last}, and the extract is said to answer for "
        f"{coverage[0]} to {coverage[1]}. Those outside were loaded beside what is there."
    )
    return replace(report, notes=(*report.notes, said))


def keep_quarantine(load: Load, prepared: PreparedLoad, secret: bytes) -> None:
    path = quarantine.path_of(load)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if prepared.report.quarantined:
        with path.open("w", encoding="utf-8", newline="") as out:
            quarantine.write_quarantine(prepared, out, secret)


@transaction.atomic
def put_in_use(stored: Stored, at: datetime) -> Outcome:
    """The commit: from here on figures rest on this load."""
    load, report, graded = stored.load, stored.report, stored.quality
    load.mapping = kept_mapping(load, stored.extract, at)
    load.rows_read, load.rows_accepted = report.rows, report.accepted
    load.rows_quarantined = report.quarantined
    load.report, load.quality, load.grade = report.to_dict(), graded.to_dict(), graded.grade
    load.state, load.share, load.doing = LoadState.ACTIVE, 1.0, ""
    load.save()
    compare_with_source(load, at=at)
    note_failing(load, stored.failing, at=at)
    place_people(load, at=at)
    append(
        act="extract loaded",
        at=at,
        by_id=load.loaded_by_id,
        object_kind="load",
        object_id=load.number,
        details={
            "dataset": load.dataset,
            "source": load.source,
            "mode": load.mode,
            "rows": load.rows_accepted,
            "quarantined": load.rows_quarantined,
            "sha256": load.sha256,
        },
    )
    return Outcome(load=load, report=report, quality=graded)


def kept_mapping(load: Load, extract: Extract, at: datetime) -> SavedMapping | None:
    if not extract.mapping_text:
        return None
    newest = saved_mapping(load.source, load.dataset)
    if newest is not None and newest.text == extract.mapping_text:
        return newest
    return SavedMapping.objects.create(
        source=load.source,
        dataset=load.dataset,
        text=extract.mapping_text,
        saved_at=at,
        saved_by=load.loaded_by,
    )


def fail(load: Load, error: BaseException) -> None:
    """Say on the load's row why it failed, and take back what it had kept."""
    expected = isinstance(error, MeasureError)
    load.state = LoadState.FAILED
    load.failed_because = str(error) if expected else STOPPED
    load.save(update_fields=["state", "failed_because"])
    forget_numbers(load.number)
    quarantine.path_of(load).unlink(missing_ok=True)


def clear_up(at: datetime) -> None:
    """Remove what loads left that were killed half-way. Only under the lock."""
    begun = Load.objects.filter(state=LoadState.LOADING)
    waiting = Q(doing=WAITING, loaded_at__gte=at - LONGEST_WAIT)
    for stopped in begun.exclude(waiting):
        fail(stopped, InterruptedError())
    unfinished: dict[str, list[str]] = {}
    for load in Load.objects.filter(state=LoadState.FAILED).only("dataset", "number"):
        unfinished.setdefault(load.dataset, []).append(load.folder)
    sweep(store(), unfinished=unfinished)
    shutil.rmtree(folder() / "loading", ignore_errors=True)


class Notes:
    """Passes progress on, and notes it on the load's row for the page that waits."""

    def __init__(self, load: Load, further: Progress) -> None:
        self.load, self.further = load, further
        self.noted, self.words = 0.0, ""

    def __call__(self, share: float, words: str) -> None:
        self.further(share, words)
        now = time.monotonic()
        if words != self.words or now - self.noted >= SECONDS_BETWEEN_NOTES:
            self.noted, self.words = now, words
            Load.objects.filter(pk=self.load.pk).update(share=share, doing=words[:80])


def figures_again(
    load: Load, *, at: datetime, cause: str, progress: Progress = no_progress
) -> None:
    """Have the rooms above compute what rests on loads.

    The load stands even where that fails; its page then says that figures are behind.
    """

    try:
        compute_again(at=at, cause=cause, cause_id=load.number, progress=progress)
    except MeasureError as error:
        load.failed_because = f"Its figures could not be computed: {error}"
        load.save(update_fields=["failed_because"])
        raise
