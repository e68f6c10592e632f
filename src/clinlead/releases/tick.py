"""`clinlead tick`: what the calendar says is due today; run it once a day."""

import argparse


def configure(_parser: argparse.ArgumentParser) -> None:
    """It has no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Begin each department's release whose period is over; doing it again changes nothing."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.releases.actions import prepare_due

    begun = prepare_due(at=timezone.now())
    print(f"{len(begun)} release{'' if len(begun) == 1 else 's'} begun.")
    return 0
