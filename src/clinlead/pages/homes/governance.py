"""What waits for somebody about governance meetings, and which comes next: a part of the home page
that comes in a request of its own.
"""

from dataclasses import dataclass

from clinlead.access.policies import Reader
from clinlead.governance.models import Action, Meeting
from clinlead.governance.policies import near_of
from clinlead.governance.queries import actions_for, coming, to_minute, untabled
from clinlead.pages.homes.parts import Part, Path, Task
from clinlead.pages.words import as_day, as_months
from clinlead.releases.models import Release

PATH = Path(
    "Governance meetings", "/home/meetings/", "/governance/", "See the next meeting and what waits"
)


def governance_part(reader: Reader) -> Part:
    """For everybody whose departments meet."""
    return Part(paths=[PATH]) if near_of(reader) else Part()


@dataclass(frozen=True)
class MeetingsPart:
    """What this reader writes, tables and does, and the meeting that comes next."""

    tasks: list[Task]
    following: Meeting | None

    @classmethod
    def of(cls, reader: Reader) -> "MeetingsPart":
        following = coming(reader).first() if near_of(reader) else None
        tasks = [
            *(minutes_task(each) for each in to_minute(reader)),
            *(tabling_task(each, following) for each in untabled(reader.leads)),
            *(action_task(each, reader) for each in actions_for(reader)),
        ]
        return cls(tasks, following)


def minutes_task(meeting: Meeting) -> Task:
    words = f"Write or approve the minutes of {meeting.body}, {as_day(meeting.on)}"
    return Task(words, meeting.get_absolute_url())


def tabling_task(release: Release, following: Meeting | None) -> Task:
    """The fifth step of the quarter: looked at in a meeting."""
    months = as_months(release.first_month, release.last_month)
    words = f"Table {release.department}’s figures for {months} at governance"
    if following is None or following.department_id != release.department_id:
        return Task(words, "/governance/", "no meeting is planned")
    return Task(words, following.get_absolute_url(), f"on {as_day(following.on)}")


def action_task(action: Action, reader: Reader) -> Task:
    late = action.due_on < reader.on
    return Task(action.text, action.get_absolute_url(), f"by {as_day(action.due_on)}", late)
