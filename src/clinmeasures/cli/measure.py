"""`clinmeasures measure`: definitions and activity to tallies."""

import argparse
import sys
from pathlib import Path

from clinmeasures.cli.activity import (
    activity_of,
    add_activity,
    progress_bar,
    refuse_empty,
    say_what_is_lacking,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add = parser.add_argument
    add("--definitions", required=True, type=Path, metavar="DIR", help="TOML files, or one of them")
    add_activity(parser)
    add(
        "--rule",
        action="append",
        metavar="RULE",
        help="attribution: discharging, admitting, longest_stay, operating or shares; may be given "
        "again; each definition's first where it is not given",
    )
    add("--by", default="unit,month", metavar="unit,month", help="either, both or none of them")
    add("--month", action="append", metavar="MONTH", help="this month alone; may be given again")
    add("--complete-to", metavar="DATE", help="up to when the data is complete")


def run(options: argparse.Namespace) -> int:
    """Write the tallies of the definitions; 0 where that went well."""
    from clinmeasures.definitions import load_definition, load_definitions
    from clinmeasures.engine import compute_tallies
    from clinmeasures.engine.writing import write_table

    given: Path = options.definitions
    single = given.is_file()
    definitions = [load_definition(given)] if single else list(load_definitions(given).values())
    activity = activity_of(options)
    records = {each.record for each in definitions}
    refuse_empty(activity, sorted(records))
    say_what_is_lacking(activity, definitions)
    with progress_bar() as progress:
        tallies = compute_tallies(
            definitions,
            activity,
            rules=options.rule,
            months=options.month,
            by=[name for name in options.by.split(",") if name not in ("", "none")],
            engine=options.engine,
            memory_limit=options.memory_limit,
            threads=options.threads,
            complete_to=dict.fromkeys(records, options.complete_to)
            if options.complete_to
            else None,
            progress=progress,
        )
    write_table(tallies, options.out)
    print(f"{tallies.num_rows} tallies written to {options.out}", file=sys.stderr)
    return 0
