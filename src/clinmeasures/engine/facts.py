"""Rows made ready once, a file a month, so that pages and one month's figures are cheap."""

import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.engine.activity import Activity, Facts, Means, Progress
from clinmeasures.engine.connection import Connection
from clinmeasures.engine.fact_rows import LISTED, NO_MONTH, as_facts, facts_wanted
from clinmeasures.engine.filing import about, listed_files, put_in_place
from clinmeasures.engine.joining import copy_joined, is_laid_out
from clinmeasures.engine.opening import buckets_for, opened, opened_plainly
from clinmeasures.engine.sources import Source, StoreSource
from clinmeasures.engine.tallies import number_of
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir


def write_facts(
    activity: Activity,
    record_type: str,
    directory: Path,
    *,
    months: Sequence[str] | None = None,
    memory_limit: str = "2GB",
    threads: int = 2,
    buckets: int | None = None,
    progress: Progress | None = None,
) -> Facts:
    """Write a record type's latest, corrected rows with every derived field and attribution.

    Parameters
    ----------
    directory : Path
        Receives `<record type>/month=<yyyy-mm|none>/*.parquet`; months are those of its
        own `month_of`, and `facts.json`, which lists the files that count. Files are written
        aside; then the list is replaced at once, so that whoever reads meanwhile meets the old
        months or the new. Replaced files stay until the next writing.
    months : sequence of str, optional
        Only these months ("none": rows without one) are computed and replaced (one without rows is
        removed); others stay as they are. Absent: all, and whatever stood there is replaced.

    Returns
    -------
    Facts
        To give to `compute_tallies` and `compute_records` in place of the activity.
    """
    if record_type not in RECORD_TYPES:
        raise BadInput(f"there is no record type '{record_type}'.")
    for month in months or ():
        if month != NO_MONTH:
            number_of(month)
    means = Means(memory_limit=memory_limit, threads=threads, buckets=buckets, progress=progress)
    directory.mkdir(parents=True, exist_ok=True)
    aside = Path(mkdtemp(prefix=f".{record_type}-", dir=directory))
    try:
        last_day = _write(activity, record_type, aside, months, means)
        saying = {"record": record_type, "last_day": last_day and last_day.isoformat()}
        put_in_place(aside, directory / record_type, months, saying)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Facts(directory=directory)


def _write(
    activity: Activity, record: str, aside: Path, months: Sequence[str] | None, means: Means
) -> date | None:
    if months is not None and is_laid_out(activity, record, months):
        with opened_plainly(activity, means) as connection:
            return copy_joined(connection, activity, record, months, aside)
    with opened(activity, means, StoreSource) as source:
        last_day = source.last_day(record)  # of all rows, before some months alone are read
        if months is not None:
            source.tables.narrow(record, months)
        many = 1 if months is not None else buckets_for(source, record, means)
        parts = source.parts(
            *facts_wanted(record),
            many,
            progress=lambda done, of: means.report(done, of, f"facts of {record}"),
        )
        for which, part in enumerate(parts):
            rows = as_facts(part, source, record)
            if months is not None:
                rows = rows.filter(rows["month"].isin(list(months)))
            rows.to_parquet(
                aside,
                partition_by="month",
                filename_pattern=f"part-{which}-{{i}}",
                overwrite_or_ignore=True,
                compression="zstd",
            )
        if months is None and not any(aside.glob("month=*")):
            _write_empty(rows, aside / f"month={NO_MONTH}")
        return last_day


def _write_empty(rows: "ir.Table", place: Path) -> None:
    """A file without a row: whoever reads facts finds their columns in it, and counts nothing."""
    place.mkdir()
    rows.drop("month").limit(0).to_parquet(place / "part-0-0.parquet", compression="zstd")


def spread_listed(rows: "ir.Table") -> "ir.Table":
    """Facts with one row per unit that a record is shared by, with `weight_millionths`."""
    each = rows.mutate(_share=rows[LISTED].unnest())
    return each.mutate(
        unit_shares=each["_share"]["unit"], weight_millionths=each["_share"]["weight"]
    ).drop("_share", LISTED)


SPREAD_BY = (LISTED,)  # the columns that `spread_listed` needs


def facts_files(facts: Facts, record: str, months: Sequence[str] | None = None) -> list[Path]:
    """The files of a record type; only those of some months, if these are given.

    Raises
    ------
    BadInput
        If there are no facts of it at all.
    """
    place = facts.directory / record
    files = facts.files.get(record)
    if files is None:
        files = listed_files(place)
        if not files:
            raise BadInput(f"{place}: holds no facts; write them first.")
    if months is None:
        return [Path(file) for file in files]
    wanted = {f"month={month}" for month in months}
    return [Path(file) for file in files if Path(file).parent.name in wanted]


def facts_last_day(facts: Facts, record: str) -> date | None:
    """The last day that the data covered when the facts were written."""
    day = about(facts.directory / record).get("last_day")
    return date.fromisoformat(day) if day else None


class FactsSource:
    """Rows as `write_facts` left them."""

    spread_by: tuple[str, ...] = SPREAD_BY

    def __init__(self, connection: Connection, facts: Facts) -> None:
        self.connection = connection
        self.facts = facts

    def rows(
        self,
        record: str,
        fields: Iterable[str],  # noqa: ARG002 (all are there)
        rules: Iterable[str],  # noqa: ARG002
        months: Sequence[str] | None = None,
    ) -> "ir.Table":
        """The facts of a record type, of these months only where some are named."""
        rows = self.connection.read(facts_files(self.facts, record))
        return rows if months is None else rows.filter(rows["month"].isin(list(months)))

    def spread(self, rows: "ir.Table") -> "ir.Table":
        """One row for each clinician of a shared record, from the list that facts keep."""
        return spread_listed(rows)

    def last_day(self, record: str) -> date | None:
        """The last day the facts know of."""
        return facts_last_day(self.facts, record)


_: type[Source] = FactsSource
