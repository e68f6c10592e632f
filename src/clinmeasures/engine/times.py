"""Spans between instants and days, as expressions."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SECONDS_1800_TO_1970 = 5_364_662_400


def days_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Midnights from one local instant or date to another; negative where the end comes first."""
    return end.cast("date").delta(start.cast("date"), unit="day").cast("int64")


def day_number(value: "ir.Value") -> "ir.IntegerValue":
    """Days since the year 1800 of a local instant or date."""
    import ibis

    return value.cast("date").delta(ibis.date(1800, 1, 1), unit="day").cast("int64")


def seconds_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Elapsed whole seconds between two UTC instants; negative where the end comes first."""
    return end.delta(start, unit="second").cast("int64")


def minute_of_day(local: "ir.TimestampValue") -> "ir.IntegerValue":
    """Minutes since midnight of a local instant."""
    return local.hour().cast("int64") * 60 + local.minute().cast("int64")


def minutes_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Elapsed whole minutes, rounded down (-30 seconds is -1)."""
    return (seconds_between(start, end) / 60.0).floor().cast("int64")


def possible(value: "ir.IntegerValue") -> "ir.IntegerValue":
    """The value, or blank where it is negative, which no stay can be."""
    return (value >= 0).ifelse(value, None)


def since_1800(instant: "ir.TimestampValue") -> "ir.IntegerValue":
    """Whole seconds since the year 1800 began."""
    return instant.epoch_seconds().cast("int64") + _SECONDS_1800_TO_1970


def stay_seconds(rows: "ir.Table") -> "ir.IntegerValue":
    """Elapsed seconds of a stay; blank where it is impossible."""
    return possible(seconds_between(rows["admitted_at_utc"], rows["discharged_at_utc"]))
