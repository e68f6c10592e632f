"""Values of records as pages say them: days, local times, corrections' text. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def in_words(value: object) -> str:
    """A value as it is said: days and local times in full, blank as a dash."""
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        hour = value.hour % 12 or 12
        half = "am" if value.hour < 12 else "pm"
        return f"{value.day} {value:%B %Y}, {hour}:{value.minute:02d}{half}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value).replace("_", " ")


def stored_in_words(text: str | None) -> str:
    """A correction's text as it is said."""
    if text is None:
        return "nothing (blank)"
    try:
        return in_words(datetime.fromisoformat(text) if "T" in text else text)
    except ValueError:
        return text


def day_words(day: date) -> str:
    """Thursday 5 March 2026"""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short(day: datetime | date | None) -> str:
    return f"{day.day} {day:%b}" if day else "?"


def came_twice(value: object, zone: ZoneInfo) -> bool:
    """Whether a local time falls in the hour over which the clocks go back."""
    if not isinstance(value, datetime):
        return False
    first, second = (value.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second
