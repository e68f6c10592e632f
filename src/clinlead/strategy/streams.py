"""Which figures belong to a work stream: of its joined members, and of its outcomes' measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clinlead.access.policies import Reader
from clinlead.organisation.models import StreamMember, WorkStream
from clinlead.strategy.models import OutcomeMeasure
from clinlead.strategy.policies import State

Streams = frozenset[int]


@dataclass(frozen=True, kw_only=True)
class StreamSight:
    """For one department on one day: who joined which streams, and each measure's streams."""

    members: Mapping[int, Streams] = field(default_factory=dict)  # person → streams
    measures: Mapping[str, Streams] = field(default_factory=dict)  # code → streams

    def of(self, person_id: int | None, measure: str) -> Streams:
        """The streams by which a figure may be seen; none of somebody who has not joined."""
        nothing: Streams = frozenset()
        if person_id is None:
            return nothing
        return self.members.get(person_id, nothing) & self.measures.get(measure, nothing)

    def shows(self, person_id: int | None, measure: str, reader: Reader) -> bool:
        """Whether this stream's lead sees that clinician's figure by name."""
        return bool(self.of(person_id, measure) & reader.streams_led)


NO_STREAMS = StreamSight()


def streams_for(reader: Reader, department_id: int) -> StreamSight:
    """Nothing to ask for whoever leads no stream of the department."""
    if department_id not in reader.stream_departments:
        return NO_STREAMS
    return stream_sight(department_id, reader.on)


def stream_sight(department_id: int, on: date) -> StreamSight:
    """Of a department that is in no stream, or whose members joined none, one question."""
    joined = StreamMember.objects.on(on).filter(stream__departments=department_id)
    members: dict[int, set[int]] = {}
    for person, stream in joined.values_list("person_id", "stream_id"):
        members.setdefault(person, set()).add(stream)
    if not members:
        return NO_STREAMS
    streams = {stream for some in members.values() for stream in some}
    return StreamSight(
        members={person: frozenset(some) for person, some in members.items()},
        measures=measures_of(streams),
    )


def measures_of(streams: set[int]) -> dict[str, Streams]:
    """A stream's measures: they show an outcome in force of one of its departments."""
    inside: dict[int, set[int]] = {}
    through = WorkStream.departments.through.objects.filter(workstream__in=streams)
    for stream, department in through.values_list("workstream_id", "department_id"):
        inside.setdefault(department, set()).add(stream)
    shown = OutcomeMeasure.objects.filter(
        ended_at=None,
        outcome__wordings__state=State.APPROVED,
        outcome__wordings__departments__in=inside,
    )
    found: dict[str, set[int]] = {}
    for code, department in shown.values_list("measure", "outcome__wordings__departments"):
        found.setdefault(code, set()).update(inside.get(department, set()))
    return {code: frozenset(some) for code, some in found.items()}
