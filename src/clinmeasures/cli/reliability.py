"""`clinmeasures reliability`: how much of the difference between units is the units."""

import argparse
import sys

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.reliability import Reliability, reliability


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
    add("--unit", required=True, metavar="COL", help="rows of one unit are added up")
    add("--numerator", metavar="COL", help="events; for a ratio observed events")
    add("--denominator", metavar="COL", help="cases; for a ratio expected events")
    add("--value", metavar="COL", help="values of a mean, one a row")
    add("--kind", choices=("proportion", "ratio", "mean"), default="proportion")
    add("--threshold", type=float, default=0.7, help="what the cases needed are for")
    add("--level", type=float, default=0.95)
    add("--min-units", type=int, default=10, metavar="N", help="fewest units to estimate from")


def run(options: argparse.Namespace) -> int:
    """Print each unit's reliability; 0 where that went well."""
    found = _computed(options)
    if found.between is None:
        print(
            f"Reliability cannot be estimated: it needs at least {options.min_units} units with "
            "cases (--min-units lowers the bound), some but not only events, and more than one "
            "case in a unit.",
            file=sys.stderr,
        )
    if options.json:
        print_json(found.to_dict())
    else:
        rows = found.to_dict()["units"]
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0


def _computed(options: argparse.Namespace) -> Reliability:
    with table_in(options.file) as table:
        return reliability(
            table,
            unit=options.unit,
            numerator=options.numerator,
            denominator=options.denominator,
            value=options.value,
            kind=options.kind,
            threshold=options.threshold,
            level=options.level,
            min_units=options.min_units,
        )
