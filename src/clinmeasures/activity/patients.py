"""Hospital numbers as keyed hashes, so that the store never holds one."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.activity import sql
from clinmeasures.activity.columns import KEY_BYTES, PATIENT_TOKEN

if TYPE_CHECKING:
    import duckdb

BATCH = 100_000


def patient_key(patient_id: str, secret: bytes) -> str:
    """The keyed hash by which a patient is known in the store.

    Parameters
    ----------
    patient_id : str
        The hospital number. White space and letter case do not matter.
    secret : bytes
        The key; without it the hash cannot be traced back by trying numbers. At least 16 bytes.

    Returns
    -------
    str
        32 hexadecimal digits: keyed BLAKE2b of 128 bits.
    """
    if patient_id.startswith(PATIENT_TOKEN):
        return patient_id.removeprefix(PATIENT_TOKEN)
    return _hashed(re.sub(r"\s+", "", patient_id).upper(), as_key(secret))


def as_key(secret: bytes) -> bytes:
    """BLAKE2 takes keys of up to 64 bytes; a longer secret is hashed into one."""
    return secret if len(secret) <= 64 else hashlib.blake2b(secret).digest()


def _hashed(number: str, key: bytes) -> str:
    return hashlib.blake2b(number.encode(), key=key, digest_size=KEY_BYTES).hexdigest()


def _keys_of(ids: list[str], secret: bytes) -> list[str]:
    """As `patient_key`, for numbers that the checks have already freed of white space and case."""
    key, token = as_key(secret), PATIENT_TOKEN
    return [
        each.removeprefix(token) if each.startswith(token) else _hashed(each, key) for each in ids
    ]


def distinct_patients(rows: str) -> str:
    """Each patient of these rows once, as SQL."""
    return f"SELECT DISTINCT patient_id FROM ({rows}) WHERE patient_id IS NOT NULL"


def numbers(found: "duckdb.DuckDBPyConnection", secret: bytes) -> Iterator[list[tuple[str, str]]]:
    """Batches of (key, hospital number), without patients whose number is not known here."""
    for batch in found.to_arrow_reader(BATCH):
        ids = batch.column(0).to_pylist()
        known = [each for each in ids if not each.startswith(PATIENT_TOKEN)]
        yield list(zip(_keys_of(known, secret), known, strict=True))


def write_keys(
    connection: "duckdb.DuckDBPyConnection", rows: str, secret: bytes | None, target: Path
) -> None:
    """Each distinct hospital number with its key, as Parquet: hashed once, a batch at a time.

    With no secret the number is its own key: only for a report that nobody stores.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("patient_id", pa.string()), ("patient_key", pa.string())])
    reader = connection.execute(distinct_patients(rows)).to_arrow_reader(BATCH)
    with pq.ParquetWriter(target, schema) as out:
        for batch in reader:
            ids = batch.column(0).to_pylist()
            keys = ids if secret is None else _keys_of(ids, secret)
            out.write_table(pa.table({"patient_id": ids, "patient_key": keys}, schema=schema))


def with_keys(rows: str, keys: Path, columns: list[str], key: tuple[str, ...]) -> str:
    """A query of the rows with `patient_key` where `patient_id` was, in the row's own key too."""
    parts = ", ".join(
        "keys.patient_key" if part == "patient_id" else f"CAST(rows.{sql.name(part)} AS VARCHAR)"
        for part in key
    )
    replaced = {"patient_id": "keys.patient_key", "_key": f"concat_ws('|', {parts}) AS _key"}
    chosen = ", ".join(replaced.get(column, f"rows.{sql.name(column)}") for column in columns)
    return (
        f"SELECT {chosen} FROM ({rows}) AS rows "
        f"LEFT JOIN read_parquet({sql.file(keys)}) AS keys ON rows.patient_id = keys.patient_id"
    )
