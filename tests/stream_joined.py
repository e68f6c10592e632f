"""A work stream that one of the small trust's consultants leads, and whom it may look at."""

from clinlead.access.actions import grant_role
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.organisation.models import Person, Post, Specialty, StreamMember, WorkStream
from people import AT, START, Trust


def heart_stream(trust: Trust, *members: str, led_by: str = "streamlead") -> WorkStream:
    """Over cardiology; its lead is a consultant of general surgery. Without a member named: all."""
    specialty, _ = Specialty.objects.get_or_create(code="heart", defaults={"name": "Heart"})
    stream = WorkStream.objects.create(code="hearts", name="Hearts", specialty=specialty)
    stream.departments.add(trust.cardiology)
    for login in members:
        StreamMember.objects.create(stream=stream, person=trust.person(login), starts_on=START)
    if led_by not in trust.accounts:
        trust.accounts[led_by] = consultant(trust, led_by)
    grant_role(
        account=trust.accounts[led_by],
        role=Role.STREAM_LEAD,
        stream=stream,
        starts_on=START,
        by=None,
        at=AT,
    )
    return stream


def consultant(trust: Trust, login: str) -> Account:
    person = Person.objects.create(code=login.upper(), name="Dr Heartstream")
    Post.objects.create(person=person, department=trust.surgery, starts_on=START)
    return Account.objects.create_user(login, password="demo", person=person)
