"""The rows set aside, as a file that can be mended and loaded again.

It holds the columns that the mapping uses and nothing else, and a patient's key in place of the
hospital number: numbers are never exported. A mended file is loaded like any other; the columns
that start with `quarantine_` are ignored, but that a row without a key of its own keeps its number.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from clinlead.intake.models import Load
from clinmeasures.activity import PreparedLoad
from clinmeasures.activity.columns import PATIENT_TOKEN
from clinmeasures.activity.patients import patient_key

EXTRA = ("quarantine_file", "quarantine_row", "quarantine_reason")


def path_of(load: Load) -> Path:
    return Path(settings.CONFIGURATION.data_dir) / "quarantine" / f"load={load.folder}.csv"


def write_quarantine(prepared: PreparedLoad, out: IO[str], secret: bytes) -> int:
    """Every quarantined row with its reasons; returns how many."""
    header = columns_used(prepared)
    patients = patient_columns(prepared)
    writer = csv.DictWriter(out, [*header, *EXTRA], extrasaction="ignore")
    writer.writeheader()
    rows = 0
    for row in prepared.quarantined():
        writer.writerow(as_line(row, patients, secret))
        rows += 1
    return rows


def as_line(row: dict[str, Any], patients: set[str], secret: bytes) -> dict[str, Any]:
    cells = {
        name: as_token(value, secret) if name in patients else value
        for name, value in row["cells"].items()
    }
    because = "; ".join(each["because"] for each in row["reasons"])
    return cells | dict(zip(EXTRA, (row["file"], row["row"], because), strict=True))


def as_token(number: str | None, secret: bytes) -> str:
    return PATIENT_TOKEN + patient_key(number, secret) if number and number.strip() else ""


def columns_used(prepared: PreparedLoad) -> list[str]:
    """The source columns that the mapping reads, in the order of the first file."""
    return list(dict.fromkeys(name for file in prepared.report.files for name in used(file)))


def used(file: Any) -> Iterator[str]:
    unused = set(file.unused)
    yield from (name for name in file.header if name not in unused and name not in EXTRA)


def patient_columns(prepared: PreparedLoad) -> set[str]:
    return {
        file.used[column.name]
        for file in prepared.report.files
        for column in prepared.record_type.columns
        if column.patient and column.name in file.used
    }
