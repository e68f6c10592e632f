"""`clinmeasures recommend`: which chart over time suits a file, and why."""

import argparse

from clinmeasures.cli.output import print_json
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.spc import recommend_chart
from clinmeasures.spc.recommend import KINDS


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
    add("--value", required=True, metavar="COL", help="values, or numerators")
    add("--date", metavar="COL", help="dates (year-month-day); rows may come in any order")
    add("--denominator", metavar="COL")
    add("--series", metavar="COL", help="one answer for each value of this column")
    add("--kind", choices=KINDS, help="what the values are, where the numbers cannot say")


def run(options: argparse.Namespace) -> int:
    """Print which chart suits each series; 0 where that went well."""
    with table_in(options.file) as table:
        found = recommend_chart(
            table,
            value=options.value,
            date=options.date,
            denominator=options.denominator,
            series=options.series,
            kind=options.kind,
        )
    if options.json:
        print_json(found.to_dict())
        return 0
    for each in found:
        name = "" if each.series is None else f"{each.series}: "
        print(f"{name}{each.chart}: {each.because}.")
    return 0
