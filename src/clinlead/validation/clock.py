"""How long an owner has to check records: absence stops the clock. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from clinlead.validation.policies import RecordState

Away = tuple[date, date | None]  # first and last day away; None: not back yet
A_DAY = timedelta(days=1)


def last_day(opens_on: date, closes_on: date, away: Iterable[Away]) -> date | None:
    """An owner's own last day: the window's working length in days on which they were here.

    None while an absence has no end: the clock stands still.
    """
    left = (closes_on - opens_on).days + 1
    spans = merged(away)
    day = opens_on
    for first, last in spans:
        if last is not None and last < day:
            continue
        here = max((first - day).days, 0)
        if here >= left:
            break
        if last is None:
            return None
        left -= here
        day = last + A_DAY
    return day + (left - 1) * A_DAY


def merged(away: Iterable[Away]) -> list[Away]:
    """Absences in order, overlapping ones made one."""
    spans: list[Away] = []
    for first, last in sorted(away, key=lambda span: span[0]):
        if spans and (spans[-1][1] is None or first <= spans[-1][1] + A_DAY):
            spans[-1] = (spans[-1][0], later(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans


def later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def state_of(*, confirmed: bool, challenged: bool, over: bool) -> RecordState:
    """What an owner has said of a record. A challenge outweighs a confirmation."""
    if challenged:
        return RecordState.CHALLENGED
    if confirmed:
        return RecordState.CONFIRMED
    return RecordState.SILENT if over else RecordState.NOT_YET
