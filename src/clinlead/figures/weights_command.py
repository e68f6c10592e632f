"""`clinlead weights FILE`: what a piece of work weighs, and every figure computed by it."""

import argparse
from pathlib import Path

from clinlead.figures import command


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, help="a table of weights (CSV or Parquet)")
    command.configure(parser)


def run(options: argparse.Namespace) -> int:
    """Bring the weights, all of them or none; compute again where they changed anything."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.intake.weighing import bring_weights

    brought = bring_weights(file=options.file, at=timezone.now())
    if not brought.changed:
        print(f"Weights: these {brought.rows} of {brought.source} are in use already.")
        return 0
    print(f"Weights: {brought.rows} of {brought.source} are in use from now on.")
    return command.run(options)
