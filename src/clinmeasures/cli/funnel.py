"""`clinmeasures funnel`: units beside each other within the limits of their own volumes."""

import argparse
import sys
from collections.abc import Iterator

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.funnels import Funnel, funnel

LARGE_PHI = 1.5  # above it limits of chance alone mark several times too many


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
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
    add(
        "--method",
        choices=("arcsine", "exact", "interpolated", "normal"),
        help="limits of chance alone for PR: arcsine (default), exact (for small volumes), "
        "interpolated, normal; SR and RC are exact",
    )
    add("--min-units", type=int, default=10, metavar="N", help="fewest for over-dispersion")
    add("--pool-tau2", type=float, metavar="N", help="of a larger pool, for additive limits")


def percentages(text: str) -> tuple[float, ...]:
    """ "95,99.8" as numbers."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of percentages such as 95,99.8"
        ) from None


def remarks(found: Funnel, options: argparse.Namespace) -> Iterator[str]:
    """What to keep in mind about these limits, for standard error."""
    if options.overdispersion != "none" and found.phi is None:
        yield (
            f"Over-dispersion cannot be estimated from fewer than {options.min_units} units; the "
            "limits are those of chance alone (--min-units lowers the bound)."
        )
    if options.overdispersion == "none" and found.tau2 and (found.phi or 0) > LARGE_PHI:
        yield (
            f"The units differ by more than chance (phi {found.phi:.2f}, 1 by chance alone): these "
            "limits mark too many; --overdispersion additive allows for it."
        )
    yield from found.cautions


def run(options: argparse.Namespace) -> int:
    """Print the file's units beside their limits; 0 where that went well."""
    found = _computed(options)
    for remark in remarks(found, options):
        print(remark, file=sys.stderr)
    if options.json:
        print_json(found.to_dict())
    else:
        rows = found.to_dict()["units"]
        print(f"Target {found.target:.6g}")
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0


def _computed(options: argparse.Namespace) -> Funnel:
    with table_in(options.file) as table:
        return funnel(
            table,
            type=options.type,
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
            method=options.method,
            pool_tau2=options.pool_tau2,
        )
