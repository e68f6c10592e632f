"""A series with a change in it: its filled points in order, and what lies on each side."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_moments,
    as_numbers,
    at_row,
    cells,
    collected,
    is_frame,
    option_moments,
)

FEWEST = 3  # points on each side: two set a line, one is over


@dataclass(frozen=True)
class Series:
    """Filled points in order of date."""

    keys: Integers
    dates: list[str]
    values: Floats
    dated: bool


@dataclass(frozen=True)
class Cut:
    """Where a change cuts a series, and the points that are left out before it."""

    first: int  # the first point with the change
    left_out: Booleans  # points of the signal that started the change, shape (n_points,)

    @property
    def used(self) -> Booleans:
        """The points that lines are fitted to."""
        return ~self.left_out

    @property
    def before(self) -> int:
        """How many points lie before the change and count."""
        return int(self.used[: self.first].sum())

    @property
    def after(self) -> int:
        """How many points lie on or after the change."""
        return len(self.left_out) - self.first


def series_in(data: Any, date: Any, value: Any, comparison: Any) -> Series:
    """Values, or differences from the comparison, in order of date."""
    data = collected(data)
    framed = is_frame(data)
    names = [
        one if isinstance(one, str) else role
        for one, role in ((date, "date"), (value, "value"), (comparison, "comparison"))
    ]
    moments, values = (cells(data, one) if framed else one for one in (date, value))
    keys, texts = as_moments(moments, column=names[0])
    numbers = as_numbers(values, column=names[1])
    if comparison is not None:
        other = cells(data, comparison) if framed else comparison
        others = as_numbers(other, column=names[2])
        _refuse_unlike(len(numbers), len(others))
        numbers = numbers - others
    _refuse_unlike(len(numbers), len(keys))
    order = np.argsort(keys, kind="stable")
    _refuse_repeated(keys, texts, order, names[0])
    filled = order[np.isfinite(numbers[order])]
    return Series(
        keys=keys[filled],
        dates=[texts[i] for i in filled.tolist()],
        values=numbers[filled],
        dated=not all(text.lstrip("-").isdecimal() for text in texts),
    )


def _refuse_unlike(one: int, other: int) -> None:
    if one != other:
        raise BadInput(f"there are {other} dates or comparisons and {one} values; give one each.")


def _refuse_repeated(keys: Integers, texts: list[str], order: Integers, name: str) -> None:
    repeated = np.flatnonzero(np.diff(keys[order]) == 0)
    if repeated.size:
        row = int(order[repeated[0] + 1])
        raise BadInput(
            f"{at_row(row)}, column {name!r}: {texts[row]} appears twice; keep one row a date."
        )


def cut_at(series: Series, change: Any, signal: Any) -> Cut:
    """The series cut at a change, without the points from a signal that started it.

    Raises
    ------
    BadInput
        Where a date lies outside the series, or too few points lie on a side.
    """
    first = _position(series, change, "change")
    cut = Cut(first, _left_out(series, signal, first, change))
    if min(cut.before, cut.after) < FEWEST:
        raise BadInput(
            f"there are {cut.before} points before {change} and {cut.after} from it on; a line on "
            f"each side needs at least {FEWEST}, and eight or more to mean something."
        )
    return cut


def _position(series: Series, moment: Any, role: str) -> int:
    """The first point on or after a date; one point at least must come before it."""
    keys, texts = option_moments([moment], option=f"the {role}")
    if not len(series.keys):
        raise BadInput("no row has a value; there is no series.")
    plain = texts[0].lstrip("-").isdecimal()
    if plain == series.dated:
        kind = "a date, for example 2026-03-31" if series.dated else "a whole number"
        raise BadInput(f"the {role} {texts[0]} is not like the series' dates; give {kind}.")
    first = int(np.searchsorted(series.keys, keys[0]))
    if not 0 < first < len(series.keys):
        raise BadInput(
            f"the {role} {texts[0]} must come after the first point ({series.dates[0]}) and not "
            f"after the last ({series.dates[-1]})."
        )
    return first


def _left_out(series: Series, signal: Any, first: int, change: Any) -> Booleans:
    """The points of the signal that started the change, up to it; none where there was none."""
    left_out = np.zeros(len(series.values), dtype=bool)
    if signal is None:
        return left_out
    begun = _position(series, signal, "signal")
    if begun >= first:
        raise BadInput(f"the signal {signal} is not before the change {change}.")
    left_out[begun:first] = True
    return left_out
