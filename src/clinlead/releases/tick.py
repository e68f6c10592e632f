"""What the calendar says is due today: background work does it once a day."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from clinlead.background.working import Progress


def keep_calendar(_day: str, at: datetime, _progress: Progress) -> str:
    """Do what is due on the day it is; doing it again changes nothing."""
    return f"{', '.join(due(at))}."


def due(at: datetime) -> list[str]:
    """Begin each release whose period is over, open the time to check it, remind its owners.

    Then what rooms above do on the day.
    """
    from clinlead.releases.actions import open_due_windows, prepare_due
    from clinlead.validation.actions import remind_owners

    begun, opened = prepare_due(at=at), open_due_windows(at=at)
    reminded = remind_owners(at=at)
    return [
        f"{counted(len(begun), 'release')} begun",
        f"{counted(len(opened), 'window')} to check records opened",
        f"{counted(len(reminded), 'owner')} reminded",
        *(import_string(each)(at) for each in settings.ON_CALENDAR),
    ]


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
