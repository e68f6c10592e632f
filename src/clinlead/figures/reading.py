"""Reading facts: one in-memory DuckDB a thread, opened once and kept."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

_OWN = threading.local()
READ = "read_parquet($files, hive_partitioning=true, hive_types_autocast=false, union_by_name=true)"


def connection() -> Any:
    """This thread's DuckDB connection, within the configured memory and threads."""
    import duckdb

    if not hasattr(_OWN, "connection"):
        configuration = settings.CONFIGURATION
        _OWN.connection = duckdb.connect(
            config={"memory_limit": configuration.memory_limit, "threads": configuration.threads}
        )
        _OWN.connection.execute(
            "set enable_progress_bar = false; set TimeZone = 'UTC'; "
            "set parquet_metadata_cache = true"  # the files of a generation never change
        )
    return _OWN.connection


def rows_where(
    files: Sequence[str], columns: Iterable[str], column: str, values: Iterable[Any]
) -> list[Mapping[str, Any]]:
    """Some columns (all for "*") of the rows in which one column holds one of these values."""
    wanted = list(values)
    if not files or not wanted:
        return []
    names = ", ".join("*" if name == "*" else f'"{name}"' for name in columns)
    return fetched(
        f'select {names} from {READ} where "{column}" in (select unnest($wanted))',  # noqa: S608 - our own names
        {"files": list(files), "wanted": wanted},
    )


def fetched(query: str, parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = (
        connection().execute(query, dict(parameters)).to_arrow_table().to_pylist()
    )
    return found
