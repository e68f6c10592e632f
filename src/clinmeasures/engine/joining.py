"""Some months of joined records written anew, by SQL that is compiled once a shape of store."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.definitions.fields import JOINING
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.fact_rows import NO_MONTH, fact_rows
from clinmeasures.engine.laid import LaidTables
from clinmeasures.engine.maturity import end_of_month
from clinmeasures.engine.shapes import Shape, laid_out
from clinmeasures.engine.sources import StoreSource
from clinmeasures.engine.statements import Statements, Step, run
from clinmeasures.engine.store import Load, check_store, loads_of
from clinmeasures.engine.weight_files import read_weights
from clinmeasures.engine.workdays import DELIVERING, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DAYS = "days_asked"
ROWS = "joined_rows"
FIRST, LAST = "first_day_asked", "last_day_asked"  # DuckDB's variables: read before it plans
Weights = tuple[tuple[Any, ...], ...]


def is_laid_out(activity: Activity, record: str, months: Sequence[str]) -> bool:
    """Whether months can be joined so: their days must be known without reading a row."""
    if record not in JOINING or not set(months) - {NO_MONTH}:
        return False
    loads = [each for name in (record, *DELIVERING) for each in loads_of(activity, name)]
    return all(each.coverage_from and each.coverage_to for each in loads)


def copy_joined(
    connection: Any, activity: Activity, record: str, months: Sequence[str], directory: Path
) -> date | None:
    """Write the rows of these months into a folder each; the last day that the data covers."""
    check_store(activity.directory)
    shape, corrections = laid_out(connection, activity, record)
    mine = sorted(set(months) - {NO_MONTH})
    _lay_out_days(connection, activity, mine)
    weights = read_weights(activity.directory)
    run(connection, plan_of(shape, None if weights is None else _as_rows(weights)), corrections)
    connection.execute(
        f"copy (from {ROWS} where month in (select unnest(?))) to '{directory}' (format parquet, "
        "partition_by (month), filename_pattern 'part-0-{i}', overwrite_or_ignore, "
        "compression zstd)",
        [mine],
    )
    return max(
        (end for load in loads_of(activity, record) if (end := load.coverage_to)), default=None
    )


def _lay_out_days(connection: Any, activity: Activity, months: Sequence[str]) -> None:
    loads = [each for name in DELIVERING for each in loads_of(activity, name)]
    days = [day for load in loads for day in _covered(load)]
    first_known, last_known = min(days, default=None), max(days, default=None)
    connection.register(DAYS, days_between(first_known, last_known, months))
    first, last = end_of_month(months[0]).replace(day=1), end_of_month(months[-1])
    for name, day in ((FIRST, first), (LAST, last + timedelta(days=1))):
        connection.execute(f"set variable {name} = date '{day}'")


def _covered(load: Load) -> list[date]:
    return [day for day in (load.coverage_from, load.coverage_to) if day]


def _as_rows(weights: "pa.Table") -> Weights:
    return (tuple(weights.column_names), *(tuple(row.values()) for row in weights.to_pylist()))


@lru_cache(maxsize=50)
def plan_of(shape: Shape, weights: Weights | None) -> tuple[Step, ...]:
    """The tables to make, in their order, for stores of this shape whose work is weighted so."""
    statements = Statements()
    tables = JoinedTables(statements, shape, weights)
    statements.keep(ROWS, fact_rows(StoreSource.of(tables), shape.record))
    return tuple(statements.made)


class JoinedTables(LaidTables):
    """The data sets of a store that is laid out, of months that are said when the SQL is run."""

    def __init__(self, statements: Statements, shape: Shape, weights: Weights | None) -> None:
        import ibis

        super().__init__(statements, shape)
        self.days = ibis.table({"_day": "date", "_weekday": "boolean"}, name=DAYS)
        self._weights = weights

    def weights(self) -> "pa.Table | None":
        """What work is weighted by, as it was read with the shape."""
        import pyarrow as pa

        if self._weights is None:
            return None
        names, *rows = self._weights
        return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])

    def of_months(self, rows: "ir.Table", when: str) -> "ir.Table":
        """The rows of the months that are asked for, and whatever lies between them."""
        day = rows[when].cast("date")
        return rows.filter(day.between(_day_variable()(FIRST), _day_variable()(LAST)))


@cache
def _day_variable() -> "Callable[[str], ir.DateValue]":
    import ibis

    @ibis.udf.scalar.builtin(name="getvariable")
    def getvariable(of: str) -> date:  # type: ignore[empty-body]
        """DuckDB's own function of this name."""

    return getvariable
