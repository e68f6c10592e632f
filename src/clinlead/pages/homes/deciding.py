"""What waits to be answered, settled, investigated or audited, and what became of one's own."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader, Role
from clinlead.pages.homes.parts import News, Part, Task
from clinlead.pages.words import plural
from clinlead.validation.models import Challenge
from clinlead.validation.policies import ChallengeState
from clinlead.validation.queues import Waiting, current, waiting_for

CONCERNED = (Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST)
A_QUARTER = timedelta(days=92)
MOST_ANSWERED = 4


def challenged(reader: Reader, offices: Offices) -> Part:
    """Challenges and audits that wait for this very person, and how their own were settled."""
    if not reader.has(*CONCERNED):
        return Part()
    found = current(reader, reader.on - A_QUARTER)
    is_open = [one for one in found if one.state == ChallengeState.OPEN]
    waiting = waiting_for(reader, is_open, offices)
    return Part(
        tasks=tasks_of(waiting, investigates=reader.has(Role.ANALYST)),
        news=answered(one for one in found if one.state != ChallengeState.OPEN),
    )


def answered(settled: Iterable[Challenge]) -> list[News]:
    """What became lately of challenges that this person raised."""
    newest = sorted(settled, key=lambda one: one.settled_at or one.raised_at, reverse=True)
    return [
        News(
            f"Your challenge “{one.get_reason_display()}” was {one.state}",
            timezone.localdate(one.settled_at),
            f"/challenges/{one.pk}/",
        )
        for one in newest[:MOST_ANSWERED]
    ]


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
