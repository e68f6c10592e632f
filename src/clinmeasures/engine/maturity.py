"""Which months are complete: nothing that could still arrive would change them."""

import calendar
from datetime import date, timedelta

from clinmeasures.definitions.definition import Definition
from clinmeasures.errors import BadInput


def is_complete(month: str, definition: Definition, last_day: date | None) -> bool:
    """Whether the month's end, with the measure's look-ahead and lag, lies within the data.

    Parameters
    ----------
    month : str
        As 2026-03.
    last_day : date or None
        The last day that the data covers; none: nothing is complete.
    """
    if last_day is None:
        return False
    wait = timedelta(days=definition.looks_ahead_days + definition.lag_days)
    return end_of_month(month) + wait <= last_day


def end_of_month(month: str) -> date:
    """The last day of a month written as 2026-03."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def as_day(text: str) -> date:
    """A day, or the last day of a month, from ISO text."""
    try:
        return end_of_month(text) if len(text) == 7 else date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInput(
            f"'{text}' is not a day such as 2026-03-31 or a month such as 2026-03."
        ) from error
