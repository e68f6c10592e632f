"""A table written as a file: aside first, then renamed, so that no reader meets half of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa


def write_table(table: "pa.Table", path: Path | str) -> None:
    """Write a table as CSV where the name ends in .csv, else as Parquet.

    Raises
    ------
    BadInput
        If the place cannot be written to; a file that stood there before is left as it was.
    """
    file = Path(path)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        _write(table, aside, csv=file.suffix.lower() == ".csv")
        aside.replace(file)
    except OSError as error:
        raise BadInput(f"{file}: cannot be written ({error.strerror or error}).") from error
    finally:
        aside.unlink(missing_ok=True)


def _write(table: "pa.Table", aside: Path, *, csv: bool) -> None:
    with aside.open("wb") as sink:
        if csv:
            from pyarrow import csv as arrow_csv

            arrow_csv.write_csv(table, sink)
        else:
            from pyarrow import parquet

            parquet.write_table(table, sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
