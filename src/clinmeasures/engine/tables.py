"""A data set's latest active rows, typed and corrected, as one lazy table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES, Column, Kind, RecordType
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.codes import checked_codes
from clinmeasures.engine.connection import Connection, Keeper
from clinmeasures.engine.maturity import end_of_month
from clinmeasures.engine.overlay import changes_of, corrected
from clinmeasures.engine.store import Load, check_store, loads_of
from clinmeasures.engine.weight_files import read_weights
from clinmeasures.engine.zones import changes_within, utc_expression
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

TYPES = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.INTEGER: "int64",
    Kind.DECIMAL: "float64",
    Kind.FLAG: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamp",
}
_LOAD = "load"
EACH_ONCE = ("spells", "episodes", "procedures", "theatre", "clinics", "emergency", "endoscopy")
# How rows of other data sets name a record that they belong to.
NAMED_BY = {"spells": ("spell_id", "refers_to"), "clinics": ("refers_to",)}
Changes = tuple[tuple[datetime, int], ...]  # local times from which an offset (seconds) holds


class Tables:
    """The data sets of one activity store, each read as its latest, corrected rows."""

    def __init__(self, connection: Connection, activity: Activity) -> None:
        check_store(activity.directory)
        self.connection = connection
        self.keeper: Keeper = connection
        self.activity = activity
        self.keep = False  # whether what is read again for every bucket is computed once
        self._made: dict[str, ir.Table] = {}
        self._near: dict[str, ir.Table] = {}  # column → its values; empty: every row counts
        self.months: Sequence[str] | None = None  # that job plans are spread over; None: all
        self.days: ir.Table | None = None  # of these months, where they are laid out already

    def narrow(self, dataset: str, months: Sequence[str]) -> None:
        """Keep to these months' rows, those measured together with them, and what belongs to all.

        Look-ahead stays whole, because it never leaves the patient; so do theatre sessions. Months
        are as in the facts.
        """
        record = RECORD_TYPES[dataset]
        self.months = [month for month in months if month != "none"]
        rows = self.table(dataset)
        with_others = record.together
        if not with_others:
            return
        filed = rows[record.month_of].strftime("%Y-%m").fill_null("none")
        mine = rows.filter(filed.isin(list(months)))[[with_others]]
        others = self._kept("together", mine)
        here = filed.isin(list(months)) | rows[with_others].isin(others[with_others])
        kept = self.keeper.keep(f"near_{dataset}", rows.filter(here))
        self._made = {dataset: kept}
        self._near = {with_others: others, **self._belonging(record, kept)}

    def _belonging(self, record: RecordType, kept: "ir.Table") -> "dict[str, ir.Table]":
        """The columns by which rows of other data sets name these records, with what they name."""
        named = NAMED_BY.get(record.name, ())
        if not named:
            return {}
        keys = self._kept("record_ids", kept[[record.key[0]]])
        return dict.fromkeys(named, keys)

    def _kept(self, name: str, values: "ir.Table") -> "ir.Table":
        distinct = values.distinct()
        distinct = distinct.filter(distinct[distinct.columns[0]].notnull())
        return self.keeper.keep(f"near_{name}", distinct)

    def _nearby(self, rows: "ir.Table", columns: Sequence[str]) -> "ir.Table":
        """Only what belongs to the rows that were narrowed to."""
        for column in columns:
            if column in self._near and column in rows.columns:
                values = self._near[column]
                rows = rows.filter(rows[column].isin(values[values.columns[0]]))
        return rows

    def table(self, dataset: str) -> "ir.Table":
        """The latest active rows of a data set; an empty table where it has none."""
        if dataset not in self._made:
            self._made[dataset] = self._make(RECORD_TYPES[dataset])
        return self._made[dataset]

    def once(self, name: str, made: "ir.Table") -> "ir.Table":
        """A table that every bucket joins: computed once and kept, where there are several."""
        return self.computed(name, made) if self.keep else made

    def of_months(self, rows: "ir.Table", when: str) -> "ir.Table":
        """The rows of the months that are asked for, and whatever lies between them."""
        import ibis

        if self.months is None:
            return rows
        if not self.months:
            return rows.limit(0)
        first, last = (f(map(end_of_month, self.months)) for f in (min, max))
        start, end = first.replace(day=1), last + timedelta(days=1)
        here = rows[when].cast("date").between(ibis.date(start), ibis.date(end))
        return rows.filter(here)

    def computed(self, name: str, made: "ir.Table") -> "ir.Table":
        """A table that is computed now and kept: what is built on it is then compiled quickly."""
        if f"once {name}" not in self._made:
            self._made[f"once {name}"] = self.keeper.keep(f"clinmeasures_{name}", made)
        return self._made[f"once {name}"]

    def loads(self, dataset: str) -> tuple[Load, ...]:
        """The loads of a data set that count, oldest first."""
        return loads_of(self.activity, dataset)

    def _make(self, record: RecordType) -> "ir.Table":
        loads = self.loads(record.name)
        rows = self.as_loaded(record, loads)
        rows = self._nearby(rows, record.key)  # a key never changes, so the others' rows can go
        if len(loads) > 1:
            rows = latest(rows, record, loads)
        rows = self.put_right(rows, record, "latest")
        return self._nearby(rows, [name for name in self._near if name not in record.key])

    def ever_loaded(self, dataset: str) -> "ir.Table":
        """Every row that any load in use gave, corrected: not the latest alone."""
        if len(self.loads(dataset)) < 2:
            return self.table(dataset)
        record = RECORD_TYPES[dataset]
        rows = self._nearby(self.as_loaded(record, self.loads(dataset)), [record.together])
        return self.put_right(rows, record, "ever")

    def put_right(self, rows: "ir.Table", record: RecordType, what: str) -> "ir.Table":  # noqa: ARG002
        """The rows with the corrections of their data set; `what` they are names them apart."""
        return corrected(rows, self.changes(record))

    def as_loaded(self, record: RecordType, loads: Sequence[Load]) -> "ir.Table":
        """Every row of these loads, typed: not the latest yet, and not corrected."""
        if not loads:
            return _empty(record)
        stored = self.connection.read([file for load in loads for file in load.files])
        rows = typed(stored, record, self._clock_changes(stored, record))
        if record.name in EACH_ONCE and "_key" not in stored.columns and not loads[0].id:
            self._refuse_twins(rows, record)
        return rows

    def _refuse_twins(self, rows: "ir.Table", record: RecordType) -> None:
        """A store made by hand went through no checks: a row that is there twice counts twice."""
        named = rows.filter(rows["_key"].strip() != "")
        counted = named.group_by("_key").aggregate(times=named.count())
        twins = counted.filter(counted["times"] > 1).order_by("_key").limit(1)
        for twin in self.connection.answer(twins).to_pylist():
            raise BadInput(
                f"{self.activity.directory}: '{record.name}' has {twin['times']} rows whose "
                f"{' and '.join(record.key)} is '{twin['_key']}'; keep one of them."
            )

    def weights(self) -> "pa.Table | None":
        """What work is weighted by; None where nothing is."""
        return read_weights(self.activity.directory)

    def changes(self, record: RecordType) -> "Mapping[str, ir.Table]":
        """Of each corrected field the cells to change."""
        import ibis

        found = changes_of(self.activity, record)
        return {name: ibis.memtable(table) for name, table in found.items()}

    def codes(self) -> "ir.Table | None":
        """What clinicians' codes stand for, by date; None where a code is the unit itself."""
        import ibis

        codes = self.activity.codes
        return None if codes is None else ibis.memtable(checked_codes(codes))

    def _clock_changes(self, stored: "ir.Table", record: RecordType) -> Changes:
        """The clock changes that the times of a store without UTC instants span."""
        lacking = [name for name in _instants(record) if f"{name}_utc" not in stored.columns]
        present = [stored[name].cast("timestamp") for name in lacking if name in stored.columns]
        if not present:
            return ()
        ends = {f"least_{number}": value.min() for number, value in enumerate(present)}
        ends |= {f"most_{number}": value.max() for number, value in enumerate(present)}
        found = self.connection.answer(stored.aggregate(**ends)).to_pylist()[0].values()
        known = sorted(value for value in found if value is not None)
        return changes_within(
            self.activity.timezone, *((known[0], known[-1]) if known else (None, None))
        )


def typed(stored: "ir.Table", record: RecordType, steps: Changes) -> "ir.Table":
    """Every column of the record type in its own type, and the store's own columns."""
    columns = {
        column.name: _column(stored, column) for column in record.columns if not column.patient
    }
    if any(column.patient for column in record.columns):
        columns["patient_key"] = _patient_key(stored)
    return stored.select(
        **columns,
        **_utc_columns(stored, record, columns, steps),
        _key=_key(stored, record, columns),
        _row=_stored(stored, "_row", "int64"),
        load=_stored(stored, _LOAD, "string"),
    )


def _stored(stored: "ir.Table", name: str, to: str) -> "ir.Value":
    import ibis

    return stored[name].cast(to) if name in stored.columns else ibis.null(to)


def _column(stored: "ir.Table", column: Column) -> "ir.Value":
    value = _stored(stored, column.name, TYPES[column.kind])
    if column.kind in (Kind.TEXT, Kind.CODE) and "_key" not in stored.columns:
        return value.nullif("")  # a hand-made store: a blank cell is missing
    return value


def _patient_key(stored: "ir.Table") -> "ir.Value":
    name = "patient_key" if "patient_key" in stored.columns else "patient_id"
    return _stored(stored, name, "string")


def _instants(record: RecordType) -> list[str]:
    return [column.name for column in record.columns if column.kind is Kind.INSTANT]


def _utc_columns(
    stored: "ir.Table", record: RecordType, columns: dict[str, "ir.Value"], steps: Changes
) -> dict[str, "ir.Value"]:
    made = {}
    for name in _instants(record):
        reckoned = name in stored.columns and f"{name}_utc" not in stored.columns
        made[f"{name}_utc"] = (
            utc_expression(columns[name], steps)
            if reckoned
            else _stored(stored, f"{name}_utc", "timestamp")
        )
    return made


def _key(stored: "ir.Table", record: RecordType, columns: dict[str, "ir.Value"]) -> "ir.Value":
    if "_key" in stored.columns:
        return stored["_key"].cast("string")
    parts = [_key_part(columns.get(name), stored) for name in record.key]
    key = parts[0]
    for part in parts[1:]:
        key = key + "|" + part
    return key


def _key_part(value: "ir.Value | None", stored: "ir.Table") -> "ir.Value":
    if value is None:  # the one key that is a patient
        return _patient_key(stored)
    if value.type().is_timestamp():
        return value.strftime("%Y-%m-%dT%H:%M:%S").fill_null("")
    return value.cast("string").fill_null("")


def _empty(record: RecordType) -> "ir.Table":
    import ibis

    schema = {column.name: TYPES[column.kind] for column in record.columns if not column.patient}
    if any(column.patient for column in record.columns):
        schema["patient_key"] = "string"
    schema |= {f"{name}_utc": "timestamp" for name in _instants(record)}
    schema |= {"_key": "string", "_row": "int64", _LOAD: "string"}
    return ibis.memtable([], schema=schema)


def latest(rows: "ir.Table", record: RecordType, loads: Sequence[Load]) -> "ir.Table":
    """Of every key within a source the latest load's row, if no later load replaced it."""
    import ibis

    sources = [(rows[_LOAD] == load.id, load.source) for load in loads]
    rows = rows.mutate(_source=ibis.cases(*sources, else_=""))
    rows = rows.filter(~_replaced(rows, record, loads))
    newest = ibis.window(
        group_by=[rows["_source"], rows["_key"]],
        order_by=[_age(rows, loads).desc(), rows["_row"].desc(nulls_first=False)],
    )
    return (
        rows.mutate(_rank=ibis.row_number().over(newest))
        .filter(lambda t: t["_rank"] == 0)
        .drop("_rank", "_source")
    )


def _age(rows: "ir.Table", loads: Sequence[Load]) -> "ir.Value":
    """What puts rows in the order of their loads, oldest first: the name alone where it does."""
    import ibis

    names = [load.id for load in loads]
    if names == sorted(names):
        return rows[_LOAD]
    return ibis.cases(*((rows[_LOAD] == name, place) for place, name in enumerate(names)))


def _replaced(rows: "ir.Table", record: RecordType, loads: Sequence[Load]) -> "ir.BooleanValue":
    import ibis

    day = rows[record.month_of].cast("date")
    gone = ibis.literal(False)
    for load in loads:
        for later in loads:
            if later.replaces(load):
                gone = gone | ((rows[_LOAD] == load.id) & _covered(day, later))
    return gone.fill_null(False)


def _covered(day: "ir.DateValue", load: Load) -> "ir.BooleanValue":
    import ibis

    inside = day.notnull()
    if load.coverage_from:
        inside = inside & (day >= ibis.date(load.coverage_from))
    if load.coverage_to:
        inside = inside & (day <= ibis.date(load.coverage_to))
    return inside
