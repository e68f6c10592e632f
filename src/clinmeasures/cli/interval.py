"""`clinmeasures interval`: how far chance could have moved a proportion, a rate or a mean."""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.frames import as_labels, as_numbers
from clinmeasures.intervals import interval


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
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


def run(options: argparse.Namespace) -> int:
    """Print an interval for each row or unit; 0 where that went well."""
    with table_in(options.file) as table:
        found = interval(
            table,
            kind=options.kind,
            numerator=options.numerator,
            denominator=options.denominator,
            value=options.value,
            unit=options.unit,
            method=options.method,
            level=options.level,
        ).to_dict()
    caution = _caution(table, options)
    if caution is not None:
        print(caution, file=sys.stderr)
    if options.json:
        print_json(found)
    else:
        rows = found["rows"]
        print_table(list(rows[0]) if rows else ["value"], [list(row.values()) for row in rows])
    return 0


def _caution(table: Mapping[str, Any], options: argparse.Namespace) -> str | None:
    """What to keep in mind of a method at such small numbers."""
    from clinmeasures.wording import caution_for_means, caution_for_proportions

    if options.kind == "mean":
        there = np.isfinite(as_numbers(table[options.value], column=options.value))
        units = ["all"] * len(there)
        if options.unit is not None:
            units = as_labels(table[options.unit], column=options.unit)
        counts = Counter(unit for unit, known in zip(units, there, strict=True) if known)
        return caution_for_means(min(counts.values())) if counts else None
    if options.kind == "rate":
        return None
    top, bottom = (
        as_numbers(table[column], column=column)
        for column in (options.numerator, options.denominator)
    )
    return caution_for_proportions(top, bottom, options.method or "wilson")
