"""The home page by role: what needs this person, what is new, and the ways in."""

from collections.abc import Callable, Iterable, Iterator

from django.utils import timezone

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader, Role
from clinlead.notices.models import Notice
from clinlead.notices.queries import recent
from clinlead.pages.homes import builders, clinicians, leads, offices
from clinlead.pages.homes.above import naming_tasks
from clinlead.pages.homes.asked import asked_paths
from clinlead.pages.homes.concerned import concern_tasks
from clinlead.pages.homes.deciding import challenged
from clinlead.pages.homes.governance import governance_part
from clinlead.pages.homes.improving import for_improvement
from clinlead.pages.homes.parts import HomePage, News, Part
from clinlead.pages.homes.reviewing import review_tasks
from clinlead.pages.homes.talking import to_talk_again
from clinlead.pages.homes.watching import signal_tasks
from clinlead.pages.homes.wordings import wording_tasks

# Who decides comes first; a clinical director's own records come after the department's.
PARTS: dict[Role, Callable[[Reader], Part]] = {
    Role.LEAD: leads.for_lead,
    Role.STREAM_LEAD: leads.for_stream_lead,
    Role.CHIEF: leads.for_chief,
    Role.DIRECTOR: leads.for_director,
    Role.CLINICIAN: clinicians.for_clinician,
    Role.ANALYST: builders.for_analyst,
    Role.PROJECT_TEAM: builders.for_project_team,
    Role.OPERATIONS: offices.for_operations,
    Role.HR: offices.for_hr,
    Role.EXECUTIVE: offices.for_executive,
    Role.STAFF: offices.for_staff,
    Role.DPO: offices.for_dpo,
    Role.EVALUATOR: offices.for_evaluator,
    Role.SYSTEM_ADMINISTRATOR: offices.for_system_administrator,
}


def news_of(notices: Iterable[Notice]) -> list[News]:
    """What this person was told is ready; reminders stand among the tasks already."""
    return [
        News(one.words, timezone.localdate(one.at), one.href)
        for one in notices
        if not one.key.startswith("reminder")
    ]


def home_of(reader: Reader) -> HomePage:
    """Every role's part, in order, as one page."""
    return HomePage.of(list(parts_of(reader)), [r.label for r in PARTS if r in reader.roles])


def parts_of(reader: Reader) -> Iterator[Part]:
    offices = Offices(reader.on)
    yield Part(tasks=signal_tasks(reader))
    yield challenged(reader, offices)
    tasks = wording_tasks(reader)
    told = recent(reader.account_id, reader.on)
    tasks += concern_tasks(reader, told, offices)
    tasks += [*to_talk_again(reader, offices), *review_tasks(reader, offices)]
    tasks += naming_tasks(reader, offices)
    yield Part(tasks=tasks, news=news_of(told), paths=asked_paths(told))
    for role, part in PARTS.items():
        if role in reader.roles:
            yield part(reader)
    yield for_improvement(reader)
    yield governance_part(reader)
