"""Names and texts quoted for DuckDB, and the few expressions the checks are built from.

Intake speaks to DuckDB alone (an extract is read once, on one machine), so it composes DuckDB's own
language; every name and value passes through `name` and `text`. See docs/decisions.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MANY_VALUES = 20  # a longer table is asked only of texts as long as one of its own


def name(identifier: str) -> str:
    """An identifier in SQL's quotation marks."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL's quotation marks."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Several, with commas between."""
    return ", ".join(text(value) for value in values)


def file(path: Path) -> str:
    """A file as DuckDB names it; the caller's names never hold a glob because we chose them."""
    return text(path.as_posix())


def translated(expression: str, values: Mapping[str, str]) -> str:
    """The expression's value looked up in the table; itself where the table does not have it."""
    if not values:
        return expression
    arms = " ".join(f"WHEN {text(theirs)} THEN {text(ours)}" for theirs, ours in values.items())
    found = f"CASE {expression} {arms} ELSE {expression} END"
    if len(values) <= MANY_VALUES:
        return found
    sizes = ", ".join(str(size) for size in sorted({len(theirs) for theirs in values}))
    return f"CASE WHEN length({expression}) IN ({sizes}) THEN {found} ELSE {expression} END"


def connect(spill: Path, *, memory_limit: str, threads: int) -> "duckdb.DuckDBPyConnection":
    """A DuckDB of its own, in memory, that spills beside the work and reaches nothing outside."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        },
    )
    connection.execute("LOAD icu")  # comes inside DuckDB's wheel; for time zones
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")  # it would print on standard output
    return connection


def format_is_understood(form: str) -> bool:
    """Whether DuckDB can read dates by this form."""
    import duckdb

    try:
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"SELECT try_strptime('2026', {text(form)})")
    except duckdb.Error:
        return False
    return True
