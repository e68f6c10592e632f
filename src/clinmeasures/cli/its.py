"""`clinmeasures its`: level and slope of one series before and after a change."""

import argparse

from clinmeasures.association import InterruptedSeries, its
from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a period; - is CSV on standard input")
    add = parser.add_argument
    add("--date", required=True, metavar="COL")
    add("--value", required=True, metavar="COL")
    add("--change", required=True, metavar="DATE", help="from the first point on or after it")
    add("--comparison", metavar="COL", help="a series the change did not touch, on the same dates")
    add("--season", action="store_true", help="take out a yearly season; needs two years")
    add("--signal", metavar="DATE", help="a signal from here on started the change: left out")
    add("--level", type=float, default=0.95)


def run(options: argparse.Namespace) -> int:
    """Print how level and slope differ after the change; 0 where that went well."""
    found = _computed(options)
    if options.json:
        print_json(found.to_dict())
        return 0
    print_table(
        ["change", "estimate", "se", "lower", "upper"],
        [
            ["level", *vars(found.level).values()],
            [f"slope per {found.period}", *vars(found.slope).values()],
        ],
    )
    print("What has to be true:")
    for sentence in found.assumptions:
        print(f"- {sentence}")
    return 0


def _computed(options: argparse.Namespace) -> InterruptedSeries:
    with table_in(options.file) as table:
        return its(
            table,
            date=options.date,
            value=options.value,
            change=options.change,
            comparison=options.comparison,
            season=options.season,
            signal=options.signal,
            level=options.level,
        )
