"""What is asked of the generator, and the days it covers."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import holidays
import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]  # days since 1970-01-01
Minutes = NDArray[np.int64]  # minutes since 1970-01-01 00:00, local civil time
Columns = dict[str, NDArray]

MINUTES_A_DAY = 1440
# Chains of admissions begin this long before the window, so that its first months are not empty of
# readmissions.
RUN_UP_DAYS = 300


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One invented trust: the same plan always makes the same files."""

    today: date
    seed: int = 20_11
    months: int = 36
    spells_a_year: int = 130_000
    nation: str = "ENG"
    departments: tuple[str, ...] = ()  # none named: all of them

    def __post_init__(self) -> None:
        if self.months < 6:
            raise ValueError(f"a trust needs at least 6 months, was given {self.months}")
        if self.spells_a_year < 1:
            raise ValueError("a trust needs at least one spell a year")

    def random(self, name: str) -> np.random.Generator:
        """The source of chance of one part, so that a new part never changes the others."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    @property
    def end(self) -> date:
        """The first day after the last complete month: the extract is cut at its midnight."""
        return self.today.replace(day=1)

    @property
    def start(self) -> date:
        return months_before(self.end, self.months)

    @property
    def first_day(self) -> int:
        return as_day(self.start) - RUN_UP_DAYS

    @property
    def quarter(self) -> tuple[date, date]:
        """First and last day of the last complete calendar quarter, the one open for checking."""
        after = months_before(self.end, (self.end.month - 1) % 3)
        return months_before(after, 3), after - timedelta(days=1)

    @cached_property
    def days(self) -> Days:
        return np.arange(self.first_day, as_day(self.end))

    @cached_property
    def quiet(self) -> NDArray[np.bool_]:
        """Weekends and the nation's bank holidays, one a day, with a month to spare at the end."""
        days = np.arange(self.first_day, as_day(self.end) + 400)
        years = range(self.start.year - 1, self.end.year + 2)
        closed = [
            as_day(day) for day in holidays.country_holidays("GB", subdiv=self.nation, years=years)
        ]
        return (weekday(days) >= 5) | np.isin(days, closed)

    def is_quiet(self, days: Days) -> NDArray[np.bool_]:
        return self.quiet[np.clip(days - self.first_day, 0, self.quiet.size - 1)]

    @cached_property
    def month_starts(self) -> Days:
        count = self.months + RUN_UP_DAYS // 28 + 1
        return np.array([as_day(months_before(self.end, back)) for back in range(count, -1, -1)])

    def month_of(self, days: Days) -> NDArray[np.int64]:
        """Position of each day's month in `month_starts`."""
        return np.clip(np.searchsorted(self.month_starts, days, side="right") - 1, 0, None)


def in_turn(groups: NDArray[np.int64], most: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each run of so many of a group: the first `most`, the next, and so on."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.empty(groups.size, dtype=np.int64)
    turn[order] = np.arange(groups.size) - first
    turn //= most
    return groups * 1000 + turn


def as_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def as_date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))


def months_before(first: date, months: int) -> date:
    """The first of the month so many months before (after, where negative)."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def weekday(days: Days) -> NDArray[np.int64]:
    """Monday is 0; 1 January 1970 was a Thursday."""
    return (days + 3) % 7


def midwinter(days: Days) -> NDArray[np.float64]:
    """1 in mid-January, -1 in mid-July."""
    return np.cos(2 * np.pi * (days - 15) / 365.25)


def sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-logit))


def logit(probability: NDArray[np.float64] | float) -> NDArray[np.float64]:
    odds = np.asarray(probability, dtype=float)
    return np.log(odds / (1 - odds))


def existing_minutes(minutes: Minutes) -> Minutes:
    """Moves the hour that the clocks skip in March one hour on: no clock ever showed it."""
    days = minutes // MINUTES_A_DAY
    dates = days.astype("datetime64[D]")
    march = dates.astype("datetime64[M]").astype(int) % 12 == 2
    last_sunday = (
        march & (weekday(days) == 6) & ((dates + 7).astype("datetime64[M]").astype(int) % 12 == 3)
    )
    skipped = last_sunday & ((minutes % MINUTES_A_DAY) // 60 == 1)
    return minutes + 60 * skipped
