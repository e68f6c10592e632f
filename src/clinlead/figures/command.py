"""`clinlead compute`: compute every figure from what is loaded, and say how it went."""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--quiet", action="store_true", help="say nothing until it is done")


def run(options: argparse.Namespace) -> int:
    """Compute all figures; progress goes to standard error."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.figures.actions import recompute_all
    from clinlead.figures.models import TallyMonth
    from clinlead.measures.actions import register_library
    from clinlead.measures.queries import newest_versions

    if not newest_versions():
        register_library(at=timezone.now())
    generation = recompute_all(at=timezone.now(), progress=None if options.quiet else say)
    renewed = TallyMonth.objects.filter(generation=generation).count()
    print(f"Figures computed (generation {generation.pk}): {renewed} months of figures are new.")
    return 0


def say(done: int, of: int, what: str) -> None:
    end = "\n" if done == of else ""
    print(f"\rComputing {what}: {done} of {of}   ", end=end, file=sys.stderr, flush=True)
