"""Continuous outcomes: fixed and random effects of providers from sums within and between them."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.fixed import FixedFit, inverse, refuse_collinear
from clinmeasures.providers.refusals import NotEstimable
from clinmeasures.providers.rows import Rows

ROUNDING = 1e-13


class Sums(NamedTuple):
    """Covariates and outcome, within and between providers. The last row is the outcome."""

    within: Floats  # (n_terms + 1, n_terms + 1) cross products about each provider's own means
    means: Floats  # (n_terms + 1, n_units)
    middle: float  # what was taken from the outcome first


def sums(rows: Rows) -> Sums:
    """One pass over the rows; all else follows from these few numbers."""
    middle = float(rows.outcome.mean())
    terms = len(rows.terms) + 1
    within, means = np.zeros((terms, terms)), np.empty((terms, rows.units))
    for block in rows.blocks:
        table = np.vstack([rows.covariates[:, block.rows], rows.outcome[block.rows] - middle])
        mean = np.add.reduceat(table, block.starts, axis=1) / block.counts
        means[:, block.units] = mean
        table -= np.repeat(mean, block.counts, axis=1)
        within += table @ table.T
    return Sums(within, means, middle)


def fit_linear(rows: Rows) -> FixedFit:
    """Least squares with an effect for each provider.

    Source
    ------
    Hsiao 2022, Analysis of Panel Data (within estimator); Varewyck et al. 2014,
    10.1093/biostatistics/kxu019.
    """
    terms = len(rows.terms)
    freedom = len(rows.outcome) - rows.units - terms
    if freedom < 1:
        raise NotEstimable(
            f"{len(rows.outcome)} rows cannot tell {rows.units} providers and {terms} covariates "
            "apart and leave anything over; give more rows or fewer covariates."
        )
    found = sums(rows)
    inside, towards = found.within[:-1, :-1], found.within[:-1, -1]
    refuse_collinear(rows, inside, np.full((terms, terms), float(len(rows.outcome))))
    inverted = inverse(inside)
    beta = inverted @ towards
    variance = left_over(found, beta) / freedom
    return FixedFit(
        family="gaussian",
        beta=beta,
        effects=found.means[-1] + found.middle - beta @ found.means[:-1],
        covariance=variance * inverted,
        weights=rows.counts / variance if variance > 0 else np.full(rows.units, np.inf),
        slopes=found.means[:-1],
        residual=variance,
        freedom=freedom,
    )


def left_over(found: Sums, beta: Floats) -> float:
    """The squares that the covariates leave within providers; 0 where that is only rounding."""
    whole = float(found.within[-1, -1]) + float(np.abs(found.means[-1]).max()) ** 2
    left = float(found.within[-1, -1] - found.within[:-1, -1] @ beta)
    return left if left > ROUNDING * whole else 0.0
