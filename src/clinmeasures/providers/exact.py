"""Exact tests and limits of fixed effects: mid-P, Poisson-binomial or Poisson."""

from collections.abc import Callable

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.families import logistic
from clinmeasures.providers.fixed import FixedFit
from clinmeasures.providers.poisson_binomial import masses
from clinmeasures.providers.roots import falling_roots
from clinmeasures.providers.rows import Block, Rows
from clinmeasures.providers.verdicts import Verdicts

TINY = np.finfo(float).tiny


def exact_binomial(rows: Rows, fit: FixedFit, null: float, level: float) -> Verdicts:
    """Mid-P tests of every provider's effect, and the limits that they imply.

    One-sided limits where all cases have the event or none has: the other limit is infinite.

    Source
    ------
    He et al. 2013, 10.1007/s10985-013-9264-6; Wu et al. 2022, 10.1002/sim.9387; Lancaster 1961,
    10.1080/01621459.1961.10482105 (mid-P).
    """
    found = Verdicts(*(np.empty(rows.units) for _ in Verdicts._fields))
    for block in rows.blocks:
        for into, part in zip(found, _of_block(rows, fit, null, 1 - level, block), strict=True):
            into[block.units] = part
    return found


class _Tail:
    """One tail of each provider of a block, from its own count outwards, at any effect."""

    def __init__(self, linear: Floats, block: Block, events: Floats, mass: Floats) -> None:
        self.linear, self.block, self.events, self.mass = linear, block, events, mass
        self.home = self._totals(np.zeros(len(events)))[0]
        self.away = np.arange(len(mass), dtype=float)[:, None]

    def _totals(self, shift: Floats) -> tuple[Floats, Floats]:
        """Of all rows at shifted effects: sum of log(1 + odds), and events expected."""
        eta = self.linear + np.repeat(shift, self.block.counts)
        event, none = logistic(eta)
        logs = np.add.reduceat(np.log(none), self.block.starts)
        return -logs, np.add.reduceat(event, self.block.starts)

    def log_chance(self, shift: Floats, side: float) -> tuple[Floats, Floats]:
        """Logarithm of the tail, and its slope, at effects shifted towards the other side.

        `side` is 1 for the upper tail, -1 for the lower; `shift` has the other sign, or is 0.
        """
        with np.errstate(under="ignore"):
            tilted = self.mass * np.exp(-np.abs(shift) * self.away)
        total = np.maximum(tilted.sum(axis=0), TINY)
        beyond = side * (self.away * tilted).sum(axis=0) / total
        logs, expected = self._totals(shift)
        chance = np.log(total) + shift * self.events - (logs - self.home)
        return chance, beyond + self.events - expected


def _of_block(
    rows: Rows, fit: FixedFit, null: float, risk: float, block: Block
) -> tuple[Floats, Floats, Floats, Floats]:
    effects, events = fit.effects[block.units], rows.observed[block.units]
    linear = fit.beta @ rows.covariates[:, block.rows] + rows.spread(block, fit.effects)
    chance, _ = logistic(linear)
    mass = masses(chance, block.starts, block.counts, events.astype(np.int64))
    middle = len(mass) // 2
    upward, downward = mass[middle:].copy(), mass[middle::-1].copy()
    upward[0] *= 0.5
    downward[0] *= 0.5
    up, down = (_Tail(linear, block, events, side) for side in (upward, downward))
    shift = null - effects
    upper, lower = _both_tails(up, down, shift)
    none, every = events == 0, events == block.counts
    each = np.where(none | every, risk, risk / 2)
    start = _start(chance, block, each)
    widest = _width(linear, block)
    low = _limit(up, 1.0, each, start, widest)
    high = _limit(down, -1.0, each, start, widest)
    return (
        upper,
        lower,
        np.where(none, -np.inf, effects - low),
        np.where(every, np.inf, effects + high),
    )


def _both_tails(up: _Tail, down: _Tail, shift: Floats) -> tuple[Floats, Floats]:
    """Both chances at the null; the smaller is summed, the other is what it leaves of 1."""
    above = shift <= 0  # observed is above what the null expects
    small = np.where(
        above,
        up.log_chance(np.minimum(shift, 0.0), 1.0)[0],
        down.log_chance(np.maximum(shift, 0.0), -1.0)[0],
    )
    small = np.exp(np.minimum(small, 0.0))
    return np.where(above, small, 1 - small), np.where(above, 1 - small, small)


def _limit(tail: _Tail, side: float, risk: Floats, start: Floats, widest: Floats) -> Floats:
    """How far towards the other side the tail falls to the risk."""

    def left_over(distance: Floats) -> tuple[Floats, Floats]:
        """Log tail less log risk at these distances from the null, and its slope."""
        chance, slope = tail.log_chance(-side * distance, side)
        return chance - np.log(risk), -side * slope

    return falling_roots(left_over, start, np.zeros(len(start)), widest)


def _start(chance: Floats, block: Block, risk: Floats) -> Floats:
    from scipy.special import ndtri

    weight = np.add.reduceat(chance * (1 - chance), block.starts)
    return -ndtri(risk) / np.sqrt(np.maximum(weight, TINY))


def _width(linear: Floats, block: Block) -> Floats:
    """Farther than any limit can lie."""
    spread = np.maximum.reduceat(linear, block.starts) - np.minimum.reduceat(linear, block.starts)
    return np.asarray(spread + 60.0)


def exact_poisson(events: Floats, expected: Floats, level: float) -> tuple[Floats, ...]:
    """Mid-P chances of so many events or more, and or fewer; limits of the mean of the count.

    Parameters
    ----------
    events, expected : array of float, shape (n_units,)
    level : float

    Source
    ------
    Lancaster 1961; Cohen & Yang 1994, Statistics in Medicine 13:2189.
    """
    from scipy.special import gammaincinv

    upper, lower = _poisson_tails(events, expected)
    risk = 1 - level
    none = events == 0
    high_start = gammaincinv(events + 0.5, 1 - risk / 2)
    low_start = gammaincinv(np.maximum(events, 0.5), risk / 2)
    far = np.maximum(events, 1) * 4 + 200
    nothing = np.zeros(len(events))
    high = falling_roots(
        _remaining(events, np.where(none, risk, risk / 2), 1), high_start, nothing, far
    )
    low = falling_roots(
        _remaining(events, np.full(len(events), risk / 2), 0), -low_start, -far, nothing
    )
    return upper, lower, np.where(none, 0.0, -low), high


def _poisson_tails(events: Floats, mean: Floats) -> tuple[Floats, Floats]:
    from scipy.special import gammainc, gammaincc

    one = np.where(events > 0, events, 1.0)
    at_least = np.where(events > 0, gammainc(one, mean), 1.0)
    more = gammainc(events + 1, mean)
    fewer = np.where(events > 0, gammaincc(one, mean), 0.0)
    return (at_least + more) / 2, (fewer + gammaincc(events + 1, mean)) / 2


def _remaining(
    events: Floats, risk: Floats, which: int
) -> Callable[[Floats], tuple[Floats, Floats]]:
    """The tail less the risk, falling in the mean (lower tail), or in its opposite (upper)."""
    from scipy.special import gammaln, xlogy

    def left_over(signed: Floats) -> tuple[Floats, Floats]:
        """Tail less risk at these means, and its slope."""
        mean = np.abs(signed)
        tail = _poisson_tails(events, mean)[which]
        before = np.exp(
            xlogy(np.maximum(events - 1, 0), mean) - mean - gammaln(np.maximum(events, 1))
        )
        own = np.exp(xlogy(events, mean) - mean - gammaln(events + 1))
        return tail - risk, -(np.where(events > 0, before, 0.0) + own) / 2

    return left_over
