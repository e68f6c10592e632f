"""The calendar of releases: which months one covers, and when it is due. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_YEAR = 12
NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def number_of(month: str) -> int:
    """`2026-03` as months since the year 0, so that months can be counted."""
    year, of_year = month.split("-")
    return int(year) * MONTHS_IN_YEAR + int(of_year) - 1


def month_of(number: int) -> str:
    return f"{number // MONTHS_IN_YEAR:04d}-{number % MONTHS_IN_YEAR + 1:02d}"


def first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    return first_day(month_of(number_of(month) + 1)) - timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Whole months from `first` to `last`, both included, as `2026-01`."""

    first: str
    last: str

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(month_of(n) for n in range(number_of(self.first), number_of(self.last) + 1))

    @property
    def starts_on(self) -> date:
        return first_day(self.first)

    @property
    def ends_on(self) -> date:
        return last_day(self.last)

    def due_on(self, due_days: int) -> date:
        return self.ends_on + timedelta(days=due_days)

    def next(self) -> "Period":
        length = number_of(self.last) - number_of(self.first) + 1
        first = number_of(self.last) + 1
        return Period(month_of(first), month_of(first + length - 1))

    def __str__(self) -> str:
        start, end = (NAMES[int(month[5:]) - 1] for month in (self.first, self.last))
        year, end_year = self.first[:4], self.last[:4]
        if self.first == self.last:
            return f"{start} {year}"
        if year == end_year:
            return f"{start} to {end} {year}"
        return f"{start} {year} to {end} {end_year}"


def period_holding(day: date, months: int) -> Period:
    """The period of the calendar that a day falls in; calendars count from January."""
    of_year = day.month - 1
    first = day.year * MONTHS_IN_YEAR + of_year - of_year % months
    last = min(first + months - 1, day.year * MONTHS_IN_YEAR + MONTHS_IN_YEAR - 1)
    return Period(month_of(first), month_of(last))


def last_whole_period(day: date, months: int) -> Period:
    """The newest period of the calendar that is over on a day."""
    current = period_holding(day, months)
    return period_holding(current.starts_on - timedelta(days=1), months)
