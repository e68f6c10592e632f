"""At most six measures a stream, unless the project team says otherwise with a reason.

The strategy room links measures and stands below this one, so it asks through
settings.BEFORE_LINKS.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.organisation.models import WorkStream
from clinlead.strategy.models import OutcomeMeasure
from clinlead.strategy.policies import State
from clinlead.workstreams.actions import noted
from clinlead.workstreams.models import MoreMeasures
from clinlead.workstreams.policies import (
    MOST_MEASURES,
    LimitFacts,
    why_not_allow_more,
    why_not_another_measure,
    why_not_run_streams,
)


def why_not_link(departments: Iterable[int], measure: str) -> Refusal | None:
    """Why an outcome of these departments may not have this measure too: a stream has enough."""
    streams = WorkStream.objects.filter(departments__in=list(departments)).distinct()
    refusals = (why_not_another_measure(facts_of(each), measure) for each in streams)
    return next((refusal for refusal in refusals if refusal), None)


def facts_of(stream: WorkStream) -> LimitFacts:
    here = stream.departments.values_list("pk", flat=True)
    running = OutcomeMeasure.objects.filter(
        ended_at=None,
        outcome__wordings__state=State.APPROVED,
        outcome__wordings__departments__in=here,
    )
    holds = stream.more_measures.filter(ended_at=None).first()
    return LimitFacts(
        name=stream.name,
        measures=frozenset(running.values_list("measure", flat=True)),
        most=holds.most if holds else MOST_MEASURES,
    )


@transaction.atomic
def allow_more(
    *, stream: WorkStream, most: int, because: str, by: Account, at: datetime
) -> MoreMeasures:
    """This stream may have more measures than six; everybody reads why."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    refuse_if(why_not_allow_more(reader_of(by, at.date()), most, because))
    stream.more_measures.filter(ended_at=None).update(ended_at=at, ended_by=by)
    made = MoreMeasures.objects.create(
        stream=stream, most=most, because=because.strip(), allowed_by=by, allowed_at=at
    )
    noted("more measures allowed", stream, by, at, most=most, because=because)
    return made


@transaction.atomic
def end_exception(*, stream: WorkStream, by: Account, at: datetime) -> None:
    """Six is the most again; measures that are linked already stay until they are ended."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    refuse_if(why_not_run_streams(reader_of(by, at.date())))
    if stream.more_measures.filter(ended_at=None).update(ended_at=at, ended_by=by):
        noted("more measures ended", stream, by, at)
