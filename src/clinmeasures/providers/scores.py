"""Score tests of fixed effects, and the limits they imply: no estimate of the effect is needed."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.families import logistic
from clinmeasures.providers.fixed import FixedFit
from clinmeasures.providers.roots import falling_roots
from clinmeasures.providers.rows import Block, Rows
from clinmeasures.providers.verdicts import Verdicts, normal, quantile

TINY = np.finfo(float).tiny


class _At(NamedTuple):
    score: Floats
    slope: Floats


def score_binomial(rows: Rows, fit: FixedFit, null: float, level: float) -> Verdicts:
    """(O - E) / sqrt(V) at the null, the covariates' coefficients taken as known.

    Source
    ------
    Wu et al. 2022, 10.1002/sim.9387 (the modified score test, with the unrestricted estimates).
    """
    statistic, low, high = (np.empty(rows.units) for _ in range(3))
    risk = 1 - level
    for block in rows.blocks:
        linear = fit.beta @ rows.covariates[:, block.rows]
        events = rows.observed[block.units]
        effects = fit.effects[block.units]
        none, every = events == 0, events == block.counts
        statistic[block.units] = _at(linear, block, events, np.full(len(events), null)).score
        reach = np.where(none | every, quantile(risk), quantile(risk / 2))
        far = 60.0 + np.maximum.reduceat(np.abs(linear), block.starts)
        down = _limit(linear, block, events, reach, (effects - far, effects))
        up = _limit(linear, block, events, -reach, (effects, effects + far))
        low[block.units] = np.where(none, -np.inf, down)
        high[block.units] = np.where(every, np.inf, up)
    return normal(statistic, low, high)


def _at(linear: Floats, block: Block, events: Floats, effects: Floats) -> _At:
    event, none = logistic(linear + np.repeat(effects, block.counts))
    weight = event * none
    left = events - np.add.reduceat(event, block.starts)
    total = np.maximum(np.add.reduceat(weight, block.starts), TINY)
    bend = np.add.reduceat(weight * (none - event), block.starts)
    with np.errstate(over="ignore"):
        return _At(left / np.sqrt(total), -np.sqrt(total) - left * bend / (2 * total**1.5))


def _limit(
    linear: Floats, block: Block, events: Floats, wanted: Floats, bracket: tuple[Floats, Floats]
) -> Floats:
    """The effect at which the statistic takes the wanted value."""

    def left_over(effects: Floats) -> tuple[Floats, Floats]:
        """The score less the one wanted at these effects, and its slope."""
        at = _at(linear, block, events, effects)
        return at.score - wanted, at.slope

    low, high = bracket
    return falling_roots(left_over, np.where(wanted > 0, high, low), low, high)


def score_poisson(events: Floats, expected: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """(O - E) / sqrt(E), and limits of the mean from (O - mean)^2 = z^2 mean; one-sided at none."""
    risk = 1 - level
    reach = np.where(events == 0, quantile(risk), quantile(risk / 2))
    half = reach**2 / 2
    apart = reach * np.sqrt(events + reach**2 / 4)
    statistic = (events - expected) / np.sqrt(np.maximum(expected, TINY))
    low = np.where(events == 0, 0.0, events**2 / (events + half + apart))
    return statistic, low, events + half + apart
