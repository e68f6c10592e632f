"""`clinmeasures standardise`: observed over expected, or directly standardised rates."""

import argparse
import sys

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.standardisation import DirectRates, standardise


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
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


def run(options: argparse.Namespace) -> int:
    """Print each unit's ratio or rate; 0 where that went well."""
    with table_in(options.file) as table:
        found = standardise(
            table,
            unit=options.unit,
            observed=options.observed,
            expected=options.expected,
            population=options.population,
            standard=options.standard,
            method=options.method,
            level=options.level,
        )
    if isinstance(found, DirectRates) and found.caution is not None:
        print(found.caution, file=sys.stderr)
    if options.json:
        print_json(found.to_dict())
    else:
        rows = found.to_dict()["units"]
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0
