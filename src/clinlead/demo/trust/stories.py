"""What a visitor can find in the invented trust, and where: told in stories.toml."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust import people as cast
from clinlead.demo.trust.departments import DAY_CASE
from clinlead.demo.trust.paperwork import BOARD_ROUNDS, NEW_TEMPLATE
from clinlead.demo.trust.plan import MINUTES_A_DAY, Plan, as_day, months_before
from clinlead.demo.trust.spells import SAME_DAY_CARE_MOVED_MONTHS, World

MISFILED, MISFILED_OF_PEER = 12, 4
CLINICIAN, PEER = ("cardiology", cast.SECOND), ("cardiology", cast.THIRD)
SOURCE = Path(__file__).with_name("stories.toml")
CAST = {
    "the clinician": CLINICIAN,
    "the heart failure consultant": cast.HEART_FAILURE,
    "the newcomer": cast.NEWCOMER,
    "the surgeon whose patients come back": cast.READMITS_MORE,
}
SAID = frozenset({"title", "account", "department", "measure", "since", "look", "shows"})
ONE_MONTH = "the misfiled month"  # the only story that is over


@dataclass(frozen=True, kw_only=True)
class Story:
    """One thing to find: who should sign in, where to look, what is seen, and what it teaches."""

    code: str
    title: str
    account: str  # of the demonstration
    person: str  # code; empty for a department's story
    department: str
    measure: str
    starts_on: date
    ends_on: date
    look: str
    shows: str


def misfiled_month(plan: Plan) -> date:
    """The middle month of the open quarter."""
    return months_before(plan.quarter[0], -1)


def misfiled_spells(world: World) -> tuple[NDArray[np.int64], int]:
    """The longest stays of one month, the peer's first, that a ward clerk filed under one code."""
    place = world.people.place
    if CLINICIAN not in place or PEER not in place:
        return np.zeros(0, dtype=int), -1
    first = misfiled_month(world.plan)
    start, end = (as_day(day) * MINUTES_A_DAY for day in (first, months_before(first, -1)))
    own = world.spells
    here = (own["department"] == world.hospital.position["cardiology"]) & ~own["died"]
    here &= (own["stream"] != DAY_CASE) & (own["discharging"] < world.people.count)
    here &= (own["discharging"] != place[CLINICIAN]) & (own["discharged"] >= start)
    rows = np.flatnonzero(here & (own["discharged"] < end))
    longest = rows[np.argsort((own["admitted"] - own["discharged"])[rows], kind="stable")]
    of_peer = own["discharging"][longest] == place[PEER]
    chosen = np.concatenate([longest[of_peer][:MISFILED_OF_PEER], longest[~of_peer]])[:MISFILED]
    return np.sort(chosen), place[CLINICIAN]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One story as stories.toml tells it: whose and since when by name."""

    code: str
    title: str
    account: str
    department: str
    measure: str
    since: str
    look: str
    shows: str
    person: str = ""


def read_stories(text: str) -> list[Told]:
    """The stories in the file's order; what is missing, unknown or misnamed is refused."""
    return [read_story(code, given) for code, given in tomllib.loads(text).items()]


def read_story(code: str, given: Mapping[str, str]) -> Told:
    wrong = SAID.symmetric_difference(given) - {"person"}
    if wrong:
        raise ValueError(f"{SOURCE.name}, [{code}]: missing or unknown: {', '.join(sorted(wrong))}")
    told = Told(code=code, **given)
    if told.person and told.person not in CAST:
        raise ValueError(f"{SOURCE.name}, [{code}]: nobody is {told.person!r}; {known(CAST)}")
    if told.since not in MOMENTS:
        raise ValueError(f"{SOURCE.name}, [{code}]: no moment is {told.since!r}; {known(MOMENTS)}")
    return told


def known(names: Iterable[str]) -> str:
    return f"known are {', '.join(names)}"


# Names of moments: the first day of each, from the plan.
MOMENTS: dict[str, Callable[[Plan], date]] = {
    "the start": lambda plan: plan.start,
    ONE_MONTH: misfiled_month,
    "board rounds": lambda plan: months_before(plan.end, BOARD_ROUNDS[1]),
    "the new template": lambda plan: months_before(plan.end, NEW_TEMPLATE[1]),
    "the newcomer came": lambda plan: months_before(plan.end, cast.NEWCOMER_MONTHS),
    "same-day care moved": lambda plan: months_before(plan.end, SAME_DAY_CARE_MOVED_MONTHS),
}


def stories(world: World) -> list[dict[str, object]]:
    """The stories whose people or departments this trust has."""
    told = read_stories(SOURCE.read_text(encoding="utf-8"))
    here = world.hospital.position
    return [asdict(in_trust(each, world)) for each in told if each.department in here]


def in_trust(told: Told, world: World) -> Story:
    """A story with the code and the days that this trust gives it."""
    person = world.people.place.get(CAST[told.person]) if told.person else None
    starts_on = MOMENTS[told.since](world.plan)
    after = months_before(starts_on, -1) if told.since == ONE_MONTH else world.plan.end
    return Story(
        code=told.code,
        title=told.title,
        account=told.account,
        person="" if person is None else world.people.code[person],
        department=told.department,
        measure=told.measure,
        starts_on=starts_on,
        ends_on=after - timedelta(days=1),
        look=told.look,
        shows=told.shows,
    )
