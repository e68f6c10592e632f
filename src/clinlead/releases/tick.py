"""`clinlead tick`: what the calendar says is due today; run it once a day."""

import argparse
from datetime import datetime


def configure(_parser: argparse.ArgumentParser) -> None:
    """It has no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Do what is due today; doing it again changes nothing."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    print(f"{', '.join(due(timezone.now()))}.")
    return 0


def due(at: datetime) -> list[str]:
    """Begin each release whose period is over, open the time to check it, remind its owners."""
    from clinlead.releases.actions import open_due_windows, prepare_due
    from clinlead.validation.actions import remind_owners

    begun, opened = prepare_due(at=at), open_due_windows(at=at)
    reminded = remind_owners(at=at)
    return [
        f"{counted(len(begun), 'release')} begun",
        f"{counted(len(opened), 'window')} to check records opened",
        f"{counted(len(reminded), 'owner')} reminded",
    ]


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
