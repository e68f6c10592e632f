"""`clinmeasures agreement`: how far coders of the same items agree."""

import argparse
import sys

from clinmeasures.agreement import Agreements, agreement
from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import named, read_table
from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet, one row a code given; - is CSV on input")
    add("--item", required=True, metavar="COL", help="what was coded")
    add("--coder", required=True, metavar="COL")
    add("--code", required=True, metavar="COL", help="blank: not coded")
    add("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
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
    try:
        return agreement(
            read_table(options.file), item=options.item, coder=options.coder, code=options.code
        )
    except BadInput as error:
        raise BadInput(f"{named(options.file)}: {error}") from None
