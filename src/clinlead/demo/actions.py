"""Makes the demonstration: every step through the same actions as a hospital's own."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TextIO

from django.utils import timezone

from clinlead import __version__
from clinlead.access.models import Account
from clinlead.demo import (
    casemix,
    coding,
    folder,
    framework,
    governing,
    improvement,
    jobplans,
    learning,
    packs,
    playing,
    protecting,
    reviewing,
    safety,
    strategy,
    talking,
    together,
    workstreams,
)
from clinlead.demo.people import PASSWORD, make_accounts, make_organisation, record_profiles
from clinlead.demo.telling import Teller
from clinlead.demo.trust import Plan, make_trust
from clinlead.demo.trust.outpatients import connected_on
from clinlead.demo.trust.plan import months_before
from clinlead.figures.actions import recompute_all
from clinlead.figures.models import Cause
from clinlead.intake.loading import Extract, load_file
from clinlead.intake.weighing import bring_weights
from clinlead.measures.actions import (
    STARTING_MEASURES,
    choose_defaults,
    choose_measure,
    register_library,
)
from clinlead.measures.queries import find, read_definition
from clinlead.organisation.models import Department
from clinlead.pages.tables import bring_up_to_date

Far = Callable[[float, str], None]  # a share of 1, and of what

# The extract is cut at a month's end at least so long ago: time for a release and for checking.
HISTORY_DAYS = 21
SOURCE = "patient administration system"
OTHER_SOURCES = {
    "clinics": "outpatient system",
    "emergency": "acute assessment system",
    "theatre": "theatre system",
    "endoscopy": "endoscopy system",
    "jobplans": "job planning system",
    "leave": "staff system",
}
NEWER = ("clinics", "emergency")  # recorded for eighteen months only
# What some departments follow beside the six, each shown for the team.
ALSO = {
    "cardiology": ("did-not-attend", "mortality-30d-expected"),
    "older-people": ("mortality-30d-expected", "length-of-stay-expected"),
    "respiratory": ("did-not-attend", "follow-up-ratio", "vte-assessment"),
    "orthopaedics": ("theatre-utilisation-capped", "on-day-cancellation"),
    "acute-medicine": ("admission-rate",),
    "gastroenterology": ("caecal-intubation", "clinic-letter-7d"),
    "general-surgery": (
        *("day-case-rate", "job-plan-sessions-delivered"),
        *("workload-attendances", "range-of-procedures"),
    ),
}


@dataclass(frozen=True)
class Making:
    """One making of the demonstration: where, as of when, and how to say how far it is."""

    directory: Path
    plan: Plan
    now: datetime
    far: Far

    @property
    def loaded_at(self) -> datetime:
        """The morning after the extract was cut."""
        return self.on_day(1)

    def on_day(self, days: int, hour: int = 7, minute: int = 0) -> datetime:
        """So many days after the cut; never later than now."""
        day = self.plan.end + timedelta(days=days - 1)
        at = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        return min(at, self.now)

    def days_ago(self, days: int, hour: int = 7, minute: int = 0) -> datetime:
        day = timezone.localdate(self.now) - timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    @property
    def went_live_at(self) -> datetime:
        """When the trust was set up: well before the first quarter that was checked."""
        day = months_before(self.plan.quarter[0], 4)
        return timezone.make_aware(datetime.combine(day, time(9)))

    @cached_property
    def stories(self) -> list[dict[str, str]]:
        file = self.directory / "trust" / "organisation" / "stories.json"
        return json.loads(file.read_text(encoding="utf-8"))


def plan_for(now: datetime) -> Plan:
    """The whole trust, cut early enough for a release and for checking to have happened since."""
    return Plan(today=timezone.localdate(now) - timedelta(days=HISTORY_DAYS))


def make_demonstration(
    directory: Path,
    *,
    now: datetime,
    out: TextIO,
    plan: Plan | None = None,
    steps: Sequence["Step"] = (),
) -> None:
    """Everything from an empty folder to a trust worth looking at, with a line a step."""
    steps = steps or STEPS
    teller = Teller(out, len(steps))
    making = Making(directory, plan or plan_for(now), now, teller.far)
    for words, step in steps:
        with teller.step(words):
            step(making)
    folder.finish(directory, today=timezone.localdate(now), version=__version__)


def invent(making: Making) -> None:
    make_trust(making.directory / "trust", making.plan)


def make_database(_making: Making) -> None:
    bring_up_to_date()


def fill_organisation(making: Making) -> None:
    at = making.went_live_at
    make_organisation(making.directory, at=at)
    make_accounts(making.directory, at=at)
    register_library(at=at)
    for department in Department.objects.order_by("code"):
        choose_defaults(department=department, at=at)
        choose_also(department, at=at)


def choose_also(department: Department, *, at: datetime) -> None:
    """Measures of other data sets, after the six."""
    for order, code in enumerate(ALSO.get(department.code, ()), start=len(STARTING_MEASURES)):
        measure = find(code)
        assert measure is not None
        choose_measure(
            department=department,
            measure=measure,
            rule=read_definition(measure.definition).attribution[0],
            shown_individually=False,
            reason="",
            at=at,
            by=None,
            order=order,
        )


def load_extracts(making: Making) -> None:
    """The extracts go through the same intake as a hospital's own, by the analyst."""
    analyst = Account.objects.get(username="analyst")
    last = making.plan.end - timedelta(days=1)
    weights = making.directory / "trust" / "organisation" / "weights.csv"
    bring_weights(file=weights, at=making.loaded_at)
    for dataset, path in extracts(making.directory):
        first = connected_on(making.plan) if dataset in NEWER else making.plan.start
        source = OTHER_SOURCES.get(dataset, SOURCE)
        load_file(
            extract=Extract(paths=[path], dataset=dataset, source=source, coverage=(first, last)),
            by=analyst,
            at=making.loaded_at,
            progress=partial(tell_load, making, path.name),
            compute=False,
        )


def tell_load(making: Making, name: str, share: float, _words: str) -> None:
    making.far(share, name)


def extracts(directory: Path) -> Iterator[tuple[str, Path]]:
    """Data set and file, what was sent again after what it replaces."""
    found = (directory / "trust" / "extract").glob("*.csv")
    for path in sorted(found, key=lambda each: (each.stem.split("-")[0], len(each.stem))):
        yield path.stem.split("-")[0], path


def compute(making: Making) -> None:
    recompute_all(
        at=making.loaded_at,
        progress=lambda done, of, what: making.far(done / of if of else 1.0, what),
        cause=Cause.LOAD,
    )
    record_profiles(making.stories, at=making.loaded_at)


def write_accounts(making: Making) -> None:
    """What the sign-in page, the command and a visitor's scripts read."""
    accounts = json.dumps(accounts_in_words(making.directory), indent=1)
    (making.directory / folder.ACCOUNTS).write_text(accounts, encoding="utf-8")
    stories = json.dumps(making.stories, indent=1)
    (making.directory / folder.STORIES).write_text(stories, encoding="utf-8")


def accounts_in_words(directory: Path) -> list[dict[str, Any]]:
    """Login, password, role, name, and what somebody is, in the accounts' own order."""
    return [
        {
            "login": row["login"],
            "password": PASSWORD,
            "role": row["role"],
            "person": row["person"],
            "name": str(Account.objects.get(username=row["login"])),
            "what": what_they_are(row),
        }
        for row in folder.read_rows(directory, "accounts")
    ]


def what_they_are(row: dict[str, str]) -> str:
    """A role in words, with the department or division it is held in."""
    from clinlead.access.models import RoleHolding
    from clinlead.access.policies import Role
    from clinlead.organisation.models import Post

    role = Role(row["role"])
    holding = RoleHolding.objects.filter(account__username=row["login"], role=role).first()
    post = Post.objects.filter(person__code=row["person"]).order_by("-starts_on").first()
    place = (holding.department or holding.division) if holding else post and post.department
    return f"{role.label}, {place.name}" if place else role.label


Step = tuple[str, Callable[[Making], None]]
STEPS: tuple[Step, ...] = (
    ("Inventing the trust", invent),
    ("Making the database", make_database),
    ("Filling in departments, people and roles", fill_organisation),
    ("Choosing how to be told", packs.ask_for_mail),
    ("Stating the strategy, the definition and the mandates", strategy.state_strategy),
    ("Redefining a measure", governing.redefine),
    ("Meeting for the first time", governing.meet_first),
    ("Including the published study for the evaluator", coding.include_study),
    (
        "Running work streams, a merger, a concern, an evaluation",
        together.play_before_the_extracts,
    ),
    ("Loading the extracts", load_extracts),
    ("Computing the figures", compute),
    ("Fitting case-mix models", casemix.fit_models),
    ("Watching deaths case by case", safety.watch_first),
    ("Checking and settling the quarter before", playing.check_last_quarter),
    ("Answering safety signals", safety.answer_signals),
    ("Releasing the quarter before", playing.release_last_quarter),
    ("Making packs", packs.make_packs),
    ("Following up safety signals", safety.follow_signals),
    ("Deciding after the release, and trying changes", improvement.decide_and_improve),
    ("Looking at the release in meetings", governing.meet_again),
    ("Moving work streams on", workstreams.run_streams_on),
    ("Opening this quarter for checking", playing.open_this_quarter),
    ("Raising challenges", playing.challenge_this_quarter),
    ("Looking at figures", playing.look_at_figures),
    ("Letting others see cardiology’s figures", safety.let_others_see),
    ("Opening what was released", framework.open_releases),
    ("Preparing this quarter's releases", playing.prepare_this_quarter),
    ("Watching deaths in the whole trust", safety.watch_everywhere),
    ("Learning, and writing in the forum", learning.learn),
    ("Checking job plans", jobplans.check_plans),
    ("Proposing new words for an objective", strategy.propose_today),
    ("Saying what is wrong with a wording", governing.say_today),
    ("Thanking, and confirming contributions", talking.thank_and_contribute),
    ("Talking signals through", talking.talk_signals_through),
    ("Keeping periods, a request and a disclosure", protecting.protect_data),
    ("Asking colleagues for feedback", reviewing.ask_colleagues),
    ("Reviewing a year", reviewing.review_colleagues),
    ("Writing the list of accounts", write_accounts),
)
