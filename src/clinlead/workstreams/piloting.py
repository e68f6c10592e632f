"""Pilot mode: one department, three measures at most, a provisional objective."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.measures.actions import choose_defaults, register_library
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department, WorkStream
from clinlead.workstreams.actions import begin, noted, specialty_of
from clinlead.workstreams.models import Pilot, Waiver
from clinlead.workstreams.policies import (
    PILOT_WAIVES,
    PilotFacts,
    Route,
    Status,
    why_not_pilot,
)
from clinlead.workstreams.standing import standing


@dataclass(frozen=True, kw_only=True)
class PilotSaid:
    """What a pilot is to try, in its author's words."""

    department: Department
    objective: str  # provisional: nobody has approved it
    measures: Sequence[str]
    said: str  # where the department's yes is recorded
    because: str  # why what is missing can wait


@transaction.atomic
def set_up_pilot(*, pilot: PilotSaid, by: Account, at: datetime) -> WorkStream:
    """A stream of one department whose missing statements are waived, each with the reason.

    The preconditions of named data are never waived here.
    """
    here = Department.objects.select_for_update().get(pk=pilot.department.pk)
    reader = reader_of(by, timezone.localdate(at))
    refuse_if(why_not_pilot(reader, facts_of(here, pilot, at), pilot.because))
    choose_defaults(department=here, at=at, codes=tuple(pilot.measures))
    name = f"Pilot: {here.name}"
    stream = WorkStream.objects.create(
        code=code_of(here),
        name=name,
        specialty=here.specialty or specialty_of(here.name),
    )
    stream.departments.set([here])
    begin(stream, status=Status.ENGAGED, route=Route.DIRECT, said=pilot.said, by=by, at=at)
    Pilot.objects.create(
        stream=stream, objective=pilot.objective.strip(), measures=list(pilot.measures)
    )
    noted("pilot set up", stream, by, at, objective=pilot.objective, measures=pilot.measures)
    waive_what_is_missing(stream, pilot.because, by, at)
    return stream


def code_of(department: Department) -> str:
    return f"pilot-{slugify(department.code)}"[:50]


def facts_of(department: Department, pilot: PilotSaid, at: datetime) -> PilotFacts:
    """For the rules. An installation that has no measures yet takes the shipped ones in."""
    if not MeasureVersion.objects.exists():
        register_library(at=at)
    known = MeasureVersion.objects.filter(approved=True, code__in=pilot.measures)
    chosen = chosen_by([department], timezone.localdate(at))
    return PilotFacts(
        measures=frozenset(pilot.measures),
        registered=frozenset(known.values_list("code", flat=True)),
        chosen=frozenset(chosen.values_list("measure__code", flat=True)),
        piloted=WorkStream.objects.filter(code=code_of(department)).exists(),
        objective=bool(pilot.objective.strip()),
    )


def waive_what_is_missing(stream: WorkStream, because: str, by: Account, at: datetime) -> None:
    """Statements and people that a pilot begins without; what is there already is not waived."""
    now = standing(stream, reader_of(by, timezone.localdate(at)))
    missing = [
        line
        for stage in now.stages.stages
        for line in now.lines_of(stage.number)
        if line.missing and line.key in PILOT_WAIVES
    ]
    for line in missing:
        Waiver.objects.create(
            stream=stream,
            check_key=line.key,
            because=f"Pilot: {because.strip()}",
            waived_by=by,
            waived_at=at,
        )
        noted("criterion waived", stream, by, at, criterion=line.key, because=because)
