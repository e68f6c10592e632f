"""Critical values for the longest run and the number of crossings (Anhøj's rules).

`anhoej`: a run longer than round(log2 n) + 3, or fewer crossings than the 5% point of a binomial
(n - 1, 1/2); Anhøj & Olesen 2014, 10.1371/journal.pone.0113825.

`bestbox`: of all pairs (crossings at least c, runs at most l) that a process without a shift meets
with probability 0.925 or more, the one that a process shifted by 0.8 standard deviations meets
least often. `cutbox`: the best box less its corner and then cells of its two outer edges, outwards
from the corner, while the probability stays at 0.925. Both from the exact joint distribution, for
10 to 100 useful points;
Anhøj & Wentzel-Larsen 2020, 10.1371/journal.pone.0233920. Elsewhere they are Anhøj's own rules.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, Integers
from clinmeasures.spc.phases import Runs

RULES = ("anhoej", "bestbox", "cutbox")
CROSSING_RISK = 20  # one in twenty: the binomial's 5% point
SPECIFICITY = 0.925
SHIFT = 0.8  # standard deviations
SMALLEST, LARGEST = 10, 100  # useful points for which boxes are worked out
LONGEST_CONSIDERED = 24  # no box for 100 points or fewer reaches a run this long


@dataclass(frozen=True)
class Allowed:
    """Per phase, shape (n_phases,). `longest` and `crossings` are Anhøj's own under every rule."""

    longest: Integers
    crossings: Integers
    too_long: Booleans
    too_few: Booleans
    longest_in_box: Integers  # a longer run is too long by itself


@dataclass(frozen=True)
class Box:
    """What is allowed: runs to `longest` and `crossings` or more, less what was cut.

    With the longest run at its maximum, crossings below `edge_crossings` are too few; with the
    crossings at their minimum, a run above `edge_longest` is too long.
    """

    longest: int
    crossings: int
    edge_crossings: int
    edge_longest: int


def few_or_long(runs: Runs, run_rules: str) -> Allowed:
    """What these phases may show by chance, and which of them show more."""
    if run_rules not in RULES:
        raise BadInput(f"there are no run rules {run_rules!r}; use one of {', '.join(RULES)}.")
    sizes, which = np.unique(runs.useful, return_inverse=True)
    boxes = [box_for(int(n), run_rules) for n in sizes.tolist()]
    usual = [box_for(int(n), "anhoej") for n in sizes.tolist()]
    longest, crossings, edge_crossings, edge_longest = (
        np.array([getattr(box, name) for box in boxes], dtype=np.int64)[which]
        for name in ("longest", "crossings", "edge_crossings", "edge_longest")
    )
    in_box = (runs.longest <= longest) & (runs.crossings >= crossings)
    on_long_edge = in_box & (runs.longest == longest) & (runs.crossings < edge_crossings)
    on_few_edge = in_box & (runs.crossings == crossings) & (runs.longest > edge_longest)
    return Allowed(
        longest=np.array([box.longest for box in usual], dtype=np.int64)[which],
        crossings=np.array([box.crossings for box in usual], dtype=np.int64)[which],
        too_long=(runs.longest > longest) | on_long_edge,
        too_few=(runs.crossings < crossings) | on_few_edge,
        longest_in_box=longest,
    )


@lru_cache(maxsize=4096)
def box_for(useful: int, run_rules: str) -> Box:
    """The box for so many useful points."""
    if useful < 1:
        return Box(0, 0, 0, 0)
    if run_rules == "anhoej" or not SMALLEST <= useful <= LARGEST:
        longest = round(math.log2(useful)) + 3
        crossings = _crossings_needed(useful - 1)
        return Box(longest, crossings, crossings, longest)
    steady, shifted = _joint(0.5)[useful - 1], _joint(_normal_below(SHIFT))[useful - 1]
    best = _best_box(useful, steady, shifted)
    return best if run_rules == "bestbox" else _cut(best, steady, shifted)


def _crossings_needed(chances: int) -> int:
    """Smallest k with P(crossings <= k) >= 1/20, by whole-number arithmetic: no rounding."""
    term, below = 1, 1
    k = 0
    while below * CROSSING_RISK < 1 << chances:
        term = term * (chances - k) // (k + 1)
        k += 1
        below += term
    return k


def _normal_below(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


@lru_cache(maxsize=2)
def _joint(above: float) -> Floats:
    """P(crossings = c, longest run = l), shape (n points, c, l), for points above with chance p.

    Built run by run: a series of n points whose last run has k of them follows one of n - k points
    that ended on the other side.
    """
    within = np.zeros((2, LARGEST + 1, LARGEST + 1, LONGEST_CONSIDERED + 1))  # side, n, c, L <= l
    chance = (above, 1 - above)
    for n in range(1, LARGEST + 1):
        for side in (0, 1):
            cell = within[side, n]
            for k in range(1, min(n, LONGEST_CONSIDERED) + 1):  # the last run; it allows l >= k
                if k == n:
                    cell[0, k:] += chance[side] ** k
                else:
                    cell[1:, k:] += chance[side] ** k * within[1 - side, n - k, :-1, k:]
    joint: Floats = np.diff(within.sum(axis=0)[1:], axis=-1, prepend=0.0)
    return joint


def _boxed(joint: Floats) -> Floats:
    """P(crossings >= c, longest run <= l)."""
    boxed: Floats = np.cumsum(np.cumsum(joint[::-1], axis=0)[::-1], axis=1)
    return boxed


def _possible(points: int, shape: tuple[int, ...]) -> Booleans:
    """Pairs that some series of so many points has exactly; boxes have such a corner."""
    crossings, longest = np.indices(shape)
    return (longest * (crossings + 1) >= points) & (longest + crossings <= points)


def _best_box(points: int, steady: Floats, shifted: Floats) -> Box:
    allowed = (_boxed(steady) >= SPECIFICITY) & _possible(points, steady.shape)
    chance = np.where(allowed, _boxed(shifted), np.inf)
    crossings, longest = (int(i) for i in np.unravel_index(np.argmin(chance), chance.shape))
    return Box(longest, crossings, crossings, longest)


def _cut(box: Box, steady: Floats, shifted: Floats) -> Box:
    """Take the corner, then cell by cell along whichever edge the shifted process is on more often.

    An edge is done when its next cell cannot happen, or when a process without a shift would be
    in the box too seldom without it.
    """
    low, high = box.crossings, box.longest
    spare = _boxed(steady)[low, high] - steady[low, high] - SPECIFICITY
    if spare < 0:
        return box
    crossings, longest = low + 1, high - 1
    while True:
        cells = {"crossings": (crossings, high), "longest": (low, longest)}
        open_edges = [edge for edge, cell in cells.items() if 0 < steady[cell] <= spare]
        if not open_edges:
            return Box(high, low, crossings, longest)
        edge = max(open_edges, key=lambda edge: float(shifted[cells[edge]]))
        spare -= steady[cells[edge]]
        crossings, longest = crossings + (edge == "crossings"), longest - (edge == "longest")
