"""A department's governance meetings, as people would hold them."""

from datetime import date

from clinlead.governance import meetings, minuting
from clinlead.governance.meetings import Body
from clinlead.governance.models import Action, Meeting
from people import Trust
from small_release import AT

HELD_ON = date(2026, 7, 30)  # the day of AT
NEXT_ON = date(2026, 10, 29)


def planned(trust: Trust, on: date = NEXT_ON, **more) -> Meeting:
    body = Body(department=trust.cardiology)
    return meetings.plan(body=body, on=on, place="Room 2, 8am", by=trust.lead, at=AT, **more)


def held(trust: Trust, *releases) -> Meeting:
    """Held today, by the lead and the peer."""
    made = planned(trust, HELD_ON)
    return meetings.hold(
        meeting_id=made.pk,
        present=[trust.lead, trust.peer],
        releases=releases,
        by=trust.lead,
        at=AT,
    )


def minuted(trust: Trust, meeting: Meeting, text: str = "We looked at length of stay.") -> Meeting:
    minuting.write(meeting_id=meeting.pk, text=text, based_on=0, by=trust.lead, at=AT)
    return meeting


def asked(trust: Trust, meeting: Meeting) -> Action:
    return minuting.add_action(
        meeting_id=meeting.pk,
        text="Ask pharmacy for an earlier round",
        owner=trust.peer,
        due_on=date(2026, 9, 1),
        by=trust.lead,
        at=AT,
    )
