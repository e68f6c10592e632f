"""A department's months, added up once and kept at hand while nothing behind them changes.

What is kept is looked up by whose it is and by the digests of the months shown, so that another
generation, another membership or another data directory finds nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from clinlead.figures.models import TallyMonth
from clinlead.figures.queries import (
    ByUnit,
    Membership,
    Wanted,
    by_unit,
    department_rows,
    in_one_of,
    months_in,
)
from clinlead.figures.sums import MonthSums

REMEMBERED = 24  # a megabyte each, at most


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Some figures' months, and each unit's of one of them. Nobody changes these lists."""

    months: dict[Wanted, list[MonthSums]]
    by_unit: ByUnit = field(default_factory=dict)


_kept: dict[object, Kept] = {}


def department_months(
    who: Membership, wanted: Iterable[Wanted], *, by_unit_of: Wanted | None = None
) -> Kept:
    """A department's own months of some figures, and its units' of one; at most two questions."""
    figures = tuple(wanted)
    mark = (who, figures, by_unit_of, shown_digests(figures))
    found = _kept.pop(mark, None)
    if found is None:
        rows = department_rows(who, figures)
        found = Kept(
            months={each: months_in(rows[each]) for each in figures},
            by_unit=by_unit(rows[by_unit_of]) if by_unit_of else {},
        )
    _kept[mark] = found  # the one that was used last is forgotten last
    while len(_kept) > REMEMBERED:
        _kept.pop(next(iter(_kept)), None)
    return found


def shown_digests(figures: Iterable[Wanted]) -> tuple[tuple[str | int | bool, ...], ...]:
    """Equal while the same tallies are shown; one question."""
    shown = TallyMonth.objects.shown().filter(in_one_of(figures))
    names = ("measure", "version", "rule", "month", "complete", "digest")
    return tuple(shown.order_by("pk").values_list(*names))
