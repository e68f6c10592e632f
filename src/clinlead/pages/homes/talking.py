"""What people wait for from one another: to talk again, and contributions to confirm."""

from datetime import timedelta

from clinlead.access.policies import Reader
from clinlead.conversations.queries import due_for
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day, plural
from clinlead.recognition.queries import to_confirm

AHEAD = timedelta(days=14)


def talking_tasks(reader: Reader) -> list[Task]:
    return [*to_talk_again(reader), *confirming(reader)]


def to_talk_again(reader: Reader) -> list[Task]:
    """Conversations whose next date has come, or comes within two weeks."""
    return [
        Task(f"Talk again: {talk}", talk.get_absolute_url(), f"on {as_day(day)}", day < reader.on)
        for talk, day in due_for(reader, reader.on + AHEAD)
    ]


def confirming(reader: Reader) -> list[Task]:
    """Contributions that wait for this very person."""
    number = len(to_confirm(reader))
    return [Task(f"Confirm {plural(number, 'contribution')}", "/recognition/")] if number else []
