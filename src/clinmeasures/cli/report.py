"""`clinmeasures report`: any extract to one self-contained, printable page."""

import argparse
import os
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet; - is CSV on standard input")
    add("--definition", required=True, metavar="FILE", help="the measure, in TOML")
    add("--out", required=True, type=Path, metavar="REPORT.html")
    add(
        "--mapping",
        action="append",
        default=[],
        metavar="FILE",
        help="how the file's columns become ours; once for each data set the measure reads. "
        "Without one, the definition may name the file's own columns",
    )
    add("--unit", metavar="COL", help="the column whose values are compared")
    add("--date", metavar="COL", help="dates, or day numbers (with no mapping)")
    add("--origin", type=day, metavar="DATE", help="the date of day number 1")
    add("--title", metavar="WORDS")
    add("--value-unit", metavar="WORDS", help='what values are counted in, as "days"')
    add("--case-word", metavar="WORD", help="what one row is called, as patient")
    add("--unit-word", metavar="WORD", help="what a unit is called, as hospital")
    add("--today", type=day, metavar="DATE", help="refuse events later than this")


def day(text: str) -> date:
    """An ISO 8601 date, for argparse."""
    return date.fromisoformat(text)


def run(options: argparse.Namespace) -> int:
    """Write the page of one extract; 0 where that went well."""
    from clinmeasures.reports import Options, report

    page = report(
        options.file,
        options.definition,
        options=Options(
            unit=options.unit,
            date_column=options.date,
            origin=options.origin,
            title=options.title,
            value_unit=options.value_unit,
            case_word=options.case_word,
            unit_word=options.unit_word,
            mappings=tuple(options.mapping),
        ),
        today=options.today or datetime.now(tz=UTC).date(),
    )
    write_whole(options.out, page)
    print(f"Report written to {options.out}", file=sys.stderr)
    return 0


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing: written beside its place, then renamed."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".writing-", delete=False
        ) as aside:
            aside.write(text)
        Path(aside.name).chmod(0o644)
        os.replace(aside.name, path)  # noqa: PTH105 - atomic where rename is
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror}); check the folder.") from None
