"""Dates and times as sources write them, read as local civil time or as an instant."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinmeasures.activity import sql
from clinmeasures.activity.mapping import Dates

ISO_DAY = r"\d{4}-\d{2}-\d{2}"
ISO = ISO_DAY + r"([ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)?"
OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
NUMBER = r"[+-]?(\d{1,12}(\.\d*)?|\.\d+)"


def form_in_words(rules: Dates) -> str:
    """How a date ought to be written, for a reason."""
    if rules.origin:
        return f"as a day number counted from {rules.origin}"
    if rules.formats:
        return "in the form " + " or ".join(rules.formats)
    return "in the form 2026-03-31 or 2026-03-31 09:30 (say another in [dates] of the mapping)"


def local_moment(text: str, rules: Dates) -> str:
    """The local civil time a text states, null where it cannot be read so."""
    if rules.origin:
        number = (
            f"CASE WHEN regexp_full_match({text}, '{NUMBER}') THEN try_cast({text} AS DOUBLE) END"
        )
        seconds = f"CAST(round(86400 * ({number} - {rules.origin_is_day})) AS BIGINT)"
        return f"(TIMESTAMP '{rules.origin}' + to_seconds({seconds}))"
    if rules.formats:
        return f"try_strptime({text}, [{sql.texts(rules.formats)}])"
    plain = f"replace({text}, ',', '.')"
    return f"CASE WHEN regexp_full_match({text}, '{ISO}') THEN try_cast({plain} AS TIMESTAMP) END"


def offset_moment(text: str, rules: Dates) -> str:
    """The instant of an ISO text that states its own distance from UTC; else null."""
    if rules.origin or rules.formats:
        return "CAST(NULL AS TIMESTAMPTZ)"
    with_zone = f"regexp_full_match({text}, '{ISO}{OFFSET}') AND contains({text}, ':')"
    seconds = (
        f"regexp_replace({text}, '^({ISO_DAY})[ T](\\d{{2}}:\\d{{2}})({OFFSET})$', '\\1 \\2:00\\3')"
    )
    return f"CASE WHEN {with_zone} THEN try_cast({seconds} AS TIMESTAMPTZ) END"


@lru_cache(maxsize=16)
def change_days(zone: str) -> tuple[date, ...]:
    """The days from 1900 to 2100 on which the clocks of a zone change, with the day after each."""
    place, days = ZoneInfo(zone), []
    before = datetime(1900, 1, 1, 12, tzinfo=place).utcoffset()
    for number in range(1, 73_414):
        noon = datetime(1900, 1, 1, 12, tzinfo=place) + timedelta(days=number)
        if noon.utcoffset() != before:
            days += [noon.date() - timedelta(days=1), noon.date(), noon.date() + timedelta(days=1)]
            before = noon.utcoffset()
    return tuple(days)
