"""Suppression of small numbers, and of others so that totals do not give them away.

What a reader is taken to know: every number shown, before rounding, that rows and columns add up,
that counts are whole, and that no 0 is ever hidden. A hidden number is safe if at least two
tables agree with all of that and differ in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.disclosure.audit import margins, ranges
from clinmeasures.disclosure.partners import partners
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like

LARGEST = 2**53  # counts beyond it are no longer exact


@dataclass(frozen=True)
class Rule:
    """Which counts are small, and what those shown are rounded to."""

    below: int  # counts from 1 to below - 1 are hidden
    nearest: int = 1


# "hospital-episodes": NHS England's rule for counts from Hospital Episode Statistics below the
# national level. "under-five" and "under-ten" are common in local and public health reports.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "under-five": Rule(below=5),
        "under-ten": Rule(below=10),
        "hospital-episodes": Rule(below=8, nearest=5),
    }
)


@dataclass(frozen=True, kw_only=True)
class Suppressed:
    """A table that may be shown, its totals in the last row and column (or the last place).

    Shape (n + 1,) for a list of counts, (n_rows + 1, n_columns + 1) for a table.
    """

    rule: Rule
    shown: Floats  # NaN where hidden
    hidden: Booleans
    small: Booleans  # hidden for being small; the others only so that totals give nothing away

    def to_dict(self) -> dict[str, Any]:
        """Counts with None where hidden, nested as the table is, and how many are."""
        return {
            "counts": _whole_or_none(self.shown),
            "hidden": int(self.hidden.sum()),
            "rounded_to": self.rule.nearest,
        }

    def to_frame(self) -> Any:
        """One row for each count, totals included, as an Arrow table."""
        places = np.indices(self.shown.shape).reshape(self.shown.ndim, -1)
        columns = {
            name: axis.tolist() for name, axis in zip(("row", "column"), places, strict=False)
        }
        totals = (places == np.array(self.shown.shape)[:, None] - 1).any(axis=0)
        counts = _whole_or_none(self.shown.ravel())
        return like(columns | {"count": counts, "total": totals.tolist()}, None)


def disclose(counts: ArrayLike, *, rule: str | Rule = "under-five") -> Suppressed:
    """Hide small counts, and others so that no hidden count can be worked out from what is shown.

    Parameters
    ----------
    counts : array of int, shape (n,) or (n_rows, n_columns)
        Without totals: they are added, checked and shown with the rest. A count of 0 is shown.
    rule : str or Rule
        One of RULES by name, or a rule of one's own.

    Returns
    -------
    Suppressed

    Raises
    ------
    BadInput
        If a count is missing, negative or not whole, or there is no such rule.

    Notes
    -----
    Small counts are hidden first. While any hidden count can take one value only (two linear
    programmes for each, exact for such tables), the cheapest rectangle of counts that gives it a
    second is hidden, totals last. It ends: with all counts and totals above 0 hidden nothing is
    known. Rounding comes afterwards, so it can only take knowledge away.

    Two tables shown beside each other (a year and its quarters, say) can give away what neither
    does alone; decide on them as one table.

    Source
    ------
    Cox 1980, Journal of the American Statistical Association 75: 377; Willenborg & de Waal 2001,
    Elements of Statistical Disclosure Control, chapter 4; NHS England, HES analysis guide.
    """
    chosen = _rule(rule)
    table = margins(_counts(counts))
    small = (table > 0) & (table < chosen.below)
    hidden = small.copy()
    while known := _worked_out(table, hidden):
        before = hidden.copy()
        for place in known:
            if not (_beside(table, place) & hidden & ~before).any():
                _hide_with(table, hidden, place)
    nearest = chosen.nearest
    rounded = np.floor(table / nearest + 0.5) * nearest
    return Suppressed(
        rule=chosen, shown=np.where(hidden, np.nan, rounded), hidden=hidden, small=small
    )


def _worked_out(table: Floats, hidden: Booleans) -> list[tuple[int, ...]]:
    """The hidden counts that what is shown leaves only one value for."""
    low, high = ranges(table, hidden)
    places = np.argwhere(hidden)
    return [tuple(place) for place in places[high - low < 1].tolist()]


def _beside(table: Floats, place: tuple[int, ...]) -> Booleans:
    """The row and the column of a place."""
    beside = np.zeros(table.shape, dtype=bool)
    for axis in range(table.ndim):
        line: list[Any] = list(place)
        line[axis] = slice(None)
        beside[tuple(line)] = True
    return beside


def _hide_with(table: Floats, hidden: Booleans, place: tuple[int, ...]) -> None:
    """As many others as give this count a second possible value."""
    chosen = partners(table, hidden, place)
    if chosen is None or not (chosen & ~hidden).any():
        _hide_beside(table, hidden, place)
    else:
        hidden |= chosen


def _hide_beside(table: Floats, hidden: Booleans, place: tuple[int, ...]) -> None:
    """One more: the smallest shown count in the same row or column, else anywhere; totals last."""
    for among in (_beside(table, place), np.ones(table.shape, dtype=bool)):
        free = among & ~hidden & (table > 0)
        if free.any():
            hidden[_cheapest(table, free)] = True
            return


def _cheapest(table: Floats, free: Booleans) -> tuple[int, ...]:
    """The smallest by value; any other before a total."""
    places = np.argwhere(free)
    totals = (places == np.array(table.shape) - 1).sum(axis=1)
    order = np.lexsort((table[free], totals))
    return tuple(places[order[0]].tolist())


def _rule(rule: str | Rule) -> Rule:
    if isinstance(rule, str):
        if rule not in RULES:
            raise BadInput(f"there is no rule {rule!r}; use one of {', '.join(RULES)}.")
        return RULES[rule]
    if rule.below < 1 or rule.nearest < 1:
        raise BadInput("a rule hides below 1 or more and rounds to 1 or more; correct it.")
    return rule


def _counts(counts: ArrayLike) -> Floats:
    try:
        table = np.array(counts, dtype=float)
    except (TypeError, ValueError):
        raise BadInput("the counts are not all numbers in rows of one length.") from None
    if table.ndim not in {1, 2} or not table.size:
        raise BadInput("give a list of counts, or a table of rows and columns, with at least one.")
    if not np.isfinite(table).all():
        raise BadInput("a count is missing; fill it in, or leave its row or column out.")
    if (table < 0).any() or (table != np.floor(table)).any() or table.sum() > LARGEST:
        raise BadInput("a count is negative, not whole, or too large; give counts of cases.")
    return table


def _whole_or_none(values: Floats) -> Any:
    if values.ndim > 1:
        return [_whole_or_none(row) for row in values]
    return [None if np.isnan(value) else int(value) for value in values.tolist()]
