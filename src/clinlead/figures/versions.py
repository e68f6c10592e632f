"""Computing one wording of a measure on its own, before any department follows it."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.figures import erased, facts, foreseen, untold
from clinlead.figures.actions import begin, later_than, means, note, recompute_all, redo
from clinlead.figures.computing import ComputedMonth, Place, Progress, tallies_of
from clinlead.figures.models import Cause, Computing, Generation, TallyMonth
from clinlead.figures.policies import why_not_compute
from clinlead.figures.showing import changed, chunk_by_chunk, hold_figures, show, write_apart
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import find, read_definition
from clinmeasures.definitions import Definition
from clinmeasures.definitions.fields import JOINING
from clinmeasures.engine import Facts, OlderFacts
from clinmeasures.errors import MeasureError

STOPPED = timedelta(hours=2)  # after that a process that says nothing is taken for dead


def compute_version(
    *, measure: MeasureVersion, at: datetime, progress: Progress | None = None
) -> Generation:
    """Every month of one wording, from the facts that are there; those of other wordings stay."""
    definition = read_definition(measure.definition)
    if definition.record in JOINING:  # its facts keep up with what measures in use join alone
        return recompute_all(at=at, progress=progress)
    generation = begin(
        at=at, cause=Cause.COMPUTE, cause_id=f"{measure.code}/{measure.version}"[:40]
    )
    files, place = [Path(file) for file in facts.files_of(definition.record)], facts.aside()
    try:
        found = added_up(definition, files, generation, place, progress) if files else {}
        risks = foreseen.put_in_place(place)
    except OlderFacts:  # made by an older version of the library: everything is made anew
        return recompute_all(at=at, progress=progress)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    found = untold.told(erased.left_of(found))
    written = write_apart(generation, changed(found), chunk_by_chunk)
    with transaction.atomic():
        hold_figures()
        show(generation, found)
        foreseen.point_to(risks)
        redo(later_than(generation), at=at)
        note(generation, at=at, months=written)
    return generation


def added_up(
    definition: Definition,
    files: list[Path],
    generation: Generation,
    place: Path,
    progress: Progress | None,
) -> dict[Place, ComputedMonth]:
    """Its tallies of every month; its records' risks, where it asks for them, are made aside."""
    models = foreseen.models_of([definition])
    foreseen.foresee(models, read_by(definition), place)
    return tallies_of(
        [definition],
        Facts(directory=place, files={definition.record: files}),
        months=None,
        last_days={n: date.fromisoformat(day) for n, day in generation.complete_to.items()},
        means=means(),
        progress=progress,
    )


def read_by(definition: Definition) -> dict[str, list[str]]:
    """The files that its model scores: the records, and what they are known by."""
    return {name: facts.files_of(name) for name in (definition.record, "diagnoses")}


def is_computed(code: str, version: int) -> bool:
    """Whether there is a month of this wording to look at."""
    return TallyMonth.objects.shown().filter(measure=code, version=version).exists()


def newest_computing(code: str, version: int) -> Computing | None:
    return Computing.objects.filter(measure=code, version=version).first()


def start_computing(*, measure: MeasureVersion, by: Account, at: datetime) -> Computing:
    """Begin to compute a wording in a process of its own; the page follows the row."""
    last = newest_computing(measure.code, measure.version)
    runs = last is not None and last.running and at - last.asked_at < STOPPED
    refuse_if(why_not_compute(reader_of(by, at.date()), runs=runs))
    asked = Computing.objects.create(
        measure=measure.code, version=measure.version, asked_by=by, asked_at=at, doing="waiting"
    )
    if settings.COMPUTING_RUNS_APART:
        command = [sys.executable, "-m", "clinlead.figures.apart", str(asked.pk)]
        subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603
    else:
        run(asked, at)
    return asked


def run(asked: Computing, at: datetime) -> None:
    """Compute what was asked for; how far it is, and what went wrong, stands on its row."""

    def progress(done: int, of: int, what: str) -> None:
        keep(asked, share=done / of if of else 1.0, doing=what[:80])

    measure = find(asked.measure, asked.version)
    try:
        if measure is not None:
            compute_version(measure=measure, at=at, progress=progress)
    except MeasureError as error:
        keep(asked, failed_because=str(error))
        raise
    keep(asked, share=1.0, doing="", done_at=at)


def keep(asked: Computing, **said: object) -> None:
    for name, value in said.items():
        setattr(asked, name, value)
    asked.save(update_fields=list(said))


def computed_versions(code: str) -> Iterable[int]:
    """Of which wordings of a measure there are figures."""
    found = TallyMonth.objects.shown().filter(measure=code)
    return set(found.order_by().values_list("version", flat=True).distinct())
