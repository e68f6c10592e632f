"""`clinmeasures score`: each record's risk by a frozen model, and units' observed over expected."""

import argparse
import sys
from typing import Any

from clinmeasures.casemix import Scored, observed_expected, read_model
from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a record; - is CSV on standard input")
    add = parser.add_argument
    add("--model", required=True, metavar="MODEL.json", help="as clinmeasures freeze writes it")
    add("--unit", metavar="COL", help="with --outcome: observed over expected of each")
    add("--outcome", metavar="COL", help="0 or 1, or the count that the model expects")
    add("--pool", metavar="NAME", help="a larger pool of units, where these are fewer than ten")
    add("--pool-tau2", type=float, metavar="N", help="its variance between units, of ln O/E")
    add("--method", choices=("byar", "exact"), default="byar")
    add("--level", type=float, default=0.95)


def run(options: argparse.Namespace) -> int:
    """Print risks, or units beside what their records lead to expect; 0 where that went well."""
    if (options.unit is None) != (options.outcome is None):
        raise BadInput("give --unit and --outcome, both or neither.")
    model = read_model(options.model)
    with table_in(options.file) as table:
        scored = model.score(table)
        units = None if options.unit is None else _units(scored, table, options)
    for note in scored.notes():
        print(note, file=sys.stderr)
    if units is not None and units["tau2"] is None:
        print(f"The variance between units {units['tau2_from']} (--pool).", file=sys.stderr)
    if options.json:
        print_json(scored.to_dict() | (units or {}))
    elif units is not None:
        print_table(list(units["units"][0]), [list(row.values()) for row in units["units"]])
    else:
        print_table(["risk"], [[risk] for risk in scored.to_dict()["risks"]])
    return 0


def _units(scored: Scored, table: Any, options: argparse.Namespace) -> dict[str, Any]:
    return observed_expected(
        scored,
        table,
        unit=options.unit,
        outcome=options.outcome,
        pool=options.pool,
        pool_tau2=options.pool_tau2,
        method=options.method,
        level=options.level,
    ).to_dict()
