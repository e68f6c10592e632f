"""What work streams ask of whoever runs, leads or sponsors them: a part of the home page that comes
in a request of its own, because it looks at all their evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import WorkStream
from clinlead.pages.homes.parts import Fact, Path, Task, Way
from clinlead.pages.words import plural
from clinlead.workstreams.presenters import yours
from clinlead.workstreams.standing import Standing, standings

STREAMS = Way("Work streams", "/streams/", "Where each specialty is, and what it waits for")
PATH = Path("Work streams", "/home/streams/", "/streams/", "See where each stream is")


@dataclass(frozen=True)
class StreamsPart:
    """What this reader can do for streams next, and how many are in each stage."""

    tasks: list[Task]
    facts: list[Fact]

    @classmethod
    def of(cls, reader: Reader) -> "StreamsPart":
        found = standings(near(reader), reader)
        taking_part = [each for each in found if each.engaged]
        longest_first = sorted(taking_part, key=lambda each: -each.days)
        tasks = [task_of(each) for each in longest_first if yours(each, reader)]
        return cls(tasks, by_stage(taking_part))


def near(reader: Reader):
    """Every stream for the project team; else those that one leads, in whole or in part."""
    if reader.has(Role.PROJECT_TEAM):
        return WorkStream.objects.all()
    here = WorkStream.objects.filter(departments__in=reader.leads | reader.chief_of).values("pk")
    return WorkStream.objects.filter(Q(pk__in=here) | Q(pk__in=reader.streams_led))


def task_of(one: Standing) -> Task:
    line, here = one.next, one.stream.get_absolute_url()
    waits = f"{plural(one.days, 'day')} in “{one.stage_name}”"
    if line is None or line.missing is None:
        return Task(f"Move {one.stream.name} on", here, waits)
    return Task(f"{one.stream.name}: {line.missing.what}", here, waits)


def by_stage(found: Iterable[Standing]) -> list[Fact]:
    """How many streams are in each stage that has any."""
    listed = list(found)
    stages = sorted({(each.stage, each.stage_name) for each in listed})
    return [
        Fact(f"{stage}. {name}", plural(sum(one.stage == stage for one in listed), "stream"))
        for stage, name in stages
    ]
