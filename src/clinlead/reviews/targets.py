"""A target range in words."""

from decimal import Decimal
from typing import Protocol


class Range(Protocol):
    """Anything with two ends, of which one may be open."""

    low: Decimal | None
    high: Decimal | None
    unit: str


def target_words(target: Range) -> str:
    """ "70 to 80%", "at least 85%", "at most 4 days"."""
    unit = target.unit if target.unit == "%" else f" {target.unit}".rstrip()
    if target.low is None:
        return f"at most {plain(target.high)}{unit}"
    if target.high is None:
        return f"at least {plain(target.low)}{unit}"
    return f"{plain(target.low)} to {plain(target.high)}{unit}"


def plain(value: Decimal | None) -> str:
    """Without the noughts of how it is kept."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
