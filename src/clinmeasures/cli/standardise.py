"""`clinmeasures standardise`: observed over expected, or directly standardised rates."""

import argparse

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import named, read_table
from clinmeasures.errors import BadInput
from clinmeasures.standardisation import standardise


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet; - is CSV on standard input")
    add("--unit", required=True, metavar="COL", help="rows of one unit belong together")
    add("--observed", required=True, metavar="COL", help="events")
    add("--expected", metavar="COL", help="expected events: standardised indirectly")
    add(
        "--population", metavar="COL", help="of the stratum: standardised directly, with --standard"
    )
    add("--standard", metavar="COL", help="the standard population (weight) of the stratum")
    add(
        "--method", choices=("byar", "exact"), default="byar", help="byar is exact below ten events"
    )
    add("--level", type=float, default=0.95)
    add("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    try:
        found = standardise(
            read_table(options.file),
            unit=options.unit,
            observed=options.observed,
            expected=options.expected,
            population=options.population,
            standard=options.standard,
            method=options.method,
            level=options.level,
        ).to_dict()
    except BadInput as error:
        raise BadInput(f"{named(options.file)}: {error}") from None
    if options.json:
        print_json(found)
    else:
        rows = found["units"]
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0
