"""Continuous outcomes with random effects of providers, by restricted maximum likelihood."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.fixed import inverse, refuse_collinear
from clinmeasures.providers.linear import left_over, sums
from clinmeasures.providers.model import Model
from clinmeasures.providers.random import random_coefficients, refuse_one_provider
from clinmeasures.providers.refusals import NotEstimable
from clinmeasures.providers.roots import falling_roots
from clinmeasures.providers.rows import Rows

WIDEST = 25.0  # logarithm of the largest ratio of variances looked at


class _Sums(NamedTuple):
    within: Floats  # of the constant, the covariates and the outcome
    means: Floats
    counts: Floats
    freedom: int


class _At(NamedTuple):
    beta: Floats
    inverse: Floats
    left: Floats  # (n_units,) mean of each provider less what the covariates say
    variance: float
    slope: float  # of minus twice the restricted log-likelihood, by the ratio of variances


def fit_mixed_linear(rows: Rows) -> Model:
    """Effects between providers are normal; each is shrunk by its reliability.

    Source
    ------
    Laird & Ware 1982, 10.2307/2529876; Bates et al. 2015, 10.18637/jss.v067.i01 (REML).
    """
    own, middle = _sums_of(rows)
    refuse_collinear(rows, _free_of_intercept(own), _alone(rows))
    ratio = _ratio(own)
    at = _at(own, ratio)
    shrunk = ratio * own.counts / (1 + ratio * own.counts)
    beta = at.beta[1:]
    return Model(
        family="gaussian",
        linear=at.beta[0] + middle + beta @ rows.covariates,
        effects=shrunk * at.left,
        se=np.sqrt(at.variance * ratio / (1 + ratio * own.counts)),
        shift=0.0,
        coefficients=random_coefficients(rows, at.beta[0] + middle, beta, at.variance * at.inverse),
        between=ratio * at.variance,
        residual=at.variance,
        fit=None,
    )


def _sums_of(rows: Rows) -> tuple[_Sums, float]:
    """What the likelihood needs of the rows, and the outcomes' middle that was taken off."""
    refuse_one_provider(rows)
    if rows.units == len(rows.outcome):
        raise NotEstimable(
            "every provider has one row, so variation between them cannot be told from that within;"
            " take longer periods."
        )
    found, terms = sums(rows), len(rows.terms)
    freedom = len(rows.outcome) - terms - 1
    if freedom < 1:
        raise NotEstimable("there are fewer rows than the covariates need; give more rows.")
    if left_over(found, np.zeros(terms)) == 0:
        raise NotEstimable(
            "outcomes never vary within a provider, so chance cannot be told; check the column."
        )
    wide = np.zeros((terms + 2, terms + 2))
    wide[1:, 1:] = found.within
    means = np.vstack([np.ones(rows.units), found.means])
    return _Sums(wide, means, rows.counts.astype(float), freedom), found.middle


def _free_of_intercept(own: _Sums) -> Floats:
    """Cross products of the covariates about their means over all rows."""
    whole = own.within[1:-1, 1:-1] + (own.means[1:-1] * own.counts) @ own.means[1:-1].T
    middle = own.means[1:-1] @ own.counts
    return np.asarray(whole - np.outer(middle, middle) / own.counts.sum())


def _alone(rows: Rows) -> Floats:
    return np.full((len(rows.terms), len(rows.terms)), float(len(rows.outcome)))


def _at(own: _Sums, ratio: float) -> _At:
    """Everything at a ratio of the variances, from sums alone."""
    weight = own.counts / (1 + ratio * own.counts)
    whole = own.within + (own.means * weight) @ own.means.T
    inverted = inverse(whole[:-1, :-1])
    beta = inverted @ whole[:-1, -1]
    spread = max(float(whole[-1, -1] - whole[:-1, -1] @ beta), np.finfo(float).tiny)
    left = own.means[-1] - beta @ own.means[:-1]
    between = (own.means[:-1] * weight**2) @ own.means[:-1].T
    slope = weight.sum() - float(np.sum(inverted * between))
    slope -= own.freedom * float(weight**2 @ left**2) / spread
    return _At(beta, inverted, left, spread / own.freedom, slope)


def _ratio(own: _Sums) -> float:
    """Between-provider variance over residual variance; 0 where no more than chance shows."""
    if _at(own, 0.0).slope >= 0:
        return 0.0

    def falling(log_ratio: Floats) -> tuple[Floats, Floats]:
        """The likelihood's slope with its sign turned, for a search for 0."""
        slope = _at(own, float(np.exp(log_ratio[0]))).slope
        return np.array([-slope]), np.zeros(1)

    low = np.full(1, -WIDEST)
    return float(np.exp(falling_roots(falling, np.zeros(1), low, -low)[0]))
