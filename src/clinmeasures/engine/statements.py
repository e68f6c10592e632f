"""SQL compiled once for each shape of question, and run without Ibis from then on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinmeasures.engine.compiling import step_by_step
from clinmeasures.engine.overlay import Cells, overlaid

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class Step:
    """A temporary table or view to make."""

    name: str
    query: str  # of a view over corrections: the rows that they are laid over
    kind: str = "table"
    corrections_of: str = ""  # the data set; which of its fields are corrected is seen when run


@dataclass
class Statements:
    """Takes the place of a connection while SQL is written: what it is told to do, in order."""

    frames_by_row = True  # in the SQL of DuckDB
    made: list[Step] = field(default_factory=list)

    def keep(self, name: str, rows: "ir.Table") -> "ir.Table":
        """Note that a table is to be made, and go on as if it were there."""
        import ibis

        self.made.append(Step(name=name, query=sql_of(rows)))
        return ibis.table(rows.schema(), name=name)

    def put_right(self, dataset: str, rows: "ir.Table", what: str) -> "ir.Table":
        """Note that corrections are to be laid over rows, whichever fields these are of."""
        import ibis

        before, after = f"{what}_{dataset}", f"{what}_right_{dataset}"
        self.made.append(Step(name=before, query=sql_of(rows), kind="view"))
        self.made.append(Step(name=after, query=before, kind="view", corrections_of=dataset))
        return ibis.table(rows.schema(), name=after)


def sql_of(rows: "ir.Table") -> str:
    """The SQL of an expression, for DuckDB."""
    compiler = step_by_step()
    return str(compiler.to_sqlglot(rows.unbind()).sql(dialect=compiler.dialect))


def run(
    connection: Any, made: Iterable[Step], corrections: Mapping[str, Cells] | None = None
) -> None:
    """Make the tables and views, in their order, over the corrections that there are."""
    for step in made:
        query = step.query
        if step.corrections_of:
            query = overlaid(query, (corrections or {}).get(step.corrections_of, {}))
        connection.execute(f"create temp {step.kind} {step.name} as {query}")


def listed(files: Any) -> str:
    """File names as an SQL list."""
    return "[" + ", ".join("'" + str(file).replace("'", "''") + "'" for file in files) + "]"


def reading(files: Any, *, named: bool = False) -> str:
    """Parquet files as an SQL source; columns that a file lacks are null in its rows.

    `named` adds each row's file, as `filename`.
    """
    how = "hive_partitioning = true, hive_types_autocast = false, union_by_name = true"
    how += ", filename = true" if named else ""
    return f"read_parquet({listed(files)}, {how})"
