"""A small trust with work streams: through the same actions as a hospital's."""

from datetime import date

from clinlead.access.models import Account
from clinlead.organisation.models import Department, WorkStream
from clinlead.workstreams.actions import record_engagement, set_up_stream
from clinlead.workstreams.people import name_person
from clinlead.workstreams.policies import PartPlayed, Precondition, Route, Status
from clinlead.workstreams.preconditions import record_precondition
from people import AT, Trust


def set_up(trust: Trust, name: str = "Heart failure", *departments: Department) -> WorkStream:
    return set_up_stream(
        name=name,
        specialty="Cardiology",
        departments=departments or [trust.cardiology],
        route=Route.DIRECT,
        said="Letter of 2 January",
        by=trust.projectteam,
        at=AT,
    )


def name(trust: Trust, stream: WorkStream, part: PartPlayed, account: Account):
    return name_person(stream=stream, part=part, account=account, by=trust.projectteam, at=AT)


def sponsor(trust: Trust, stream: WorkStream):
    return name(trust, stream, PartPlayed.SPONSOR, trust.chief)


def engage(trust: Trust, stream: WorkStream, status: Status = Status.ENGAGED, said: str = "Talk"):
    return record_engagement(
        stream=stream, status=status, route=Route.DIRECT, said=said, by=trust.projectteam, at=AT
    )


def record_all_preconditions(trust: Trust) -> None:
    for kind in Precondition:
        by = trust.dpo if kind != Precondition.STAFF_SIDE else trust.projectteam
        record_precondition(
            kind=kind, on=date(2025, 12, 1), evidence="Minutes, item 4", by=by, at=AT
        )
