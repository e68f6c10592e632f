"""Numbers as people read them: with their unit, and no more figures than they carry."""

import math
from dataclasses import dataclass
from datetime import date, datetime

from clinmeasures.frames import read_moment

MONTHS = "January February March April May June July August September October November December"
MONTH_NAMES = tuple(MONTHS.split())


@dataclass(frozen=True)
class Unit:
    """What a figure is counted in. A fraction shown as a percentage is stored as the fraction."""

    name: str  # "days", "%", "per 1,000 bed days"; empty for a plain number
    times: float = 1.0  # what a stored value is multiplied by to be shown

    @property
    def is_percentage(self) -> bool:
        """Whether values are shown per hundred."""
        return self.name == "%"

    def shown(self, value: float) -> float:
        """A value in the unit it is shown in."""
        return value * self.times

    def number(self, value: float | None) -> str:
        """The figure without its unit; a percentage keeps its sign."""
        if value is None or not math.isfinite(value):
            return "none"
        if not self.is_percentage:
            return in_figures(self.shown(value))
        whole = value in (0.0, 1.0)
        return in_figures(self.shown(value), decimals=0 if whole else 1) + "%"

    def text(self, value: float | None) -> str:
        """The figure with its unit: "4.2%", "3.1 days"."""
        number = self.number(value)
        plain = self.is_percentage or not self.name or number == "none"
        return number if plain else f"{number} {self.name}"


def unit_of(unit: "Unit | str") -> Unit:
    """A unit by name; "%" shows fractions as percentages.

    Examples
    --------
    >>> unit_of("%").text(0.042)
    '4.2%'
    >>> unit_of("days").text(3.14159)
    '3.14 days'
    """
    if isinstance(unit, Unit):
        return unit
    return Unit(unit, 100.0) if unit == "%" else Unit(unit)


def in_figures(value: float, decimals: int | None = None) -> str:
    """A number with thousands separated and about three figures, or the decimals asked for.

    Examples
    --------
    >>> in_figures(1495), in_figures(12.345), in_figures(2.0)
    ('1,495', '12.3', '2')
    """
    if decimals is None:
        size = abs(value)
        decimals = 0 if size >= 100 or float(value).is_integer() else 1 if size >= 10 else 2
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if text.strip("-0.,") == "" else text


def in_words(moment: str, *, brief: bool = False, days: bool = False) -> str:
    """A date as people say it: "March 2026" for the first of a month, else "31 March 2026".

    Parameters
    ----------
    moment : str
        ISO 8601, or a plain number, which stays as it is.
    brief : bool
        Months by three letters.
    days : bool
        The first of a month is that day, and not the month.

    Examples
    --------
    >>> in_words("2026-03-01"), in_words("2026-03-31", brief=True)
    ('March 2026', '31 Mar 2026')
    >>> in_words("2026-03-01", days=True)
    '1 March 2026'
    """
    found = read_moment(moment)
    if found is None or moment.isdecimal():
        return moment
    month = MONTH_NAMES[found.month - 1]
    month = month[:3] if brief else month
    if found.day == 1 and not days and not has_time(found):
        return f"{month} {found.year}"
    return f"{found.day} {month} {found.year}"


def has_time(moment: date | datetime) -> bool:
    """Whether a moment is more than a day."""
    return isinstance(moment, datetime) and (moment.hour, moment.minute) != (0, 0)


def how_many(count: float, singular: str, plural: str | None = None) -> str:
    """A count with its word.

    Examples
    --------
    >>> how_many(1, "patient"), how_many(1495, "stay"), how_many(2, "copy", "copies")
    ('1 patient', '1,495 stays', '2 copies')
    """
    name = singular if count == 1 else plural or singular + "s"
    return f"{in_figures(count)} {name}"
