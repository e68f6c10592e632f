"""Reading facts: in-memory DuckDB of each thread, opened once and kept."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

_OWN = threading.local()
READ = "read_parquet($files, hive_partitioning=true, hive_types_autocast=false, union_by_name=true)"


def connection() -> Any:
    """This thread's DuckDB connection, within the configured memory and threads."""
    return kept_with(settings.CONFIGURATION.threads)


def kept_with(threads: int) -> Any:
    """A connection of this thread's own that works with so many threads, opened once."""
    import duckdb

    name = f"with_{threads}"
    if not hasattr(_OWN, name):
        limit = settings.CONFIGURATION.memory_limit
        opened = duckdb.connect(config={"memory_limit": limit, "threads": threads})
        opened.execute(
            "set enable_progress_bar = false; set TimeZone = 'UTC'; "
            "set parquet_metadata_cache = true"  # the files of a generation never change
        )
        setattr(_OWN, name, opened)
    return getattr(_OWN, name)


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
    """What a page reads: so little that a second thread costs more than it saves."""
    found: list[Mapping[str, Any]] = (
        kept_with(1).execute(query, dict(parameters)).to_arrow_table().to_pylist()
    )
    return found
