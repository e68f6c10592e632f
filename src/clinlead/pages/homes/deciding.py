"""What waits to be answered, settled, investigated or audited, whoever's role brings it."""

from clinlead.access.policies import Reader, Role
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import plural
from clinlead.validation.queues import Waiting, waiting_for

CONCERNED = (Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST)


def waiting_tasks(reader: Reader) -> list[Task]:
    """Challenges and audits that wait for this very person: only what they may decide."""
    if not reader.has(*CONCERNED):
        return []
    return tasks_of(waiting_for(reader), investigates=reader.has(Role.ANALYST))


def tasks_of(waiting: Waiting, *, investigates: bool) -> list[Task]:
    others = waiting.investigate - waiting.settle if investigates else 0
    lines = [
        (waiting.overdue, f"Settle {plural(waiting.overdue, 'overdue challenge')}", True),
        (waiting.answer, f"Answer: was it your patient? {plural(waiting.answer, 'record')}", False),
        (waiting.settle - waiting.overdue, settle_words(waiting), False),
        (others, f"Look into {plural(others, 'challenge')} that somebody else settles", False),
        (waiting.audits, f"Check {plural(waiting.audits, 'record')} of an audit sample", False),
        (
            waiting.settle_again,
            f"Settle again: the source changed {plural(waiting.settle_again, 'record')}",
            False,
        ),
    ]
    place = {lines[4][1]: "/windows/"}  # audits are drawn from a window
    return [
        Task(words, place.get(words, "/challenges/"), "", late)
        for number, words, late in lines
        if number
    ]


def settle_words(waiting: Waiting) -> str:
    return f"Settle {plural(waiting.settle - waiting.overdue, 'challenge')}"
