"""The lead's quarter as a path of five steps, and the minutes it should take. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from clinlead.figures.presenters import CHANCE_IN_A_QUARTER
from clinmeasures.wording.power import expected_chance_signals
from clinmeasures.wording.units import how_many, in_figures

# The rule of the estimate, in minutes; docs/explanation/directors-hour.md has its model. A
# department of 12 with six measures comes to half an hour, within the 45 minutes of the director's.
SETTLE, INTERPRET, RELEASE, TABLE = 3, 3, 2, 1
SIGN_OFF_SECONDS = 5  # each of those signed off together: a look down the list
RULE = (
    "3 minutes for each challenge and each figure with a signal, 5 seconds for each other "
    "figure, 2 to release and 1 to table"
)
POINTS_SIMULATED = 3  # months in which CHANCE_IN_A_QUARTER was counted
FEWEST_MONTHS = 12  # a younger chart is not read
USUAL_CHANCE = 0.05  # of a chart that was not simulated


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the path; `state` is done, now or empty."""

    text: str
    left: str
    minutes: float
    done: bool
    waits: bool = False  # for somebody else alone
    state: str = ""
    href: str = ""


@dataclass(frozen=True)
class Left:
    """How many are left to do; `elsewhere` are a lead's own among them, which others decide."""

    all: int
    elsewhere: int = 0

    @property
    def here(self) -> int:
        return self.all - self.elsewhere

    def words(self, word: str) -> str:
        if not self.all:
            return "done"
        if not self.elsewhere:
            return f"{how_many(self.all, word)} left"
        return f"{how_many(self.here, word)} left, and {self.elsewhere} for somebody else"


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is left of a department's quarter."""

    challenges: Left
    to_interpret: Left
    to_sign_off: Left
    released: bool
    tabled_on: date | None = None


def path_of(work: Work, links: Mapping[str, str]) -> list[Step]:
    """The five steps, each with what is left; the first that is not done is the present one."""
    steps = [
        counted("Settle challenges", work.challenges, "challenge", SETTLE, links.get("settle", "")),
        counted(
            "Interpret figures with a signal",
            work.to_interpret,
            "figure",
            INTERPRET,
            links.get("interpret", ""),
        ),
        counted(
            "Sign off the others together",
            work.to_sign_off,
            "figure",
            SIGN_OFF_SECONDS / 60,
            links.get("sign", ""),
        ),
        once("Release", "to your colleagues", work.released, RELEASE, links.get("release", "")),
        once(
            "Table at governance",
            "once it is released",
            work.tabled_on is not None,
            TABLE,
            links.get("table", ""),
        ),
    ]
    return with_present(steps)


def counted(text: str, left: Left, word: str, minutes: float, href: str) -> Step:
    """What somebody else decides takes none of the lead's minutes."""
    said = left.words(word)
    return Step(
        text=text,
        left=said,
        minutes=left.here * minutes,
        done=not left.all,
        waits=bool(left.all) and not left.here,
        href=href,
    )


def once(text: str, when: str, done: bool, minutes: float, href: str) -> Step:
    left = "done" if done else when
    return Step(text=text, left=left, minutes=0 if done else minutes, done=done, href=href)


def with_present(steps: Iterable[Step]) -> list[Step]:
    """The present one is the first with something to do that does not wait for somebody else."""
    found, marked = [], False
    for step in steps:
        state = "done" if step.done else "" if marked or step.waits else "now"
        marked = marked or state == "now"
        found.append(replace(step, state=state))
    return found


def minutes_left(steps: Iterable[Step]) -> int:
    """Whole minutes, rounded up."""
    return math.ceil(round(sum(step.minutes for step in steps), 6))


def chance_signals(charts: Iterable[tuple[str, int, int]]) -> float:
    """How many figures have a signal in the period by chance alone.

    Of (kind of chart, settled months, months of the period) each; younger charts are not read.
    """
    return sum(
        CHANCE_IN_A_QUARTER.get(kind, USUAL_CHANCE) * points / POINTS_SIMULATED
        for kind, months, points in charts
        if months >= FEWEST_MONTHS
    )


def chance_words(charts: Iterable[tuple[str, int, int]], seen: int) -> str:
    """What to expect by chance over everything in the release, beside what is there."""
    read = [chart for chart in charts if chart[1] >= FEWEST_MONTHS]
    if not read:
        return "No chart has twelve settled months yet, so none can be read."
    points = sum(chart[2] for chart in read)
    expected = in_figures(chance_signals(read), 1)
    return (
        f"{how_many(len(read), 'chart')} with {how_many(points, 'new point')}: chance alone would "
        f"give about {expected} of them a signal. {seen or 'None'} "
        f"{'has' if seen == 1 else 'have'} one."
    )


def chance_beside(compared: int, seen: int) -> str:
    """The same for figures that stand beside colleagues'."""
    expected = in_figures(expected_chance_signals(compared), 2)
    return (
        f"{how_many(compared, 'figure')} beside colleagues: chance alone would put about "
        f"{expected} outside the 99.8% limits. {seen or 'None'} {'is' if seen == 1 else 'are'}."
    )


def chance_of_one(kind: str, months: int) -> str:
    """How often a chart like this one has a signal by chance alone."""
    if months < FEWEST_MONTHS:
        return f"Only {how_many(months, 'month')} so far: a chart needs twelve to be read."
    once = round(1 / CHANCE_IN_A_QUARTER.get(kind, USUAL_CHANCE))
    return f"By chance alone, about 1 in {once} charts like this has a signal in three months."
