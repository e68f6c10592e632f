"""Computing figures: a new generation beside what is shown, then the pointers switched at once."""

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from clinlead.figures import erased, facts, foreseen, untold
from clinlead.figures.computing import (
    ComputedMonth,
    Place,
    Progress,
    data_sets_joined,
    tallies_of,
)
from clinlead.figures.mending import Change, Workshop, put_right
from clinlead.figures.models import Cause, FactsMonth, Generation, TallyMonth
from clinlead.figures.queries import latest_generation
from clinlead.figures.showing import (
    all_at_once,
    changed,
    chunk_by_chunk,
    hold_figures,
    show,
    write_apart,
)
from clinlead.figures.touching import corrected_values, months_joined, months_touched
from clinlead.history.actions import append
from clinlead.intake.models import Load, LoadState
from clinlead.intake.queries import activity
from clinlead.measures.policies import KEPT_KINDS
from clinlead.measures.queries import in_use, read_definition
from clinmeasures.definitions import Definition
from clinmeasures.definitions.fields import JOINING
from clinmeasures.engine import Activity, Facts, OlderFacts, read_by

# Rows that belong to a record and are shown beside it; facts of them make that quick.
EVIDENCE = ("episodes", "procedures", "wardstays", "diagnoses", "predictions", "documents")

logger = logging.getLogger(__name__)

Touched = Mapping[str, set[str]] | None  # data set → its months; None: all there are
Files = Mapping[str, list[FactsMonth]]  # data set → its new files


def recompute_all(
    *,
    at: datetime,
    progress: Progress | None = None,
    cause: str = Cause.COMPUTE,
    cause_id: str = "",
) -> Generation:
    """Compute every measure under every rule it allows for every month there is.

    Written in short transactions that nobody sees; the last one shows everything at once. Months
    that came out as they were keep what they have.
    """
    definitions = definitions_in_use()
    generation = begin(at=at, cause=cause, cause_id=cause_id)
    source, place = activity(), facts.aside()
    try:
        found, files = made(definitions, source, generation, place, months=None, progress=progress)
        found = untold.told(erased.left_of(found))
        written = write_apart(generation, changed(found), chunk_by_chunk)
        risks = foreseen.put_in_place(place)
        with transaction.atomic():
            hold_figures()
            show(generation, found)
            foreseen.point_to(risks)
            for dataset, rows in files.items():
                facts.point_to(rows, dataset=dataset, months=None)
            overtaken = later_than(generation)
            redo(overtaken, at=at)
            note(generation, at=at, months=written)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    erased.forget_months()
    facts.sweep(at)
    tell(generation, at=at)
    return generation


def tell(
    generation: Generation, *, at: datetime, dataset: str = "", keys: Sequence[str] = ()
) -> None:
    """Call what watches figures (settings.AFTER_FIGURES): of these records, or of everything."""
    for name in settings.AFTER_FIGURES:
        import_string(name)(at=at, generation=generation, dataset=dataset, keys=keys)


@transaction.atomic
def recompute_months(
    *,
    dataset: str,
    cause: str,
    cause_id: object,
    at: datetime,
    keys: Iterable[str] = (),
    months: Iterable[str] = (),
    fields: Iterable[str] | None = None,
) -> Generation:
    """Compute again what changed records alter; inside the caller's transaction.

    `keys` are records that changed and `fields` what changed in them: their rows and their
    patients' are computed anew, and every month in which one comes out otherwise is added up
    again. Where `months` are named, these are computed whole.
    """
    change = Change(dataset=dataset, keys=sorted(keys))
    hold_figures()
    shown = latest_generation()
    reach = shown.complete_to if shown else None  # rows of a load being computed are not in yet
    generation = begin(at=at, cause=cause, cause_id=str(cause_id), complete_to=reach)
    place = facts.aside()
    shop = Workshop(source=activity(), generation=generation, place=place, means=means())
    try:
        found, files = put_all_right(change, fields, sorted(months), shop)
        found = untold.told(erased.left_of(found))
        written = write_apart(generation, changed(found), all_at_once)
        show(generation, found)
        for name, (rows, of) in files.items():
            facts.point_to(rows, dataset=name, months=of)
        note(generation, at=at, months=written)
        tell(generation, at=at, dataset=dataset, keys=change.keys)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return generation


Renewed = dict[str, tuple[Sequence[FactsMonth], Iterable[str]]]  # data set → files; their months


def put_all_right(
    change: Change, fields: Iterable[str] | None, months: Sequence[str], shop: Workshop
) -> tuple[dict[Place, ComputedMonth], Renewed]:
    """What changed records alter; whole months where these are named, or facts are outdated."""
    if not months:
        try:
            return record_by_record(change, shop)
        except OlderFacts:
            logger.info("facts of an older version: months are computed whole", exc_info=True)
    return month_by_month(change, fields, months, shop)


def record_by_record(change: Change, shop: Workshop) -> tuple[dict[Place, ComputedMonth], Renewed]:
    definitions = definitions_in_use()
    found: dict[Place, ComputedMonth] = {}
    files: Renewed = {}
    for record in sorted({change.dataset, *(each.record for each in definitions)}):
        if change.dataset not in read_by(record):
            continue
        if record in JOINING:
            joined, made_files = joined_anew(record, change, definitions, shop)
            found |= joined
            files |= made_files
        else:
            outcome = put_right(record, change, definitions, shop)
            found |= outcome.found
            files[record] = (outcome.files, outcome.months)
    return found, files


def joined_anew(
    record: str, change: Change, definitions: Sequence[Definition], shop: Workshop
) -> tuple[dict[Place, ComputedMonth], Renewed]:
    """What is joined from several data sets, of the whole months in which the change stands.

    A data set that no measure in use joins is left: a wording that does is computed from the rows.
    """
    mine = [each for each in definitions if each.record == record]
    mine = [each for each in mine if change.dataset in data_sets_joined(each)]
    if not mine:
        return {}, {}
    said = corrected_values(change.dataset, change.keys)
    months = {record: months_joined(record, change.dataset, change.keys, said)}
    found, made_files = made(mine, shop.source, shop.generation, shop.place, months=months)
    return found, {name: (rows, months[name]) for name, rows in made_files.items()}


def month_by_month(
    change: Change, fields: Iterable[str] | None, months: Sequence[str], shop: Workshop
) -> tuple[dict[Place, ComputedMonth], Renewed]:
    reading = [each for each in definitions_in_use() if change.dataset in read_by(each.record)]
    touched = months_touched(change.dataset, change.keys, fields, reading)
    for record in {each.record for each in reading} | {change.dataset}:
        touched.setdefault(record, set()).update(months)
    found, made_files = made(reading, shop.source, shop.generation, shop.place, months=touched)
    return found, {name: (rows, touched[name]) for name, rows in made_files.items()}


def definitions_in_use() -> list[Definition]:
    """What is computed and kept: kinds whose months add up; those beside a model, once it is in
    force.
    """
    found, known = [read_definition(each.definition) for each in in_use()], foreseen.in_force()
    kept = [each for each in found if each.kind in KEPT_KINDS]
    return [each for each in kept if foreseen.is_foreseen(each, known)]


def begin(
    *, at: datetime, cause: str, cause_id: str, complete_to: dict[str, str] | None = None
) -> Generation:
    """Not shown yet. It reaches as far as the loads do, where nothing else is said."""
    reach = covered() if complete_to is None else complete_to
    return Generation.objects.create(made_at=at, cause=cause, cause_id=cause_id, complete_to=reach)


def covered() -> dict[str, str]:
    """Data set → the last day that its loads in use cover."""
    active = Load.objects.filter(state=LoadState.ACTIVE, coverage_to__isnull=False)
    ends = active.order_by().values_list("dataset").annotate(Max("coverage_to"))
    return {dataset: day.isoformat() for dataset, day in ends}


def note(generation: Generation, *, at: datetime, months: int) -> None:
    append(
        act="figures computed",
        at=at,
        by_id=None,
        object_kind="generation",
        object_id=generation.pk,
        details={"cause": generation.cause, "of": generation.cause_id, "months": months},
    )


def means() -> dict[str, Any]:
    configuration = settings.CONFIGURATION
    return {"memory_limit": configuration.memory_limit, "threads": configuration.threads}


def made(
    definitions: Sequence[Definition],
    source: Activity,
    generation: Generation,
    place: Path,
    *,
    months: Touched,
    progress: Progress | None = None,
) -> tuple[dict[Place, ComputedMonth], dict[str, list[FactsMonth]]]:
    """Facts written aside and put in place, and the tallies computed from them."""
    from clinmeasures.engine import write_facts  # slow: Ibis

    found: dict[Place, ComputedMonth] = {}
    files: dict[str, list[FactsMonth]] = {}
    last_days = {name: date.fromisoformat(day) for name, day in generation.complete_to.items()}
    for record in data_sets(definitions, months, last_days):
        mine = [each for each in definitions if each.record == record]
        asked = None if months is None else sorted(months[record])
        write_facts(source, record, place, months=asked, progress=progress, **means())
        there = facts.made_in(place, record)
        if mine and there:
            models, rows = foreseen.models_for(record, mine), written_in(there.values())
            foresee(models, {record: rows}, files, place, whole=months is None)
            if months is not None:
                foreseen.mend(models, place, rows)
            counted = None if asked is None else [m for m in asked if m != facts.NO_MONTH]
            found |= tallies_of(
                mine,
                Facts(directory=place),
                months=counted,
                last_days=last_days,
                means=means(),
                progress=progress,
            )
        files[record] = facts.put_in_place(generation, record, there)
    return with_emptied(found, definitions, months), files


def foresee(
    models: Sequence[str],
    rows: Mapping[str, Sequence[str]],
    files: Files,
    place: Path,
    *,
    whole: bool,
) -> None:
    """Score these rows by the models that figures stand beside, before they are added up."""
    if not models:
        return
    made = [facts.root() / each.folder for each in files.get("diagnoses", ())]
    diagnoses = written_in(made) if whole and made else facts.files_of("diagnoses")
    foreseen.foresee(models, {**rows, "diagnoses": diagnoses}, place)


def written_in(folders: Iterable[Path]) -> list[str]:
    return [str(file) for folder in folders for file in sorted(folder.glob("*.parquet"))]


def data_sets(
    definitions: Sequence[Definition], months: Touched, loaded: Mapping[str, date]
) -> list[str]:
    """Whose facts are made: what is measured, and what is shown as evidence beside a record."""
    if months is not None:
        return sorted(months)
    measured = {each.record for each in definitions}
    return sorted(measured | {name for name in EVIDENCE if name in loaded})


def with_emptied(
    found: dict[Place, ComputedMonth], definitions: Sequence[Definition], months: Touched
) -> dict[Place, ComputedMonth]:
    """Months that are shown, in which no record counts any more, come out empty."""
    for row in shown_of(definitions, months):
        place = Place(row.measure, row.version, row.rule, row.month)
        found.setdefault(place, ComputedMonth(complete=row.complete))
    return found


def shown_of(definitions: Sequence[Definition], months: Touched) -> list[TallyMonth]:
    wanted = {(each.code, each.version): each.record for each in definitions}
    shown = TallyMonth.objects.shown().filter(measure__in={code for code, _ in wanted})
    mine = [row for row in shown if (row.measure, row.version) in wanted]
    if months is None:
        return mine
    return [row for row in mine if row.month in months[wanted[row.measure, row.version]]]


def later_than(generation: Generation) -> list[Generation]:
    """Corrections that landed while we computed: our rows may not hold them."""
    return list(Generation.objects.filter(pk__gt=generation.pk, cause=Cause.CORRECTION))


def redo(overtaken: Sequence[Generation], *, at: datetime) -> None:
    """Compute the months of corrections that overtook us again, from the rows of now."""
    months = sorted(
        set(TallyMonth.objects.filter(generation__in=overtaken).values_list("month", flat=True))
    )
    for record in dict.fromkeys(each.record for each in definitions_in_use()) if months else ():
        recompute_months(
            dataset=record, months=months, cause=Cause.CORRECTION, cause_id="overtaken", at=at
        )


def after_load(
    *, at: datetime, progress: Callable[[float, str], None], cause: str, cause_id: str
) -> None:
    """What the intake room calls when loads came in, were withdrawn or erased (AFTER_LOADS)."""

    def further(done: int, of: int, what: str) -> None:
        progress(done / of if of else 1.0, f"computing {what}")

    recompute_all(at=at, progress=further, cause=cause, cause_id=cause_id)
    if cause == Cause.ERASURE:
        facts.sweep_all(at)
