"""Ways to work a field out of a row, for every record type."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clinmeasures.engine.times import minutes_between, possible, seconds_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

Derive = Callable[["ir.Table"], "ir.Value"]
AGE_BANDS = ((18, "0-17"), (45, "18-44"), (65, "45-64"), (75, "65-74"), (85, "75-84"))  # below each


def age_band(rows: "ir.Table") -> "ir.StringValue":
    """The band of AGE_BANDS, or 85+ above them all; NULL without an age."""
    import ibis

    age = rows["age_years"]
    below = [(age < limit, band) for limit, band in AGE_BANDS]
    return ibis.cases((age.isnull() | (age < 0), ibis.null("string")), *below, else_="85+")


def elapsed(start: str, end: str) -> Callable[["ir.Table"], "ir.IntegerValue"]:
    """Whole minutes from one moment to another; blank where the end comes first."""
    return lambda rows: possible(minutes_between(rows[f"{start}_utc"], rows[f"{end}_utc"]))


def minutes(start: str, end: str) -> Callable[["ir.Table"], "ir.IntegerValue"]:
    """Whole minutes from one moment to another; negative where the end comes first."""
    return lambda rows: minutes_between(rows[f"{start}_utc"], rows[f"{end}_utc"])


def hours(start: str, end: str) -> Callable[["ir.Table"], "ir.FloatingValue"]:
    """Hours with fractions from one moment to another."""
    return lambda rows: seconds_between(rows[f"{start}_utc"], rows[f"{end}_utc"]) / 3600.0


def month(name: str) -> Callable[["ir.Table"], "ir.StringValue"]:
    """The local month of a moment, as text."""
    return lambda rows: rows[name].strftime("%Y-%m")


def weekend(name: str) -> Callable[["ir.Table"], "ir.BooleanValue"]:
    """Whether a moment falls on Saturday or Sunday."""
    return lambda rows: rows[name].day_of_week.index() >= 5  # Monday is 0
