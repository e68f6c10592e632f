"""What improvement asks of whoever decides or runs a cycle, and its way in."""

from clinlead.access.policies import Reader, Role
from clinlead.improvement.policies import why_not_open_room
from clinlead.improvement.queries import open_cycles, to_study, undecided, without_owner
from clinlead.pages.homes.parts import Part, Task, Way
from clinlead.pages.words import as_day, as_months, plural

RUN_CYCLES = (Role.LEAD, Role.STREAM_LEAD, Role.CLINICIAN, Role.OPERATIONS, Role.STAFF)


def for_improvement(reader: Reader) -> Part:
    """What waits, and the way in; nothing for whoever has no such room."""
    if why_not_open_room(reader):
        return Part()
    return Part(
        tasks=[*to_decide(reader), *with_cycles(reader)],
        ways=[Way("Improvement", "/improvement/", "Decisions, and the changes being tried")],
    )


def to_decide(reader: Reader) -> list[Task]:
    """Measures of the newest releases of one’s departments of which nothing is decided."""
    waiting = undecided(reader.leads) if reader.leads else {}
    return [
        Task(
            f"Decide about {plural(len(figures), 'measure')} of {one.department}’s "
            f"figures for {as_months(one.first_month, one.last_month)}",
            f"/improvement/releases/{one.pk}/",
            with_a_signal(sum(each.has_signal for each in figures)),
        )
        for one, figures in waiting.items()
    ]


def with_a_signal(number: int) -> str:
    return f"{number} with a signal" if number else "none with a signal"


def with_cycles(reader: Reader) -> list[Task]:
    """Cycles to study, and those whose owner works in the department no longer."""
    if not reader.has(*RUN_CYCLES):
        return []
    mine = open_cycles(reader)
    return [
        *(
            Task(f"Study “{one.title}”", one.get_absolute_url(), f"due {as_day(one.ends_on)}")
            for one in to_study(mine, reader.on)
        ),
        *(
            Task(f"Hand over “{one.title}”", one.get_absolute_url(), f"{one.owner} has left")
            for one in without_owner(mine, reader)
        ),
    ]
