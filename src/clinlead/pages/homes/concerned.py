"""Concerns in which it is somebody's turn: without a name, for others may see the screen."""

from collections.abc import Iterable

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader, Role
from clinlead.concerns.waiting import turns
from clinlead.notices.models import Notice
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day

TAKES_UP = (Role.LEAD, Role.CHIEF, Role.DIRECTOR)  # what somebody else had before them


def concern_tasks(reader: Reader, told: Iterable[Notice], offices: Offices) -> list[Task]:
    """Asked of those who decide about others, and of those who were told of one: nobody else's page
    pays for it.
    """
    was_told = any(one.href.startswith("/concerns/") for one in told)
    if not was_told and not reader.has(*TAKES_UP):
        return []
    return [
        Task(one.what, one.address, f"you have time until {as_day(one.until)}" if one.until else "")
        for one in turns(reader, offices)
    ]
