"""What people wait for from one another: contributions to confirm."""

from clinlead.access.policies import Reader
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import plural
from clinlead.recognition.queries import to_confirm


def talking_tasks(reader: Reader) -> list[Task]:
    return confirming(reader)


def confirming(reader: Reader) -> list[Task]:
    """Contributions that wait for this very person."""
    number = len(to_confirm(reader))
    return [Task(f"Confirm {plural(number, 'contribution')}", "/recognition/")] if number else []
