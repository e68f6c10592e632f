"""Records as the figures room keeps them, in this room's own shape; and where they came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from clinlead.figures import records as figures
from clinlead.figures.facts import NO_MONTH, root
from clinlead.figures.models import FactsMonth
from clinlead.figures.reading import rows_where
from clinlead.intake.models import Load
from clinlead.intake.queries import in_use, store
from clinlead.validation.records import Record, Row
from clinmeasures.engine.zones import as_utc

OF_A_SPELL = ("episodes", "wardstays", "procedures")


@dataclass(frozen=True)
class Found:
    """A record, the rows of its stay in other data sets, and the files that hold its month."""

    record: Record
    related: Mapping[str, Sequence[Row]]
    files: list[str]


Files = dict[str, dict[str, list[str]]]  # data set, month, files


def found(dataset: str, key: str) -> Found | None:
    """One record with its stay; None where there is none. One query of the database."""
    files = files_of_all([dataset, *OF_A_SPELL])
    record = read(files, dataset, key)
    if record is None:
        return None
    mine = files[dataset].get(record.month or NO_MONTH, [])
    return Found(record, related_in(files, record), mine)


def files_of_all(datasets: Collection[str]) -> Files:
    """The Parquet files that hold these data sets' facts now, by month."""
    files: Files = {dataset: {} for dataset in datasets}
    rows = FactsMonth.objects.filter(dataset__in=list(datasets)).order_by("month")
    for dataset, month, folder in rows.values_list("dataset", "month", "folder"):
        parts = sorted((root() / folder).glob("*.parquet"))
        files[dataset][month] = [str(part) for part in parts]
    return files


def read(files: Files, dataset: str, key: str) -> Record | None:
    every = [part for parts in files[dataset].values() for part in parts]
    rows = rows_where(every, ["*"], "_key", [key])
    return as_record(figures.as_record(dataset, rows[0])) if rows else None


def related_in(files: Files, of: Record) -> Mapping[str, Sequence[Row]]:
    if of.dataset != "spells":
        return {}
    months = months_of_stay(of)
    return {
        dataset: rows_of_stay(files[dataset], dataset, of.key, months) for dataset in OF_A_SPELL
    }


def rows_of_stay(
    files: Mapping[str, list[str]], dataset: str, spell: str, months: set[str] | None
) -> list[Row]:
    wanted = [m for m in files if months is None or m in months]
    rows = rows_where([f for m in wanted for f in files[m]], ["*"], "spell_id", [spell])
    every = [figures.as_record(dataset, row) for row in rows]
    return [
        Row(dataset=dataset, key=each.key, fields=with_instants(each.fields))
        for each in sorted(every, key=lambda each: each.key)
    ]


def months_of_stay(of: Record) -> set[str] | None:
    """The months that rows of a stay are filed under; None, for all, while its end is unknown."""
    start, end = of.fields.get("admitted_at"), of.fields.get("discharged_at")
    if not isinstance(start, datetime) or not isinstance(end, datetime) or end < start:
        return None
    first, last = start.year * 12 + start.month, end.year * 12 + end.month
    months = range(first - 1, last + 2)  # rows of another data set may begin or end a little apart
    return {NO_MONTH, *(f"{(m - 1) // 12:04d}-{(m - 1) % 12 + 1:02d}" for m in months)}


def record(dataset: str, key: str) -> Record | None:
    """One record, latest and corrected; None where there is none."""
    return read(files_of_all([dataset]), dataset, key)


def as_record(each: figures.Record) -> Record:
    return Record(
        dataset=each.dataset,
        key=each.key,
        month=each.month,
        fields=each.fields,
        weights=each.weights,
        patient_key=each.patient_key or "",
        row=each.row,
    )


def related(of: Record) -> Mapping[str, Sequence[Row]]:
    """Episodes, ward stays and procedures of the same spell."""
    return related_in(files_of_all(OF_A_SPELL), of)


def with_instants(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields, and beside each local time its UTC instant."""
    zone = settings.CONFIGURATION.timezone
    local = {name: value for name, value in fields.items() if isinstance(value, datetime)}
    return {**fields, **{f"{name}_utc": as_utc(value, zone) for name, value in local.items()}}


def counting_for(
    units: Collection[str], dataset: str, *, months: Sequence[str], rules: Sequence[str]
) -> list[Record]:
    """Records of some months that count for any of the units under any of the rules."""
    rows = figures.counting_for(units, dataset, months=months, rules=rules)
    return [as_record(each) for each in rows]


@dataclass(frozen=True)
class Origin:
    """The load that a record's values come from, and its row in the file loaded."""

    load: Load
    row: int


def origin_of(of: Record) -> Origin | None:
    """Where a record's latest row was loaded from; None where its load is no longer in use."""
    for load in in_use().filter(dataset=of.dataset).order_by("-number"):
        folder = store() / of.dataset / f"load={load.folder}"
        files = sorted(str(file) for file in folder.glob("month=*/*.parquet"))
        rows = rows_where(files, ["_row"], "_key", [of.key])
        if rows:
            return Origin(load, rows[0]["_row"])
    return None
