"""What the expression over a store hangs on apart from its rows, so that it is compiled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.record_types import RECORD_TYPES, RecordType
from clinmeasures.attribution.rules import rules_for
from clinmeasures.definitions.fields import DERIVED
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.by_hand import reading_csv
from clinmeasures.engine.codes import checked_codes
from clinmeasures.engine.overlay import Cells, arrow_type, changes_of
from clinmeasures.engine.statements import reading
from clinmeasures.engine.store import Load, loads_of
from clinmeasures.engine.tables import Changes
from clinmeasures.engine.zones import changes

if TYPE_CHECKING:
    import pyarrow as pa

CODES = "clinician_codes"
BELONGS_BY = ("spell_id", "refers_to", "patient_key")  # how a row names what it belongs to


@dataclass(frozen=True)
class DataSet:
    """The shape of one data set: its columns, its loads without their files, what moves rows."""

    schema: "pa.Schema"
    loads: tuple[Load, ...]
    moved: tuple[tuple[str, "pa.Schema"], ...]  # field that says whose a row is → its changes


@dataclass(frozen=True)
class Shape:
    """The shape of everything that one record type is computed from."""

    record: str
    data_sets: tuple[tuple[str, DataSet], ...]
    codes: "pa.Schema | None"
    clock: Changes


def stored_name(dataset: str) -> str:
    """How the store's file of a data set is called in queries."""
    return f"stored_{dataset}"


def changes_name(dataset: str, field: str) -> str:
    """How the corrections of one field are called in queries."""
    return f"corrected_{dataset}_{field}"


def read_by(record: str) -> tuple[str, ...]:
    """The data sets that a record type's derived fields and units are computed from."""
    reads = {each for field in DERIVED.get(record, ()) for each in field.reads}
    if "longest_stay" in rules_for(record):
        reads |= {"episodes", "procedures"}
    return (record, *sorted(reads - {record}))


Laid = tuple[DataSet, Cells]


def laid_out(connection: Any, activity: Activity, record: str) -> tuple[Shape, Mapping[str, Cells]]:
    """Open a store's rows, corrections and codes under fixed names.

    Returns the shape they have, and of each data set the corrections, which are no part of it.
    """
    codes = None
    if activity.codes is not None:
        held = checked_codes(activity.codes)
        connection.register(CODES, held)
        codes = held.schema
    laid = {name: _laid_out(connection, activity, name) for name in read_by(record)}
    data_sets = tuple((name, each) for name, (each, _) in laid.items())
    shape = Shape(record, data_sets, codes, changes(activity.timezone))
    return shape, {name: cells for name, (_, cells) in laid.items()}


def _laid_out(connection: Any, activity: Activity, dataset: str) -> Laid:
    loads = loads_of(activity, dataset)
    if not loads:
        schema = _empty_schema(RECORD_TYPES[dataset])
        connection.register(stored_name(dataset), schema.empty_table())
        return DataSet(schema, (), ()), {}
    schema = _opened(connection, dataset, [file for load in loads for file in load.files])
    corrected = changes_of(activity, RECORD_TYPES[dataset])
    for field, cells in corrected.items():
        connection.register(changes_name(dataset, field), cells)
    shaping = {RECORD_TYPES[dataset].together, *BELONGS_BY}
    found = DataSet(
        schema=schema,
        loads=_alike(tuple(replace(load, files=()) for load in loads)),
        moved=tuple((f, cells.schema) for f, cells in corrected.items() if f in shaping),
    )
    return found, {
        field: (changes_name(dataset, field), tuple(cells.column_names))
        for field, cells in corrected.items()
    }


def _alike(loads: tuple[Load, ...]) -> tuple[Load, ...]:
    """The same for every number of loads of one source that replace nothing: the latest row wins.

    So what was compiled before a further load still serves after it.
    """
    replacing = any(later.replaces(load) for load in loads for later in loads)
    if replacing or len({load.source for load in loads}) > 1:
        return loads
    return (Load(id="", files=()),) * min(len(loads), 2)


def _opened(connection: Any, dataset: str, files: Sequence[Any]) -> "pa.Schema":
    name = stored_name(dataset)
    csv = str(files[0]).endswith(".csv")
    names = [str(file) for file in files]
    rows = connection.sql(f"from {reading_csv(names) if csv else reading(names)}")
    rows.create_view(name)
    return connection.execute(f"from {name} limit 0").to_arrow_table().schema


def _empty_schema(record: RecordType) -> "pa.Schema":
    import pyarrow as pa

    columns = {
        "patient_key" if column.patient else column.name: arrow_type(column.kind)
        for column in record.columns
    }
    return pa.schema(columns)
