"""Standardised ratios: a provider's own patients at the null, and everybody's patients at it."""

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.families import FARTHEST, mean
from clinmeasures.providers.rows import Rows

EXTRA_NODES = 6


def expected_at(rows: Rows, family: str, linear: Floats, effects: Floats) -> Floats:
    """What each provider's own rows add up to at these effects; `linear` is without effects.

    An effect of minus infinity expects nothing, one of infinity every case.
    """
    found = np.empty(rows.units)
    for block in rows.blocks:
        eta = linear[block.rows] + rows.spread(block, effects)
        found[block.units] = np.add.reduceat(mean(family, eta), block.starts)
    if family == "gaussian":
        return found
    found[effects == -np.inf] = 0.0
    found[effects == np.inf] = rows.counts[effects == np.inf]
    return found


def directly(rows: Rows, family: str, linear: Floats, effects: Floats) -> Floats:
    """What all rows would add up to if each provider in turn had treated them.

    Source
    ------
    He 2019, 10.5430/jha.v8n1p9; Varewyck et al. 2014, 10.1093/biostatistics/kxu019.
    """
    if family == "gaussian":
        return effects * len(linear) + linear.sum()
    if family == "poisson":
        highest = float(linear.max())
        return np.exp(effects + highest + np.log(np.exp(linear - highest).sum()))
    return _chances(rows, linear, effects)


def _chances(rows: Rows, linear: Floats, effects: Floats) -> Floats:
    """The sum is one smooth function of the effect: it is taken at a few and interpolated.

    The function over a logistic curve of its own middle is analytic within pi of the real line, so
    that Chebyshev's polynomials close in on it at a known rate (Trefethen 2013, chapter 8).
    """
    low, high = float(effects.min()), float(effects.max())
    half = (high - low) / 2
    middle = float(linear.mean())
    needed = _degree(half)
    if needed >= len(effects):
        return _sums(rows, linear, effects)
    from numpy.polynomial import chebyshev

    angles = np.pi * (np.arange(needed + 1) + 0.5) / (needed + 1)
    at = (low + high) / 2 + half * np.cos(angles)
    shape = _sums(rows, linear, at) * (1 + _odds_against(at + middle))
    degree = np.arange(needed + 1)
    fitted = 2 / (needed + 1) * np.cos(np.outer(degree, angles)) @ shape
    fitted[0] /= 2
    places = np.zeros(len(effects)) if half == 0 else (effects - (low + high) / 2) / half
    return chebyshev.chebval(places, fitted) / (1 + _odds_against(effects + middle))


def _degree(half: float) -> int:
    """Enough for twelve figures."""
    if half == 0:
        return 0
    inside = np.pi / half
    rate = np.log(inside + np.sqrt(inside**2 + 1))
    return int(np.ceil(30 / rate)) + EXTRA_NODES


def _sums(rows: Rows, linear: Floats, effects: Floats) -> Floats:
    against = _odds_against(effects)
    total = np.zeros(len(effects))
    with np.errstate(over="ignore"):
        for block in rows.blocks:
            odds = _odds_against(linear[block.rows])
            work = np.empty(len(odds))
            for i, factor in enumerate(against):
                np.multiply(odds, factor, out=work)
                work += 1
                np.reciprocal(work, out=work)
                total[i] += work.sum()
    return total


def _odds_against(eta: Floats) -> Floats:
    return np.exp(-np.clip(eta, -FARTHEST, FARTHEST))
