"""`clinmeasures funnel`: units beside each other within the limits of their own volumes."""

import argparse
import sys

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import named, read_table
from clinmeasures.errors import BadInput
from clinmeasures.funnels import Funnel, funnel


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="CSV or Parquet; - is CSV on standard input")
    add("--unit", required=True, metavar="COL", help="rows of one unit are added up")
    add("--numerator", required=True, metavar="COL")
    add("--denominator", required=True, metavar="COL", help="for SR the expected count")
    add("--type", required=True, choices=("SR", "PR", "RC"), help="ratio, proportion, counts")
    add("--overdispersion", choices=("none", "additive", "multiplicative"), default="none")
    add("--trim", choices=("winsorise", "truncate", "none"), default="winsorise")
    add("--trim-at", type=float, default=0.1, metavar="SHARE")
    add("--transform", choices=("sqrt", "log"), default="sqrt", help="scale for SR")
    add("--target", type=float, metavar="N", help="1 for SR, else the overall rate")
    add("--limits", type=percentages, default=(95.0, 99.8), metavar="95,99.8")
    add("--min-units", type=int, default=10, metavar="N", help="fewest for over-dispersion")
    add("--json", action="store_true", help="print one JSON document")


def percentages(text: str) -> tuple[float, ...]:
    """ "95,99.8" as numbers."""
    return tuple(float(part) for part in text.split(","))


def run(options: argparse.Namespace) -> int:
    found = _computed(options)
    if options.overdispersion != "none" and found.phi is None:
        print(
            f"Over-dispersion cannot be estimated from fewer than {options.min_units} units; the "
            "limits are those of chance alone (--min-units lowers the bound).",
            file=sys.stderr,
        )
    if options.json:
        print_json(found.to_dict())
    else:
        rows = found.to_dict()["units"]
        print(f"Target {found.target:.6g}")
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0


def _computed(options: argparse.Namespace) -> Funnel:
    try:
        return funnel(
            read_table(options.file),
            kind=options.type,
            unit=options.unit,
            numerator=options.numerator,
            denominator=options.denominator,
            overdispersion=options.overdispersion,
            trim=options.trim,
            trim_at=options.trim_at,
            transform=options.transform,
            target=options.target,
            limits=options.limits,
            min_units=options.min_units,
        )
    except BadInput as error:
        raise BadInput(f"{named(options.file)}: {error}") from None
