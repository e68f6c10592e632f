"""SQL compiled once for each shape of question, and run without Ibis from then on."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinmeasures.engine.compiling import step_by_step

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass
class Statements:
    """Takes the place of a connection while SQL is written: what it is told to do, in order."""

    frames_by_row = True  # in the SQL of DuckDB
    made: list[tuple[str, str]] = field(default_factory=list)  # temporary table, its query

    def keep(self, name: str, rows: "ir.Table") -> "ir.Table":
        """Note that a table is to be made, and go on as if it were there."""
        import ibis

        self.made.append((name, sql_of(rows)))
        return ibis.table(rows.schema(), name=name)


def sql_of(rows: "ir.Table") -> str:
    """The SQL of an expression, for DuckDB."""
    compiler = step_by_step()
    return str(compiler.to_sqlglot(rows.unbind()).sql(dialect=compiler.dialect))


def run(connection: Any, made: "tuple[tuple[str, str], ...]") -> None:
    """Make the tables, in their order."""
    for name, query in made:
        connection.execute(f"create temp table {name} as {query}")


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
