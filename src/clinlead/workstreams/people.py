"""Who has a part in a work stream: named people, and clinicians who join."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role, refuse_if
from clinlead.access.queries import reader_of
from clinlead.organisation.models import StreamMember, WorkStream
from clinlead.workstreams.actions import noted
from clinlead.workstreams.models import StreamPerson
from clinlead.workstreams.policies import (
    PartPlayed,
    StreamRule,
    why_not_join,
    why_not_leave,
    why_not_name,
    why_not_run_streams,
)


@transaction.atomic
def name_person(
    *, stream: WorkStream, part: PartPlayed, account: Account, by: Account, at: datetime
) -> StreamPerson:
    """Somebody is sponsor, manager, coach or trainer of a stream from today on."""
    today = timezone.localdate(at)
    held = RoleHolding.objects.on(today).filter(account=account).values_list("role", flat=True)
    refuse_if(why_not_name(reader_of(by, today), part, frozenset(Role(each) for each in held)))
    known = StreamPerson.objects.on(today).filter(stream=stream, part=part, account=account)
    found = known.first()
    if found:
        return found
    made = StreamPerson.objects.create(
        stream=stream, part=part, account=account, starts_on=today, named_by=by
    )
    noted("named for a stream", stream, by, at, part=part, account=account.pk)
    return made


@transaction.atomic
def end_part(*, person_id: int, by: Account, at: datetime) -> StreamPerson:
    """Their part in the stream ended yesterday; that they had it is kept."""
    refuse_if(why_not_run_streams(reader_of(by, at.date())))
    found = StreamPerson.objects.select_for_update(of=("self",)).get(pk=person_id)
    found.ends_on = timezone.localdate(at) - timedelta(days=1)
    found.starts_on = min(found.starts_on, found.ends_on)
    found.save(update_fields=["starts_on", "ends_on"])
    noted("part in a stream ended", found.stream, by, at, part=found.part)
    return found


@transaction.atomic
def join(*, stream: WorkStream, by: Account, at: datetime) -> StreamMember:
    """A clinician joins: the stream's lead sees their figures of its measures from now on."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    reader = reader_of(by, at.date())
    joined = membership(stream, reader).exists()
    refuse_if(why_not_join(reader, rule_of(stream), joined))
    assert by.person is not None  # the rule let only clinicians through
    made = StreamMember.objects.create(
        stream=stream, person=by.person, starts_on=timezone.localdate(at)
    )
    noted("stream joined", stream, by, at)
    return made


@transaction.atomic
def leave(*, stream: WorkStream, by: Account, at: datetime) -> None:
    """They are a member no longer, from today."""
    WorkStream.objects.select_for_update().get(pk=stream.pk)
    today = timezone.localdate(at)
    running = membership(stream, reader_of(by, today))
    refuse_if(why_not_leave(running.exists()))
    for each in running:
        each.ends_on = today - timedelta(days=1)
        each.starts_on = min(each.starts_on, each.ends_on)
        each.save(update_fields=["starts_on", "ends_on"])
    noted("stream left", stream, by, at)


def membership(stream: WorkStream, reader: Reader):
    """This reader's own membership today."""
    running = StreamMember.objects.on(reader.on).filter(stream=stream)
    return running.filter(person_id=reader.person_id or 0)


def rule_of(stream: WorkStream) -> StreamRule:
    """For rules that ask where a stream is at home, and nothing of its stage."""
    here = stream.departments.values_list("pk", flat=True)
    return StreamRule(stream_id=stream.pk, departments=frozenset(here))
