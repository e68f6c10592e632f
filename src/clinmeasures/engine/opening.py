"""A connection of its own for each computation, and the faults of a store in plain words."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from clinmeasures.engine.activity import Activity, Facts, Means
from clinmeasures.engine.connection import Connection
from clinmeasures.engine.on_duckdb import SETTINGS, OnDuckdb
from clinmeasures.engine.on_spark import refuse_without_java
from clinmeasures.engine.sources import Source, StoreSource
from clinmeasures.errors import BadInput

Place = TypeVar("Place", Activity, Facts)
Opened = TypeVar("Opened", bound=Source)
SPARK = "spark"

ROWS_PER_GIGABYTE = 8_000_000  # of spells with what is gathered beside them, in one piece


@contextmanager
def opened(
    place: Place, means: Means, reader: Callable[[Connection, Place], Opened]
) -> Iterator[Opened]:
    """The rows of a place, on a connection that is closed afterwards."""
    connected = _on_spark if means.engine == SPARK else _on_duckdb
    with connected(place, means) as connection, closing(connection):
        yield reader(connection, place)


@contextmanager
def _on_duckdb(place: Activity | Facts, means: Means) -> Iterator[Connection]:
    gigabytes(means.memory_limit)  # or say why not
    with _in_plain_words(place), _room_to_spill() as room:
        yield OnDuckdb(memory_limit=means.memory_limit, threads=means.threads, room=room)


@contextmanager
def _on_spark(place: Activity | Facts, means: Means) -> Iterator[Connection]:
    from clinmeasures.engine.on_spark import OnSpark, in_plain_words, started

    session = started(memory=gigabytes(means.memory_limit), threads=means.threads)
    with in_plain_words(place.directory):
        yield OnSpark(session)


@contextmanager
def opened_plainly(place: Activity | Facts, means: Means) -> Iterator[Any]:
    """A DuckDB connection with the same settings, for SQL that is compiled already."""
    import duckdb

    with (
        _in_plain_words(place),
        _room_to_spill() as spill,
        duckdb.connect(
            config={
                "memory_limit": means.memory_limit,
                "threads": means.threads,
                "temp_directory": str(spill),
            }
        ) as connection,
    ):
        connection.execute(SETTINGS + "; set parquet_metadata_cache = true")
        yield connection


@contextmanager
def _in_plain_words(place: Activity | Facts) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = in_one_sentence(str(error))
        raise BadInput(f"{place.directory}: cannot be read as activity ({said}).") from error


def in_one_sentence(report: str) -> str:
    """What was wrong, of DuckDB's long report; the row itself is nobody's to repeat."""
    first, *more = report.strip().splitlines()
    wanted = ("Expected Number of Columns", "Value with unterminated quote")
    why = next((line for line in more if line.startswith(wanted)), "")
    return f"{first}: {why}" if why else first


@contextmanager
def _room_to_spill() -> Iterator[Path]:
    spill = Path(mkdtemp(prefix="clinmeasures-"))
    try:
        yield spill
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def refuse_engine(engine: str, place: Activity | Facts) -> None:
    """Refuse an engine that is not here, or not for such a place, saying why."""
    if engine == "duckdb":
        return
    if engine != SPARK:
        raise BadInput(f"there is no engine '{engine}'; use duckdb or spark.")
    if isinstance(place, Facts):
        raise BadInput("the engine spark computes from activity; facts are read by duckdb.")
    if find_spec("pyspark") is None:
        raise BadInput("the engine spark needs PySpark, which is not installed here; use duckdb.")
    refuse_without_java()


def buckets_for(source: StoreSource, record: str, means: Means) -> int:
    """Into how many parts the patients are divided, so that memory stays bounded."""
    if source.connection.room is None:
        return 1
    if means.buckets is not None:
        return max(1, means.buckets)
    fit = max(1, int(ROWS_PER_GIGABYTE * gigabytes(means.memory_limit)))
    return -(-max(1, source.size(record)) // fit)


UNITS = {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12} | {
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}


def gigabytes(limit: str) -> float:
    """How much a memory limit is, as DuckDB reads it: 2GB, 512 MiB.

    Raises
    ------
    BadInput
        If it is no amount of memory.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b)\s*", limit, re.IGNORECASE)
    if found is None:
        raise BadInput(f"'{limit}' is not an amount of memory; write it as 2GB or 512MiB.")
    return float(found[1]) * UNITS[found[2].upper()] / 1e9
