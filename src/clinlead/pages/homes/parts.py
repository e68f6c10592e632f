"""What a home page is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from clinlead.pages.navigation import exists


@dataclass(frozen=True)
class Task:
    """One thing that waits for this person."""

    text: str
    href: str
    when: str = ""
    late: bool = False


@dataclass(frozen=True)
class News:
    """One thing that happened."""

    text: str
    on: date
    href: str = ""


@dataclass(frozen=True)
class Fact:
    """One number of the whole, for those who see no names."""

    label: str
    value: str


@dataclass(frozen=True)
class Way:
    """A way in."""

    label: str
    href: str
    about: str


@dataclass(frozen=True)
class Path:
    """A part of the page that comes in a request of its own; a link until it is there."""

    heading: str
    address: str
    href: str
    words: str


@dataclass(frozen=True)
class Part:
    """What one role brings to a home page."""

    tasks: list[Task] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)


MOST_NEWS = 8


@dataclass(frozen=True)
class HomePage:
    roles: list[str]
    tasks: list[Task]
    news: list[News]
    ways: list[Way]
    facts: list[Fact]
    paths: list[Path]

    @classmethod
    def of(cls, parts: Iterable[Part], roles: list[str]) -> "HomePage":
        """All parts together; what is late first, what is newest first, each way once."""
        parts = list(parts)
        tasks = [task for part in parts for task in part.tasks]
        news = sorted((one for part in parts for one in part.news), key=lambda one: one.on)
        listed = [way for part in parts for way in part.ways if exists(way.href)]
        ways = {way.href: way for way in reversed(listed)}  # the first role's words for a place
        return cls(
            roles=roles,
            tasks=sorted(dict.fromkeys(tasks), key=lambda task: not task.late),
            news=list(dict.fromkeys(reversed(news)))[:MOST_NEWS],
            ways=[way for way in dict.fromkeys(listed) if ways[way.href] is way],
            facts=[fact for part in parts for fact in part.facts],
            paths=list(dict.fromkeys(path for part in parts for path in part.paths)),
        )


WORK = Way("Calendar and background work", "/background/", "What ran, how far it is, and why not")
STRATEGY = Way("Strategy", "/strategy/", "Objectives, outcomes, and who may decide what")
MEASURES = Way("Measures", "/measures/", "What is counted, of what, and why, in plain English")
RULES = Way("Rules", "/rules/", "Who may see and do what")
DEPARTMENTS = Way("Departments", "/departments/", "Who leads them and what they measure")
JOB_PLANS = Way("Job plans", "/job-plans/", "What was planned, beside what was delivered")
RESULTS = Way("Evaluation results", "/results/", "What colleagues said when they were asked")
FRAMEWORK = Way(
    "How the framework is doing", "/framework/", "What was done, in counts, and whether it lasts"
)
