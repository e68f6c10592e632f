"""A source of several data sets (OMOP, FHIR) taken in: every one of them or none."""

import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.intake.computing import no_progress
from clinlead.intake.loading import (
    AlreadyLoaded,
    Extract,
    Notes,
    Outcome,
    Stored,
    begin,
    clear_up,
    fail,
    figures_again,
    folder,
    put_in_use,
    store_rows,
    try_extract,
    with_mapping,
)
from clinlead.intake.lock import only_one
from clinlead.intake.models import Load
from clinlead.intake.policies import why_not_load
from clinmeasures.activity.room import no_room
from clinmeasures.activity.source import Progress
from clinmeasures.errors import BadInput
from clinmeasures.sources import Collected, read_fhir, read_omop

READERS: dict[str, Callable[..., Collected]] = {"omop": read_omop, "fhir": read_fhir}
LEFT_AFTER_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Several:
    """What became of a source: an outcome for each data set it holds rows for."""

    outcomes: tuple[Outcome, ...]
    collected: Collected

    @property
    def new(self) -> list[Load]:
        return [each.load for each in self.outcomes if each.load]


@contextmanager
def read_source(kind: str, place: Path | str, progress: Progress) -> Iterator[Collected]:
    """A folder's rows staged by data set; they are gone afterwards."""
    configuration = settings.CONFIGURATION
    with place_for_reading(kind) as work:
        yield READERS[kind](
            place,
            work,
            progress=progress,
            memory_limit=configuration.memory_limit,
            threads=configuration.threads,
        )


@contextmanager
def place_for_reading(kind: str) -> Iterator[Path]:
    """A folder for what is read, removed afterwards."""
    reading = folder() / "reading"
    reading.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(reading)
    with tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=reading) as work, no_room(reading):
        yield Path(work)


def sweep(reading: Path) -> None:
    """Remove what readings left that were killed half-way, a day ago or more."""
    for left in reading.iterdir():
        if time.time() - left.stat().st_mtime > LEFT_AFTER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def extracts_of(collected: Collected, like: Extract) -> list[Extract]:
    """An extract a data set. `like` says what they have in common; its mapping goes to its own."""
    if not collected.datasets:
        raise BadInput(
            "no data set has a row in it: "
            + "; ".join(f"{name}: {why}" for name, why in collected.empty.items())
            + "."
        )
    given = like.mapping
    if given and given.dataset not in collected.datasets:
        raise BadInput(f"the mapping is for {given.dataset}, and the source has no row for it.")
    source = like.source or (given.source if given else "") or collected.source
    return [
        replace(
            like,
            paths=[staged],
            dataset=name,
            source=source,
            mapping=given if given and given.dataset == name else None,
            mapping_text=like.mapping_text if given and given.dataset == name else "",
        )
        for name, staged in collected.datasets.items()
    ]


def dataset_stated(text: str, name: str) -> str:
    """Which data set of a source a mapping is for; the mapping itself says it."""
    try:
        stated = tomllib.loads(text).get("dataset", "")
    except tomllib.TOMLDecodeError:
        return "spells"  # reading the mapping itself says what is wrong with it
    if not stated:
        raise BadInput(
            f"{name}: does not say which data set of the source it is for; "
            'write dataset = "spells" at its top.'
        )
    return str(stated)


def try_together(
    *,
    collected: Collected,
    like: Extract,
    at: datetime,
    progress: Progress = no_progress,
    out: IO[str] | None = None,
) -> Several:
    """Everything but the loading."""
    extracts = extracts_of(collected, like)
    outcomes = [try_extract(extract=e, at=at, progress=progress, out=out) for e in extracts]
    return Several(outcomes=tuple(outcomes), collected=collected)


def load_together(
    *,
    collected: Collected,
    like: Extract,
    by: Account | None,
    at: datetime,
    progress: Progress = no_progress,
    compute: bool = True,
    wait: bool = False,
) -> Several:
    """Load every data set of a source, in one commit; with `wait`, once other loads are done.

    Raises BadInput, and no data set of it is kept; the loads' rows say why they failed.
    """
    if by is not None:
        refuse_if(why_not_load(reader_of(by, timezone.localtime(at).date())))
    extracts = [with_mapping(each) for each in extracts_of(collected, like)]
    with only_one(folder() / "lock", wait=wait):
        clear_up(at)
        outcomes = all_or_none(extracts, by=by, at=at, progress=progress)
    several = Several(outcomes=tuple(outcomes), collected=collected)
    if compute and several.new:
        figures_again(several.new[-1], at=at, cause="load", progress=progress)
    return several


def all_or_none(
    extracts: Sequence[Extract], *, by: Account | None, at: datetime, progress: Progress
) -> list[Outcome]:
    """Store the rows of each, then put all of them in use at once."""
    begun: list[Load] = []
    kept: list[Stored | Outcome] = []
    try:
        for extract in extracts:
            load = begin(extract, by=by, at=at)
            begun.append(load)
            kept.append(stored_or_known(load, extract, at, progress))
        with transaction.atomic():
            return [put_in_use(e, at) if isinstance(e, Stored) else e for e in kept]
    except BaseException as error:
        for load in begun:
            if load.pk:
                fail(load, error)
        clear_up(at)
        raise


def stored_or_known(
    load: Load, extract: Extract, at: datetime, progress: Progress
) -> Stored | Outcome:
    """A data set's rows in the store, or the load that has them already."""
    try:
        return store_rows(load, extract, at=at, progress=Notes(load, progress))
    except AlreadyLoaded as found:
        load.delete()
        return Outcome(already=found.load)
    except BadInput as error:
        raise BadInput(f"{extract.dataset}: {error}") from error
