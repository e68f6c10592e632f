"""The negative binomial's theta by maximum likelihood, in turn with the coefficients."""

from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.casemix.families import NegativeBinomial, Poisson
from clinmeasures.casemix.fitting import Fit, Rows, fit
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats

TURNS = 50
SETTLED = 1e-9  # relative move of theta
NO_OVERDISPERSION = 1e7  # a theta beyond which counts are Poisson to seven figures


@dataclass(frozen=True)
class Counts:
    """What theta's likelihood needs of the rows."""

    outcome: Floats
    mean: Floats
    weights: Floats
    unlike: Floats  # the counts there are
    often: Floats  # the weight of each

    @classmethod
    def of(cls, rows: Rows, mean: Floats) -> "Counts":
        """The rows with their unlike counts and how often each comes, weights included."""
        unlike, which = np.unique(rows.outcome, return_inverse=True)
        often = np.bincount(which, rows.weights).astype(float)
        return cls(rows.outcome, mean, rows.weights, unlike, often)


def fit_counts(rows: Rows, family: NegativeBinomial) -> tuple[Fit, NegativeBinomial]:
    """A negative binomial model with its theta.

    Raises
    ------
    BadInput
        If the counts vary no more than Poisson's, so that theta has no finite estimate.

    Source
    ------
    Lawless 1987, 10.2307/3314912; Venables & Ripley 2002, 7.4 (as MASS::glm.nb for R).
    """
    found = fit(rows, Poisson(family.link))
    theta = _first(Counts.of(rows, found.mean))
    for _ in range(TURNS):
        new = _likeliest(Counts.of(rows, found.mean), theta)
        family = replace(family, theta=new)
        found = fit(rows, family, start=found.mean)
        if abs(new - theta) < SETTLED * new:
            return found, family
        theta = new
    raise BadInput("theta does not settle; use the poisson family with --se hc0.")


def with_theta(rows: Rows, mean: Floats, family: NegativeBinomial) -> NegativeBinomial:
    """The family with the theta that makes the outcomes likeliest around given means.

    Raises
    ------
    BadInput
        If the counts vary no more than Poisson's.
    """
    counts = Counts.of(rows, mean)
    return replace(family, theta=_likeliest(counts, _first(counts)))


def _first(counts: Counts) -> float:
    spread = counts.weights @ (counts.outcome / counts.mean - 1) ** 2
    return float(counts.weights.sum() / max(spread, 1e-8))


def _likeliest(counts: Counts, theta: float) -> float:
    """Newton's method on log theta, in steps of at most one."""
    log_theta = np.log(theta)
    for _ in range(100):
        slope, bend = _slope_and_bend(counts, float(np.exp(log_theta)))
        step = slope / bend if bend > 0 else np.sign(slope)
        log_theta += np.clip(step, -1, 1)
        if log_theta > np.log(NO_OVERDISPERSION):
            raise BadInput(
                "the counts vary no more than chance alone makes them, so theta has no finite "
                "estimate; use the poisson family."
            )
        if abs(step) < SETTLED:
            break
    return float(np.exp(log_theta))


def _slope_and_bend(counts: Counts, theta: float) -> tuple[float, float]:
    """First and minus second derivative of the log-likelihood in log theta."""
    from scipy.special import digamma, polygamma

    total, together = counts.weights.sum(), counts.mean + theta
    rest = (counts.outcome + theta) / together
    first = (
        counts.often @ digamma(counts.unlike + theta)
        - total * (digamma(theta) - np.log(theta) - 1)
        - counts.weights @ (np.log(together) + rest)
    )
    second = (
        -(counts.often @ polygamma(1, counts.unlike + theta))
        + total * (polygamma(1, theta) - 1 / theta)
        + counts.weights @ ((2 - rest) / together)
    )
    return theta * float(first), theta**2 * float(second) - theta * float(first)
