"""What two people agreed to talk about again."""

from datetime import timedelta

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader
from clinlead.conversations.models import Conversation
from clinlead.conversations.queries import due_for
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day

AHEAD = timedelta(days=14)


def to_talk_again(reader: Reader, offices: Offices) -> list[Task]:
    """Conversations whose next date has come, or comes within two weeks."""
    return [
        Task(
            f"Talk again with {other_of(talk, reader)}: {talk}",
            talk.get_absolute_url(),
            f"on {as_day(day)}",
            day < reader.on,
        )
        for talk, day in due_for(reader, reader.on + AHEAD, offices)
    ]


def other_of(talk: Conversation, reader: Reader) -> str:
    """The other of the two; by the office until somebody has taken the conversation up."""
    if talk.person_id != reader.person_id:
        return str(talk.person)
    return str(talk.held_by) if talk.held_by else "your clinical director"
