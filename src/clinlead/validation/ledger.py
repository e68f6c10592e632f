"""Records as the figures room keeps them, in this room's own shape; and where they came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from clinlead.figures import records as figures
from clinlead.figures.facts import NO_MONTH, parts_of, root
from clinlead.figures.facts import files_of as figures_files
from clinlead.figures.models import FactsMonth
from clinlead.figures.reading import READ, fetched, rows_where
from clinlead.intake.models import Load
from clinlead.intake.queries import in_use, store
from clinlead.validation.records import Record, Row
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import rules_for
from clinmeasures.definitions.fields import JOINED_FROM
from clinmeasures.engine.zones import as_utc

OF_A_SPELL = ("episodes", "wardstays", "procedures")
WINDOWS_KEPT = 24  # departments' quarters whose marks a process keeps: a megabyte each, at most
RECENT = 7  # months of facts searched first: half a year, and stays that have not ended


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
    place = root()
    for dataset, month, folder in rows.values_list("dataset", "month", "folder"):
        files[dataset][month] = parts_of(f"{place}/{folder}")
    return files


def read(files: Files, dataset: str, key: str) -> Record | None:
    """A record by its key: first the file that has it, by one column, then its row.

    Records that are looked at are nearly all recent, so the newest months are searched first.
    """
    newest = [part for month in sorted(files[dataset])[::-1] for part in files[dataset][month]]
    place = file_with(key, newest[:RECENT]) or file_with(key, newest[RECENT:])
    rows = rows_where([place], columns_of(dataset), "_key", [key]) if place else []
    return as_record(figures.as_record(dataset, rows[0])) if rows else None


def columns_of(dataset: str) -> list[str]:
    """The columns that a record is made of: its own, what a day was joined from, whom it counts
    for; no derived ones.
    """
    kind = RECORD_TYPES[dataset]
    own = ["patient_key" if column.patient else column.name for column in kind.columns]
    units = [
        "units_shares" if rule == figures.SHARES else f"unit_{rule}" for rule in rules_for(dataset)
    ]
    return ["_key", "_row", "month", *own, *JOINED_FROM.get(dataset, ()), *units]


def file_with(key: str, files: Sequence[str]) -> str | None:
    if not files:
        return None
    query = "select filename from read_parquet($files, filename=true) where _key = $key limit 1"
    rows = fetched(query, {"files": list(files), "key": key})
    return rows[0]["filename"] if rows else None


def row_in(files: Sequence[str], key: str) -> int | None:
    """The row of the file that was loaded, as it is kept beside the record of this key."""
    if not files:
        return None
    query = "select _row from read_parquet($files) where _key = $key limit 1"
    rows = fetched(query, {"files": list(files), "key": key})
    return rows[0]["_row"] if rows else None


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
    own = [column.name for column in RECORD_TYPES[dataset].columns if not column.patient]
    parts = [part for month in wanted for part in files[month]]
    rows = rows_where(parts, ["_key", *own], "spell_id", [spell])
    return [
        Row(
            dataset=dataset,
            key=row["_key"],
            fields=with_instants({name: row[name] for name in own}),
        )
        for row in sorted(rows, key=lambda row: row["_key"])
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
    return counting_in(figures_files(dataset, months), units, dataset, rules)


def counting_in(
    files: Sequence[str], units: Collection[str], dataset: str, rules: Collection[str]
) -> list[Record]:
    tests = [figures.unit_test(rule) for rule in rules_for(dataset) if rule in rules]
    if not files or not tests or not units:
        return []
    columns = ", ".join(f'"{name}"' for name in columns_of(dataset))
    query = f"select {columns} from {READ} where {' or '.join(tests)}"  # noqa: S608 - our own names
    rows = fetched(query, {"files": files, "units": sorted(units)})
    return [as_record(figures.as_record(dataset, row)) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A record without its contents: whom it counts for, and the digest of what an owner saw."""

    dataset: str
    key: str
    month: str | None
    units: frozenset[str]
    seen: str


def marks_of(
    units: Collection[str], dataset: str, *, months: Sequence[str], rules: Sequence[str]
) -> tuple[Mark, ...]:
    """As `counting_for`, for whoever counts records alone."""
    files = figures_files(dataset, months)
    return marks_in(tuple(files), tuple(sorted(units)), dataset, tuple(rules))


@lru_cache(maxsize=WINDOWS_KEPT)
def marks_in(
    files: tuple[str, ...], units: tuple[str, ...], dataset: str, rules: tuple[str, ...]
) -> tuple[Mark, ...]:
    """Kept, since the files of a generation never change: another generation has others."""
    return tuple(
        Mark(
            dataset=dataset,
            key=each.key,
            month=each.month,
            units=each.units(rules),
            seen=each.seen,
        )
        for each in counting_in(files, units, dataset, rules)
    )


@dataclass(frozen=True)
class Origin:
    """The load that a record's values come from, and its row in the file loaded."""

    load: Load
    row: int


def origin_of(of: Record) -> Origin | None:
    """Where a record's latest row was loaded from; None where its load is no longer in use."""
    loads = list(in_use().filter(dataset=of.dataset).order_by("-number"))
    if len(loads) == 1 and of.row is not None:
        return Origin(loads[0], of.row)
    for load in loads:
        row = row_in(files_in(load, of.month), of.key) or row_in(files_in(load), of.key)
        if row is not None:
            return Origin(load, row)
    return None


def files_in(load: Load, month: str | None = None) -> list[str]:
    """The files of a load; only those of one month, if that is asked for."""
    folder = store() / load.dataset / f"load={load.folder}"
    return sorted(str(file) for file in folder.glob(f"month={month or '*'}/*.parquet"))
