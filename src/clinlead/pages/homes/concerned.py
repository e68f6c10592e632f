"""Concerns in which it is somebody's turn: without a name, for others may see the screen."""

from collections.abc import Iterable

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader
from clinlead.concerns.waiting import turns
from clinlead.notices.models import Notice
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day


def concern_tasks(reader: Reader, told: Iterable[Notice], offices: Offices) -> list[Task]:
    """Asked only of those who were told of one, so that nobody else's page pays for it."""
    if not any(one.href.startswith("/concerns/") for one in told):
        return []
    return [
        Task(one.what, one.address, f"you have time until {as_day(one.until)}" if one.until else "")
        for one in turns(reader, offices)
    ]
