"""Times of invented loads in UTC, as intake keeps them beside the local ones.

A store without them has to be told every change of the clocks in each question that it is asked,
which takes longer than the answer.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from clinmeasures.activity.record_types import RECORD_TYPES, Kind

HERE = ZoneInfo("Europe/London")


def with_utc(table: pa.Table, dataset: str) -> pa.Table:
    """The rows with every time of the record type in UTC, null where it is not known."""
    for column in RECORD_TYPES[dataset].columns:
        if column.kind is Kind.INSTANT:
            given = column.name in table.column_names
            local = table[column.name].to_pylist() if given else [None] * table.num_rows
            kept = pa.array([as_utc(each) for each in local], pa.timestamp("us"))
            table = table.append_column(f"{column.name}_utc", kept)
    return table


def as_utc(local: datetime | None) -> datetime | None:
    """In the hour that comes twice, the second of the two."""
    if local is None:
        return None
    return local.replace(tzinfo=HERE, fold=1).astimezone(UTC).replace(tzinfo=None)
