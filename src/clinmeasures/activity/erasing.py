"""Rows older than a data set is kept for: which files hold them, how many they are, their end.

A month is the smallest part that is erased. Rows without a month (a stay that never ended) go with
the last month that their load covers.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from clinmeasures.activity import sql
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.activity.store import NO_MONTH, RECORD

MONTH = "month="


def is_erased(month: str, first: str, covers_to: str | None) -> bool:
    """Whether a month of a load is older than the first month that is kept.

    Parameters
    ----------
    month : str
        As the store files it: `2026-03`, or `none`.
    first : str
        The first month that is kept; empty where all are.
    covers_to : str, optional
        The last day that the load covers, as ISO text.
    """
    if month == NO_MONTH:
        return covers_to is not None and covers_to[:7] < first
    return month < first


def erased_parts(store: Path, dataset: str, first: str) -> Iterator[Path]:
    """The folders of a data set's months before `first`, in every load, oldest load first."""
    for load in sorted((store / dataset).glob("load=*")):
        parts = sorted(load.glob(f"{MONTH}*"))
        covers_to = last_day_of(load) if parts else None
        yield from (each for each in parts if is_erased(month_of(each), first, covers_to))


def month_of(part: Path) -> str:
    """The month that a folder of the store holds."""
    return part.name.removeprefix(MONTH)


def last_day_of(load: Path) -> str | None:
    """The last day that a load covers, as its `_load.json` says."""
    record = load / RECORD
    if not record.is_file():
        return None
    said: str | None = json.loads(record.read_text(encoding="utf-8")).get("coverage_to")
    return said


def rows_in(part: Path) -> int:
    """How many rows a folder's files hold; their footers say so."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(file).num_rows for file in part.glob("*.parquet"))


def erase_before(store: Path | str, dataset: str, first: str) -> list[Path]:
    """Remove every month of a data set before `first`; what was removed.

    Call it where no load is being written and once nothing reads those months any more
    (`Activity.first_months`). A run that was killed is finished by the next.

    Parameters
    ----------
    store : Path or str
        The directory of all activity.
    dataset : str
        A record type.
    first : str
        The first month that is kept, as `2019-01`.
    """
    gone = list(erased_parts(Path(store), dataset, first))
    for part in gone:
        shutil.rmtree(part)
    return gone


def keys_left(store: Path, dataset: str, keys: Iterable[str]) -> frozenset[str]:
    """Which of these records still have a row in any load of a data set."""
    import pyarrow.dataset as ds

    asked, files = sorted(set(keys)), sorted((store / dataset).glob("load=*/month=*/*.parquet"))
    if not asked or not files:
        return frozenset()
    rows = ds.dataset(files, format="parquet")
    found = rows.to_table(columns=["_key"], filter=ds.field("_key").isin(asked))
    return frozenset(found["_key"].to_pylist())


def patients_without_rows(
    store: Path,
    batches: Iterable[list[str]],
    *,
    work: Path,
    memory_limit: str,
    threads: int,
) -> Iterator[list[str]]:
    """Of each batch of patients' keys, those of whom the store holds no row in any data set."""
    import pyarrow as pa

    files = list(files_of_patients(store))
    with closing(sql.connect(work, memory_limit=memory_limit, threads=threads)) as connection:
        connection.execute("CREATE TEMP TABLE held (patient_key VARCHAR)")
        for some in files:
            connection.execute(
                "INSERT INTO held SELECT DISTINCT patient_key FROM read_parquet($files, "
                "union_by_name = true)",
                {"files": [str(file) for file in some]},
            )
        for batch in batches:
            connection.register("asked", pa.table({"patient_key": pa.array(batch, pa.string())}))
            found = connection.execute(
                "SELECT patient_key FROM asked ANTI JOIN held USING (patient_key)"
            )
            yield [key for (key,) in found.fetchall()]


def files_of_patients(store: Path) -> Iterator[list[Path]]:
    """The files of each data set whose rows name a patient."""
    for name, record in RECORD_TYPES.items():
        files = sorted((store / name).glob("load=*/month=*/*.parquet"))
        if files and any(column.patient for column in record.columns):
            yield files


def rows_by_month(parts: Iterable[Path]) -> Mapping[str, int]:
    """How many rows these folders hold, by month."""
    found: dict[str, int] = {}
    for part in parts:
        month = month_of(part)
        found[month] = found.get(month, 0) + rows_in(part)
    return found
