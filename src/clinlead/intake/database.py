"""Rows of a query on any database that SQLAlchemy speaks to, read a batch at a time.

The query is sent as it is written, in a transaction that is never committed (and, where the
database knows such a thing, may only read).
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import Staged
from clinmeasures.activity.source import Progress
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult

LABEL = "the query"
BATCH = 10_000
FROM_ENVIRONMENT = "env:"
SHOWN = 300
FORM = (
    "write it as postgresql://user@host/database, mssql+pyodbc://…, oracle+oracledb://…, "
    "mysql+pymysql://… or sqlite:///file"
)
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
READ_ONLY = {"postgresql": {"postgresql_readonly": True}}


def read_query(query: str, dsn: str, work: Path, *, progress: Progress) -> Staged:
    """The query's rows as a file of our own, each value as text.

    Raises BadInput with one sentence, without the password, where the connection string, the
    driver, the database or the query is wrong, or where there is no row.
    """
    url = url_of(dsn)
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = work / "query.parquet"
    with (
        connected(url) as connection,
        said_plainly(url, "refused the query"),
        closing(connection.exec_driver_sql(query)) as result,
    ):
        if not result.returns_rows:
            raise BadInput("the query returns no table; write a SELECT.")
        return written(result, target, progress)


def url_of(dsn: str) -> "URL":
    """The connection string; `env:NAME` takes it from the environment, out of others' sight."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if dsn.startswith(FROM_ENVIRONMENT):
        name = dsn.removeprefix(FROM_ENVIRONMENT)
        if not os.environ.get(name):
            raise BadInput(f"--dsn: there is no environment variable {name}.")
        dsn = os.environ[name]
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError) as error:
        raise BadInput(f"--dsn is no connection string; {FORM}.") from error
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername))


@contextmanager
def connected(url: "URL") -> Iterator["Connection"]:
    """A connection that streams, reads and never commits."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool)
    except NoSuchModuleError as error:
        raise BadInput(f"--dsn: {url.drivername!r} is no kind of database; {FORM}.") from error
    except ImportError as error:
        raise BadInput(
            f"--dsn: the driver for {url.drivername} is not installed ({error}); install it beside "
            "Clinlead with pip."
        ) from error
    with said_plainly(url, "cannot be reached"):
        connection = engine.connect()
    try:
        yield connection.execution_options(
            stream_results=True,
            yield_per=BATCH,
            no_parameters=True,  # a % or : in the query is the query's own
            **READ_ONLY.get(engine.dialect.name, {}),
        )
    finally:
        connection.close()
        engine.dispose()


@contextmanager
def said_plainly(url: "URL", what: str) -> Iterator[None]:
    """The database's own words as one sentence, without the password."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        own = error.orig if isinstance(error, DBAPIError) else error
        words = re.sub(r"\s+", " ", str(own).split("\nLINE ")[0]).strip(" .?")[:SHOWN]
        if url.password:
            words = words.replace(str(url.password), "***")
        raise BadInput(f"the database {what}: {words}. Mend it and load again.") from error


def written(result: "CursorResult[Any]", target: Path, progress: Progress) -> Staged:
    """Every row to Parquet, a batch at a time, with the digest of what was read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(result.keys())
    refuse_twins(names)
    schema = pa.schema([(name, pa.string()) for name in names])
    digest = hashlib.sha256("\x1f".join(names).encode())
    rows, dated = 0, set(names)
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as out:
        for batch in result.partitions(BATCH):
            columns = list(zip(*batch, strict=True))
            dated &= {n for n, c in zip(names, columns, strict=True) if all_dates(c)}
            table = pa.table([[as_text(v) for v in c] for c in columns], schema=schema)
            for line in zip(*(column.to_pylist() for column in table.columns), strict=True):
                digest.update(repr(line).encode())
            out.write_table(table)
            rows += len(batch)
            progress(0.0, f"{rows:,} rows of the query read")
    if not rows:
        raise BadInput("the query found no row; nothing was loaded.")
    return Staged(
        path=target,
        label=LABEL,
        sha256=digest.hexdigest(),
        encoding="database",
        dated=frozenset(dated),
    )


def refuse_twins(names: Sequence[str]) -> None:
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin:
        raise BadInput(f"the query returns two columns named {twin!r}; give one another name (AS).")


def all_dates(values: Sequence[Any]) -> bool:
    """Whether the database itself holds dates or times there."""
    return all(value is None or isinstance(value, date) for value in values)


def as_text(value: Any) -> str | None:
    """A value as CSV would hold it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
