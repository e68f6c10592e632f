"""Dates, months and numbers as pages say them."""

from datetime import date, datetime

from django.utils import timezone

MONTHS = [
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


def as_day(day: date | datetime | None) -> str:
    """12 April 2026"""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def as_iso_day(day: str) -> str:
    """2026-04-12, as it is kept, in words"""
    return as_day(date.fromisoformat(day)) if day else ""


def as_moment(at: datetime | None) -> str:
    """12 April 2026, 9:30am"""
    if at is None:
        return ""
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    hour = local.hour % 12 or 12
    return f"{as_day(local)}, {hour}:{local.minute:02d}{'am' if local.hour < 12 else 'pm'}"


def as_month(month: str) -> str:
    """2026-03 → March 2026"""
    if not month:
        return ""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def as_months(first: str, last: str) -> str:
    """January to March 2026; one month alone; two years are both named."""
    if first == last:
        return as_month(first)
    if first[:4] == last[:4]:
        return f"{MONTHS[int(first[5:]) - 1]} to {as_month(last)}"
    return f"{as_month(first)} to {as_month(last)}"


def as_count(number: int | None) -> str:
    """12,345"""
    return f"{number:,}" if isinstance(number, int) else ""  # a template's undefined says nothing


def plural(number: int, one: str, many: str | None = None) -> str:
    """1 record, 2 records, no records"""
    word = one if number == 1 else (many or f"{one}s")
    return f"{number:,} {word}" if number else f"no {word}"


def capitalize_first(text: str) -> str:
    """Only the first letter: names inside stay as they are."""
    return text[:1].upper() + text[1:]


def as_percent(fraction: float | None, digits: int = 1) -> str:
    """4.2%"""
    return "" if fraction is None else f"{100 * fraction:.{digits}f}%"


FILTERS = {
    "capitalize_first": capitalize_first,
    "day": as_day,
    "iso_day": as_iso_day,
    "moment": as_moment,
    "month": as_month,
    "count": as_count,
    "plural": plural,
    "percent": as_percent,
}
