"""`clinmeasures recommend`: which chart over time suits a file, and why."""

import argparse

from clinmeasures.cli.output import print_json
from clinmeasures.cli.tables import named, read_table
from clinmeasures.errors import BadInput
from clinmeasures.spc import recommend_chart
from clinmeasures.spc.recommend import KINDS


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet; - is CSV on standard input")
    add("--value", required=True, metavar="COL", help="values, or numerators")
    add("--date", metavar="COL", help="dates (year-month-day); rows may come in any order")
    add("--denominator", metavar="COL")
    add("--series", metavar="COL", help="one answer for each value of this column")
    add("--kind", choices=KINDS, help="what the values are, where the numbers cannot say")
    add("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    try:
        found = recommend_chart(
            read_table(options.file),
            value=options.value,
            date=options.date,
            denominator=options.denominator,
            series=options.series,
            kind=options.kind,
        )
    except BadInput as error:
        raise BadInput(f"{named(options.file)}: {error}") from None
    if options.json:
        print_json(found.to_dict())
        return 0
    for each in found:
        name = "" if each.series is None else f"{each.series}: "
        print(f"{name}{each.chart}: {each.because}.")
    return 0
