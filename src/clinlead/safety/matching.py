"""Which of the signals found now are those that were found before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Climb:
    """Whose climb it is, from its estimated start to the case that reached the limit."""

    whose: object
    started_on: date
    signalled_on: date
    signal_key: str

    def is_like(self, other: "Climb") -> bool:
        """The same case, or days in common: a correction can move both ends of a climb."""
        if self.whose != other.whose:
            return False
        overlap = self.started_on <= other.signalled_on and other.started_on <= self.signalled_on
        return overlap or self.signal_key == other.signal_key


Pair = tuple[int | None, int | None]  # places among the kept and the found


def matched(kept: Sequence[Climb], found: Sequence[Climb]) -> list[Pair]:
    """Every kept and every found climb once, in pairs where they are the same one.

    The same case comes first; then, oldest first, what has days in common.
    """
    taken: dict[int, int] = {}
    for same in (is_same, Climb.is_like):
        for here, climb in enumerate(found):
            if here in taken.values():
                continue
            like = (i for i, old in enumerate(kept) if i not in taken and same(old, climb))
            first = min(like, key=lambda i: kept[i].signalled_on, default=None)
            if first is not None:
                taken[first] = here
    pairs: list[Pair] = [(i, taken.get(i)) for i in range(len(kept))]
    return pairs + [(None, here) for here in range(len(found)) if here not in taken.values()]


def is_same(old: Climb, new: Climb) -> bool:
    return old.whose == new.whose and old.signal_key == new.signal_key
