"""The menu: what each role comes for, and only what exists in this installation."""

from dataclasses import dataclass
from functools import cache

from django.urls import Resolver404, resolve

from clinlead.access.policies import Reader, Role
from clinlead.learning.policies import READS

EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Place:
    label: str
    href: str
    roles: frozenset[Role] = EVERYBODY


PLACES = [
    Place("Home", "/"),
    Place("My figures", "/me/figures/", frozenset({Role.CLINICIAN})),
    Place("My records", "/me/records/", frozenset({Role.CLINICIAN})),
    Place(
        "Challenges",
        "/challenges/",
        frozenset({Role.CLINICIAN, Role.LEAD, Role.ANALYST, Role.CHIEF}),
    ),
    Place("Releases", "/releases/", frozenset({Role.CLINICIAN, Role.LEAD, Role.ANALYST})),
    Place(
        "Conversations",
        "/conversations/",
        frozenset({Role.CLINICIAN, Role.LEAD, Role.CHIEF}),
    ),
    Place(
        "Reviews",
        "/reviews/",
        frozenset({Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.PROJECT_TEAM}),
    ),
    Place("Feedback", "/feedback/"),
    Place(
        "Governance",
        "/governance/",
        frozenset({Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.EXECUTIVE}),
    ),
    Place(
        "Improvement",
        "/improvement/",
        frozenset(
            {
                *(Role.CLINICIAN, Role.LEAD, Role.STREAM_LEAD, Role.CHIEF, Role.DIRECTOR),
                *(Role.OPERATIONS, Role.ANALYST, Role.PROJECT_TEAM, Role.EXECUTIVE, Role.STAFF),
            }
        ),
    ),
    Place("Safety", "/safety/", frozenset({Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST})),
    Place(
        "Job plans",
        "/job-plans/",
        frozenset({Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.HR, Role.EXECUTIVE}),
    ),
    Place("Departments", "/departments/"),
    Place("Loads", "/loads/", frozenset({Role.ANALYST})),
    Place("Data quality", "/quality/", frozenset({Role.LEAD, Role.ANALYST})),
    Place("Grants", "/grants/", frozenset({Role.LEAD})),
    Place("Accounts and roles", "/roles/", frozenset({Role.SYSTEM_ADMINISTRATOR})),
    Place(
        "Calendar and background work",
        "/background/",
        frozenset({Role.PROJECT_TEAM, Role.SYSTEM_ADMINISTRATOR}),
    ),
    Place("Record of readings", "/history/", frozenset({Role.DPO})),
    Place("Recognition", "/recognition/"),
    Place("Support and concerns", "/concerns/"),
    Place("Work streams", "/streams/"),
    Place("Evaluation", "/evaluation/", frozenset({Role.EVALUATOR})),
    Place("Learning", "/learning/"),
    Place("Forum", "/forum/", frozenset(READS)),
    Place(
        "How the framework is doing",
        "/framework/",
        frozenset({Role.PROJECT_TEAM, Role.EXECUTIVE}),
    ),
    Place("Coding and findings", "/coding/", frozenset({Role.EVALUATOR})),
    Place("Evaluation results", "/results/"),
    Place("Strategy", "/strategy/"),
    Place("Measures", "/measures/"),
    Place("Case-mix models", "/case-mix/", frozenset({Role.ANALYST})),
    Place("Rules", "/rules/"),
]


@dataclass(frozen=True)
class Item:
    label: str
    href: str
    current: str  # "page", "true" for a page below it, or ""


def menu(reader: Reader | None, path: str) -> list[Item]:
    """This reader's menu, with the place they are in marked."""
    if reader is None:
        return []
    mine = [p for p in PLACES if not p.roles.isdisjoint(reader.roles) or p.roles == EVERYBODY]
    return [Item(p.label, p.href, mark(p.href, path)) for p in mine if exists(p.href)]


def mark(href: str, path: str) -> str:
    if path == href:
        return "page"
    return "true" if href != "/" and path.startswith(href) else ""


@cache
def exists(href: str) -> bool:
    """Whether this installation has the page at all."""
    try:
        resolve(href)
    except Resolver404:
        return False
    return True
