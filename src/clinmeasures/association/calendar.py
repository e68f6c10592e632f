"""Points on a calendar counted in their own periods, so that a missing month is a gap."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clinmeasures.frames import EPOCH, Floats, Integers

DAY = 86_400_000_000  # microseconds
YEAR_DAYS = 365.2425


@dataclass(frozen=True)
class Periods:
    """Where each point stands, in whole periods of `name`; `a_year` of them make a year."""

    name: str
    position: Integers
    a_year: float | None  # None for plain numbers, which have no year

    @property
    def missing(self) -> int:
        """Periods between the first and the last that have no point."""
        return int(self.position[-1] - self.position[0] + 1 - len(self.position))

    def season(self) -> Floats:
        """The year's wave and half-year's wave, shape (n_waves, n_points)."""
        assert self.a_year is not None
        turns = 2 * np.pi * self.position / self.a_year
        waves = [np.sin(turns), np.cos(turns)]
        if self.a_year > 4:
            waves += [np.sin(2 * turns), np.cos(2 * turns)]
        return np.array(waves)


def periods(keys: Integers, *, dated: bool) -> Periods:
    """The longest period of which every gap between points is a whole number.

    Parameters
    ----------
    keys : array of int, shape (n_points,)
        In order: microseconds since 1970 where `dated`, else plain numbers.
    dated : bool

    Months where every point falls on the same day of its month, or every one on its last day; else
    weeks, days or smaller.
    """
    if not dated:
        step = _step(keys)
        return Periods("step" if step == 1 else f"{step} steps", (keys - keys[0]) // step, None)
    moments = [EPOCH + timedelta(microseconds=key) for key in keys.tolist()]
    if _monthly(moments):
        months = np.array([one.year * 12 + one.month - 1 for one in moments])
        step = _step(months)
        return Periods(_of_months(step), months // step, 12 / step)
    step = _step(keys)
    return Periods(_of_days(step), (keys - keys[0]) // step, YEAR_DAYS * DAY / step)


def _step(keys: Integers) -> int:
    return int(np.gcd.reduce(np.diff(keys))) if len(keys) > 1 else 1


def _monthly(moments: list[datetime]) -> bool:
    days = {(one.day, one.time()) for one in moments}
    return len(days) == 1 or all(
        one.day == calendar.monthrange(one.year, one.month)[1] for one in moments
    )


def _of_months(step: int) -> str:
    return {1: "month", 3: "quarter", 12: "year"}.get(step, f"{step} months")


def _of_days(step: int) -> str:
    if step % DAY:
        return f"{step / DAY:.6g} days"
    return {1: "day", 7: "week"}.get(step // DAY, f"{step // DAY} days")
