"""The file of weights that stands with an activity, read and held to its form."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
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
