"""What `measure` and `records` share: where the activity is, and how far the work has come."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.cli.tables import read_table
from clinmeasures.definitions import Definition
from clinmeasures.definitions.behind import lacking
from clinmeasures.engine.activity import Activity, Progress
from clinmeasures.engine.store import check_store, loads_of
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa


def add_activity(parser: argparse.ArgumentParser) -> None:
    """The options of commands that read an activity store."""
    add = parser.add_argument
    add("--activity", required=True, type=Path, metavar="DIR", help="the activity store")
    add("--corrections", type=Path, metavar="FILE", help="dataset, key, field, old, new")
    add("--codes", type=Path, metavar="FILE", help="code, valid_from, valid_to, unit")
    add("--timezone", default="Europe/London", help="of local times without a UTC instant")
    add("--engine", choices=("duckdb", "spark"), default="duckdb")
    add("--memory-limit", default="2GB", metavar="SIZE")
    add("--threads", type=int, default=2, metavar="N")
    add(
        "--out",
        required=True,
        type=Path,
        metavar="FILE",
        help="CSV if it ends in .csv, else Parquet",
    )


def activity_of(options: argparse.Namespace) -> Activity:
    """The store that the options name, with corrections, codes and time zone."""
    return Activity(
        directory=options.activity,
        corrections=_listed(options.corrections, ("dataset", "key", "field", "old", "new")),
        codes=_dated_codes(options.codes),
        timezone=options.timezone,
    )


def _dated_codes(file: Path | None) -> "pa.Table | None":
    found = _listed(file, ("code", "valid_from", "valid_to", "unit"))
    for each in found.to_pylist() if found else ():
        first, last = each["valid_from"], each["valid_to"]
        if first and last and last < first:
            raise BadInput(
                f"{file}: the code '{each['code']}' ends on {last}, before it begins on {first}; "
                "correct one of the days."
            )
    return found


def refuse_empty(activity: Activity, records: Iterable[str]) -> None:
    """Refuse a store that holds nothing of a record type that a definition speaks of."""
    check_store(activity.directory)
    for record in records:
        if not loads_of(activity, record):
            raise BadInput(f"{activity.directory}: holds no '{record}'; check the folder.")


def say_what_is_lacking(activity: Activity, definitions: Iterable[Definition]) -> None:
    """Name the measures that rest on data sets of which the store holds nothing.

    A stay without a summary looks like one whose summaries are not in the store.
    """
    held = {name for name in RECORD_TYPES if loads_of(activity, name)}
    for each in definitions:
        for others in lacking(each, held):
            print(
                f"{each.code} rests on {' or '.join(others)}, of which {activity.directory} holds "
                "nothing: its tallies say only that.",
                file=sys.stderr,
            )


def _listed(file: Path | None, columns: tuple[str, ...]) -> "pa.Table | None":
    """A small table of the given columns, all text but the days that a code is valid."""
    if file is None:
        return None
    import pyarrow as pa

    found = read_table(str(file))
    lacking = [name for name in columns if name not in found]
    if lacking:
        raise BadInput(f"{file}: has no column '{lacking[0]}'; add it.")
    return pa.table({name: _cells(file, name, found[name]) for name in columns})


def _cells(file: Path, name: str, values: Sequence[Any]) -> "pa.Array":
    import pyarrow as pa

    texts = [None if value is None or str(value) == "" else str(value) for value in values]
    if not name.startswith("valid_"):
        return pa.array(texts, pa.string())
    try:
        days = [None if text is None else date.fromisoformat(text[:10]) for text in texts]
    except ValueError as error:
        raise BadInput(
            f"{file}: column '{name}' holds something that is no date ({error})."
        ) from error
    return pa.array(days, pa.date32())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    with tqdm(disable=None, unit="part", leave=False) as bar:

        def show(done: int, of: int, what: str) -> None:
            """Move the bar to how many of how many are done."""
            bar.total = of
            bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        yield show
