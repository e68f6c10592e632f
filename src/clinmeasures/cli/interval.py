"""`clinmeasures interval`: how far chance could have moved a proportion, a rate or a mean."""

import argparse

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import named, read_table
from clinmeasures.errors import BadInput
from clinmeasures.intervals import interval


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet; - is CSV on standard input")
    add("--kind", choices=("proportion", "rate", "mean"), required=True)
    add("--numerator", metavar="COL", help="events")
    add("--denominator", metavar="COL", help="cases, time at risk, or the expected count")
    add("--value", metavar="COL", help="values of a mean")
    add("--unit", metavar="COL", help="one mean for each; names the rows of the other kinds")
    add(
        "--method",
        choices=("wilson", "exact", "jeffreys", "byar"),
        help="proportion: wilson (default), exact, jeffreys; rate: byar (default; exact below ten "
        "events), exact",
    )
    add("--level", type=float, default=0.95)
    add("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    try:
        found = interval(
            read_table(options.file),
            kind=options.kind,
            numerator=options.numerator,
            denominator=options.denominator,
            value=options.value,
            unit=options.unit,
            method=options.method,
            level=options.level,
        ).to_dict()
    except BadInput as error:
        raise BadInput(f"{named(options.file)}: {error}") from None
    if options.json:
        print_json(found)
    else:
        rows = found["rows"]
        print_table(list(rows[0]) if rows else ["value"], [list(row.values()) for row in rows])
    return 0
