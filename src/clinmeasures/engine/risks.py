"""The risk that a frozen model gave each record, beside the records: integers, read, never made.

Risks stand in `risks/<model>.parquet` (or `.csv`) of the activity or the facts: the record's `key`
and its `risk` in thousand-millionths, each record once: the probability of an event, or the
amount (nights) that a model foresees. A record without a risk, because something
that the model needs was missing, counts neither as observed nor as expected.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

CERTAIN = 1_000_000_000
MOST = 100_000 * CERTAIN  # of an amount: its squares in thousandths still fit into 64 bits
MILLI = 1_000_000  # thousand-millionths in a thousandth


def risk_column(model: str) -> str:
    """What a model's risk is called beside the records."""
    return f"risk_{model}"


def risks_name(model: str) -> str:
    """What a model's risks are called in queries."""
    return f"risks_{model}"


def read_risks(directory: Path, model: str, *, amounts: bool = False) -> "pa.Table":
    """A model's risks as `_risk_key, _risk`; with `amounts`, they may be more than 1.

    Raises
    ------
    BadInput
        If they are not there, or a risk or key cannot be.
    """
    place = directory / "risks"
    file = next((p for e in (".parquet", ".csv") if (p := place / f"{model}{e}").is_file()), None)
    if file is None:
        raise BadInput(
            f"{place}: holds no {model}.parquet; score the records with the model '{model}' first."
        )
    return _checked(_read(file), file, MOST if amounts else CERTAIN)


def with_risks(
    rows: "ir.Table", models: Iterable[str], table: "Callable[[str], ir.Table]"
) -> "ir.Table":
    """The rows with each model's risk; blank where a record has none."""
    for model in dict.fromkeys(each for each in models if each):
        risks = table(model)
        joined = rows.left_join(risks, rows["_key"] == risks["_risk_key"])
        rows = joined.mutate(**{risk_column(model): joined["_risk"]}).drop("_risk", "_risk_key")
    return rows


def _read(file: Path) -> "pa.Table":
    import pyarrow.csv
    import pyarrow.parquet

    if file.suffix == ".csv":
        text = pyarrow.csv.ConvertOptions(column_types={"key": "string"})
        return pyarrow.csv.read_csv(file, convert_options=text)
    return pyarrow.parquet.read_table(file)


def _checked(found: "pa.Table", file: Path, most: int) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    lacking = {"key", "risk"} - set(found.column_names)
    if lacking:
        raise BadInput(f"{file}: has no column '{sorted(lacking)[0]}'; it needs key and risk.")
    if not pa.types.is_integer(found["risk"].type):
        raise BadInput(f"{file}: 'risk' must be whole numbers, from 0 to {most:,}.")
    ends = pc.min_max(found["risk"]).as_py()
    if found.num_rows and (ends["min"] < 0 or ends["max"] > most):
        raise BadInput(f"{file}: a risk lies outside 0 to {most:,}.")
    if pc.count_distinct(found["key"]).as_py() != found.num_rows:
        raise BadInput(f"{file}: a key stands in it twice; give each record one risk.")
    columns = [found["key"].cast(pa.string()), found["risk"].cast(pa.int64())]
    return pa.table(columns, names=["_risk_key", "_risk"])
