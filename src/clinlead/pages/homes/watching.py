"""Safety signals on a home page: at once, whoever's role brings them; nobody else's name."""

from clinlead.access.policies import Reader, Role
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day, plural
from clinlead.safety.models import Signal
from clinlead.safety.queries import unacknowledged_by_department, waiting_for


def signal_tasks(reader: Reader) -> list[Task]:
    """What this very person is to acknowledge or read; for chiefs, how many wait elsewhere."""
    waiting_here = waiting_for(reader)
    mine = waiting_here.to_acknowledge
    tasks = [task_of(one, reader) for one in mine]
    if reader.has(Role.CLINICIAN):
        tasks += [own_task(one) for one in waiting_here.to_read]
    if reader.has(Role.CHIEF):
        waiting = unacknowledged_by_department(reader.chief_of, apart_from=mine)
        tasks += [
            Task(
                f"{name}: {plural(number, 'safety signal')} that nobody has acknowledged",
                "/safety/",
                "its clinical director is asked to",
            )
            for name, number in sorted(waiting.items())
        ]
    return tasks


def task_of(signal: Signal, reader: Reader) -> Task:
    whose = "one clinician" if signal.person_id else "the department"
    over = signal.due_on is not None and signal.due_on < reader.on
    return Task(
        f"Acknowledge a safety signal in {signal.department}, of {whose}",
        signal.get_absolute_url(),
        f"by {as_day(signal.due_on)}",
        late=over or signal.escalated_at is not None,
    )


def own_task(signal: Signal) -> Task:
    return Task(
        "Read a safety signal about your own patients",
        signal.get_absolute_url(),
        f"found on {as_day(signal.found_at)}",
    )
