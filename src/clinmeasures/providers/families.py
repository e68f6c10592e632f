"""Means and weights on the link's own scale, safe at any linear predictor."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats

FARTHEST = 690.0  # exp of this and of its opposite are ordinary numbers
FARTHEST_COUNT = 300.0


class Moments(NamedTuple):
    """Of each row: mean, variance, the variance's slope, and the log-likelihood."""

    mean: Floats
    weight: Floats
    slope: Floats
    loglik: Floats


def logistic(eta: Floats) -> tuple[Floats, Floats]:
    """The chance of an event and of none; each accurate however small it is."""
    odds_against = np.clip(eta, -FARTHEST, FARTHEST)
    np.negative(odds_against, out=odds_against)
    np.exp(odds_against, out=odds_against)
    event = 1 / (1 + odds_against)
    odds_against *= event
    return event, odds_against


def counted(eta: Floats) -> Floats:
    """The mean of a count."""
    return np.exp(np.clip(eta, -FARTHEST, FARTHEST_COUNT))


def mean(family: str, eta: Floats) -> Floats:
    """The mean of each row: a chance, a count, or the predictor itself."""
    if family == "binomial":
        return logistic(eta)[0]
    return counted(eta) if family == "poisson" else eta


def moments(family: str, y: Floats, eta: Floats) -> Moments:
    """Mean, weight, slope of the weight and log-likelihood (without its constant)."""
    if family == "binomial":
        p, q = logistic(eta)
        weight = p * q
        return Moments(p, weight, weight * (q - p), np.log(np.where(y > 0, p, q)))
    mu = counted(eta)
    return Moments(mu, mu, mu, y * eta - mu)
