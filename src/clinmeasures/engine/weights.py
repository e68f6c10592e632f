"""Work weighted by a named source: how much one stay, case or attendance weighs among others.

`weights/weights.csv` (or `.parquet`) of the activity has the columns `source` (its name), `record`
(spells, theatre or clinics), `field`, `code` and `weight`, in thousandths: a record weighs what the
row of its field's value says, else what the row of the code `*` says, else nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.engine.tables import Tables
from clinmeasures.engine.units import resolved
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

ANY = "*"
COLUMNS = ("source", "record", "field", "code", "weight")
# What may be weighed: whose it is, when it was done, and the fields that weights may go by.
WEIGHED = {
    "spells": (
        *("discharging_consultant", "discharged_at", "_stays"),
        ("diagnosis_chapter", "diagnosis_group", "procedure_group", "specialty"),
    ),
    "theatre": ("surgeon", "session_planned_start", "_cases", ("procedure", "specialty")),
    "clinics": ("slot_owner", "slot_at", "_attendances", ("attendance_type", "specialty")),
}
WORK = ("_stays", "_cases", "_attendances")
SEEN = ("attended", "late_seen")


def weighed_work(tables: Tables) -> "ir.Table":
    """`_did, _done, _stays, _cases, _attendances`: a person's weighted work, day by day."""
    import ibis

    found = read_weights(tables.activity.directory)
    parts = [] if found is None else list(_parts(tables, found))
    if not parts:
        schema = {"_did": "string", "_done": "date", **dict.fromkeys(WORK, "int64")}
        return ibis.memtable([], schema=schema)
    together = parts[0] if len(parts) == 1 else ibis.union(*parts)
    sums = {name: together[name].sum().cast("int64") for name in WORK}
    return together.group_by("_did", "_done").aggregate(**sums)


def weighed_by(tables: Tables) -> str:
    """The source of the weights; empty where there are none."""
    found = read_weights(tables.activity.directory)
    return "" if found is None else str(found["source"][0].as_py())


def _parts(tables: Tables, found: "pa.Table") -> Iterator["ir.Table"]:
    import ibis
    import pyarrow.compute as pc

    for record in pc.unique(found["record"]).to_pylist():
        mine = found.filter(pc.equal(found["record"], record))
        who, when, column, _ = WEIGHED[record]
        rows = _done(tables, record)
        rows = tables.of_months(rows.filter(rows[who].notnull() & rows[when].notnull()), when)
        rows = resolved(rows, tables, code=who, when=when, name="_did")
        weight = _weight(rows, record, mine)
        sums = {name: ibis.literal(0, "int64") for name in WORK}
        yield rows.select("_did", _done=rows[when].cast("date"), **{**sums, column: weight})


def _done(tables: Tables, record: str) -> "ir.Table":
    """What was done: stays that ended, cases that were operated on, attendances that took place."""
    rows = tables.table(record)
    if record == "theatre":
        return rows.filter(rows["anaesthetic_start"].coalesce(rows["knife_to_skin"]).notnull())
    return rows.filter(rows["outcome"].isin(SEEN)) if record == "clinics" else rows


def _weight(rows: "ir.Table", record: str, weights: "pa.Table") -> "ir.Value":
    import ibis

    from clinmeasures.engine.derived import EXPRESSIONS

    field = weights["field"][0].as_py()
    known = EXPRESSIONS.get(record, {}).get(field)
    value = rows[field] if known is None else known[1](rows)
    pairs = dict(zip(weights["code"].to_pylist(), weights["weight"].to_pylist(), strict=True))
    rest = pairs.pop(ANY, 0)
    steps = [(value == code, weight) for code, weight in pairs.items()]
    return ibis.cases(*steps, else_=rest).cast("int64") if steps else ibis.literal(rest, "int64")


def read_weights(directory: Path) -> "pa.Table | None":
    """The weights that stand with the activity; None where there are none.

    Raises
    ------
    BadInput
        If they are not one source's, or a record would have no weight of its own.
    """
    place = directory / "weights"
    file = next((f for e in (".parquet", ".csv") if (f := place / f"weights{e}").is_file()), None)
    return None if file is None else weights_in(file)


def weights_in(file: Path) -> "pa.Table":
    """The weights of one file: `source, record, field, code, weight`, weights in thousandths.

    Raises
    ------
    BadInput
        If it cannot be read, is not one source's, or a record would have no weight of its own.
    """
    import pyarrow as pa

    try:
        found = _read(file)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadInput(f"{file}: cannot be read as a table ({error}).") from error
    return _checked(found, file).select(list(COLUMNS))


def _read(file: Path) -> "pa.Table":
    import pyarrow.csv
    import pyarrow.parquet

    if file.suffix == ".parquet":
        return pyarrow.parquet.read_table(file)
    text = pyarrow.csv.ConvertOptions(column_types={"code": "string"})
    return pyarrow.csv.read_csv(file, convert_options=text)


def _checked(found: "pa.Table", file: Path) -> "pa.Table":
    import pyarrow as pa

    lacking = [name for name in COLUMNS if name not in found.column_names]
    if lacking:
        raise BadInput(f"{file}: has no column '{lacking[0]}'; it needs {', '.join(COLUMNS)}.")
    if not pa.types.is_integer(found["weight"].type):
        raise BadInput(f"{file}: 'weight' must be whole numbers: thousandths, 1000 for an average.")
    sources = found["source"].unique().to_pylist()
    if len(sources) != 1:
        raise BadInput(f"{file}: names {len(sources)} sources; weights come from one.")
    rows = found.select(["record", "field", "code"]).to_pylist()
    for reason in filter(None, map(_why_not_row, rows)):
        raise BadInput(f"{file}: {reason}.")
    _refuse_repeated(rows, file)
    return found


def _why_not_row(row: dict[str, Any]) -> str:
    record, field = row["record"], row["field"]
    if record not in WEIGHED:
        return f"'{record}' is not weighed; there are {', '.join(WEIGHED)}"
    fields = WEIGHED[record][3]
    if field not in fields:
        return f"'{record}' is not weighed by '{field}'; choose from {', '.join(fields)}"
    return ""


def _refuse_repeated(rows: list[dict[str, Any]], file: Path) -> None:
    fields: dict[str, set[str]] = {}
    for row in rows:
        fields.setdefault(row["record"], set()).add(row["field"])
    for record, named in fields.items():
        if len(named) > 1:
            raise BadInput(f"{file}: '{record}' is weighed by {len(named)} fields; name one.")
    if len({(row["record"], row["code"]) for row in rows}) != len(rows):
        raise BadInput(f"{file}: a code stands in it twice; give each one weight.")
