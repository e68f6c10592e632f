"""Figures put right after records changed: only the rows, months and tallies that come out anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from clinlead.figures import facts, foreseen
from clinlead.figures.computing import ComputedMonth, Place, tallies_of
from clinlead.figures.models import FactsMonth, Generation, TallyMonth
from clinlead.figures.touching import corrected_values, parents
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions import Definition
from clinmeasures.engine import Activity, Facts, Mended, mend_facts


@dataclass(frozen=True, kw_only=True)
class Change:
    """Records of one data set that changed."""

    dataset: str
    keys: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What figures are put right with: the rows as they are now, and where files are made."""

    source: Activity
    generation: Generation
    place: Path
    means: Mapping[str, Any]
    rehearsing: bool = False  # nothing that is made is kept


@dataclass(frozen=True, kw_only=True)
class PutRight:
    """One record type put right: its new months of facts, and its tallies that may differ."""

    found: Mapping[Place, ComputedMonth]
    files: Sequence[FactsMonth]
    months: Sequence[str]  # of the facts, those that have no file now included


def put_right(
    record: str, change: Change, definitions: Iterable[Definition], shop: Workshop
) -> PutRight:
    """The facts of a record type and what its measures add up to, after a change of records."""
    folders = {row.month: row.folder for row in FactsMonth.objects.filter(dataset=record)}
    before = [file for folder in folders.values() for file in in_folder(folder)]
    mended = mend_facts(
        shop.source,
        record,
        Facts(directory=facts.root(), files={record: before}),
        shop.place,
        keys=keys_in(record, change),
        people=change.keys if change.dataset == "deaths" else (),
        **shop.means,
    )
    rows = facts.put_in_place(shop.generation, record, facts.made_in(shop.place, record))
    now = {month: folder for month, folder in folders.items() if month not in mended.months}
    now |= {row.month: row.folder for row in rows}
    return PutRight(
        found=tallies(record, definitions, mended, now, shop), files=rows, months=mended.months
    )


def in_folder(folder: str) -> list[Path]:
    return sorted((facts.root() / folder).glob("*.parquet"))


def keys_in(record: str, change: Change) -> Sequence[str]:
    """The records of this type that changed, or that something changed of."""
    if record == change.dataset:
        return change.keys
    return parents(change.dataset, change.keys, corrected_values(change.dataset, change.keys))


def tallies(
    record: str,
    definitions: Iterable[Definition],
    mended: Mended,
    folders: Mapping[str, str],
    shop: Workshop,
) -> dict[Place, ComputedMonth]:
    """The tallies of every month that a differing row counts in, by the column it counts by."""
    mine = [each for each in definitions if each.record == record]
    covered = {name: date.fromisoformat(d) for name, d in shop.generation.complete_to.items()}
    found: dict[Place, ComputedMonth] = {}
    for column in dict.fromkeys(each.month_of for each in mine):
        alike, months = [each for each in mine if each.month_of == column], mended.counted[column]
        if not months:
            continue
        read = months if column == RECORD_TYPES[record].month_of else list(folders)
        files = [f for month in read if month in folders for f in in_folder(folders[month])]
        rows = Facts(directory=shop.place, files={record: files})
        models = foreseen.models_for(record, alike)
        if models:
            scored = [str(file) for file in files]
            read_too = {"diagnoses": facts.files_of("diagnoses")}
            foreseen.foresee(models, {record: scored, **read_too}, shop.place)
            if not shop.rehearsing:
                foreseen.mend(models, shop.place, scored)
        found |= tallies_of(alike, rows, months=months, last_days=covered, means=shop.means)
        found = emptied(alike, months) | found
    return found


def emptied(definitions: Sequence[Definition], months: Iterable[str]) -> dict[Place, ComputedMonth]:
    """Every month that is shown, as if nothing counted in it."""
    versions = {(each.code, each.version) for each in definitions}
    shown = TallyMonth.objects.shown().filter(month__in=list(months))
    return {
        Place(row.measure, row.version, row.rule, row.month): ComputedMonth(complete=row.complete)
        for row in shown
        if (row.measure, row.version) in versions
    }
