"""`clinmeasures agreement`: how far coders of the same items agree."""

import argparse
import sys

from clinmeasures.agreement import Agreements, agreement
from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a code given; - is CSV on input")
    add = parser.add_argument
    add("--item", required=True, metavar="COL", help="what was coded")
    add("--coder", required=True, metavar="COL")
    add("--code", required=True, metavar="COL", help="blank: not coded")


def run(options: argparse.Namespace) -> int:
    """Print the agreement of the file's coders; 0 where that went well."""
    found = _computed(options)
    for sentence in _remarks(found):
        print(sentence, file=sys.stderr)
    document = found.to_dict()
    if options.json:
        print_json(document)
    else:
        rows = [*document["codes"], {"code": "all", **document["overall"]}]
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0


def _remarks(found: Agreements) -> list[str]:
    remarks = []
    if found.lone_items:
        remarks.append(
            f"{found.lone_items} of {found.items} items were coded by one coder only and say "
            "nothing of agreement."
        )
    if len(found.coders) > 2:
        remarks.append(
            f"Kappa is of two coders; there are {len(found.coders)}, so read alpha instead."
        )
    return remarks


def _computed(options: argparse.Namespace) -> Agreements:
    with table_in(options.file) as table:
        return agreement(table, item=options.item, coder=options.coder, code=options.code)
