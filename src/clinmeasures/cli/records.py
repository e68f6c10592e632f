"""`clinmeasures records`: the records behind one figure."""

import argparse
import sys
from pathlib import Path

from clinmeasures.cli.activity import activity_of, add_activity, refuse_empty


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add = parser.add_argument
    add("--definition", required=True, type=Path, metavar="FILE", help="a definition (TOML)")
    add_activity(parser)
    add("--unit", metavar="CODE", help="whose; everyone's where it is not given")
    add("--month", action="append", metavar="MONTH", help="as 2026-03; may be given again")
    add("--rule", metavar="RULE", help="attribution; the definition's first where it is not given")


def run(options: argparse.Namespace) -> int:
    """Write the records behind one figure; 0 where that went well."""
    from clinmeasures.definitions import load_definition
    from clinmeasures.engine import compute_records
    from clinmeasures.engine.writing import write_table

    definition, activity = load_definition(options.definition), activity_of(options)
    refuse_empty(activity, [definition.record])
    records = compute_records(
        definition,
        activity,
        rule=options.rule,
        unit=options.unit,
        months=options.month,
        engine=options.engine,
        memory_limit=options.memory_limit,
        threads=options.threads,
    )
    write_table(records, options.out)
    print(f"{records.num_rows} records written to {options.out}", file=sys.stderr)
    return 0
