"""What two people agreed to talk about again."""

from datetime import timedelta

from clinlead.access.policies import Reader
from clinlead.conversations.queries import due_for
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day

AHEAD = timedelta(days=14)


def to_talk_again(reader: Reader) -> list[Task]:
    """Conversations whose next date has come, or comes within two weeks."""
    return [
        Task(f"Talk again: {talk}", talk.get_absolute_url(), f"on {as_day(day)}", day < reader.on)
        for talk, day in due_for(reader, reader.on + AHEAD)
    ]
