"""The beta-binomial: proportions whose true rates differ between units.

Fitted by maximum likelihood in the average rate and theta = 1 / (a + b), the odds of the
intra-unit correlation. Sums over counts replace gamma functions (Griffiths 1973), so the
likelihood is exact at theta 0, where units do not differ at all.
"""

import math
from dataclasses import dataclass

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.reliability.variance import root_below

CLOSE = 1e-14  # of two of Newton's steps, against the rate
NEWTON = 100
NO_LIMIT = 1e9  # theta beyond which units are all or none


@dataclass(frozen=True)
class BetaBinomial:
    """The average rate and theta, with the interval of theta (profile likelihood)."""

    rate: float
    theta: float  # variance between = rate (1 - rate) theta / (1 + theta)
    lower: float
    upper: float

    @property
    def between(self) -> float:
        """Variance of the units' true shares."""
        spread = self.theta / (1 + self.theta) if math.isfinite(self.theta) else 1.0
        return self.rate * (1 - self.rate) * spread


@dataclass(frozen=True)
class _Counts:
    """How many units have more than j events, more than j others, and more than j cases."""

    step: Floats
    events: Floats
    others: Floats
    cases: Floats

    @classmethod
    def of(cls, events: Floats, cases: Floats) -> "_Counts":
        """How many units have more than k events, others and cases, for each k."""
        step = np.arange(int(cases.max()), dtype=float)
        return cls(step, *(_more_than(x, len(step)) for x in (events, cases - events, cases)))

    def rate_at(self, theta: float) -> float:
        """The likeliest average rate for a theta: Newton's steps, kept between what is known.

        The likelihood is concave in the rate, so its slope falls and crosses 0 once.
        """
        low, high = 0.0, 1.0
        rate = float(self.events.sum() / (self.events.sum() + self.others.sum()))
        apart = theta * self.step
        for _ in range(NEWTON):
            up, down = 1 / (rate + apart), 1 / (1 - rate + apart)
            slope = float((self.events * up - self.others * down).sum())
            low, high = (rate, high) if slope > 0 else (low, rate)
            nearer = rate + slope / float((self.events * up**2 + self.others * down**2).sum())
            nearer = nearer if low < nearer < high else (low + high) / 2
            if abs(nearer - rate) <= CLOSE * rate:
                return nearer
            rate = nearer
        return rate

    def slope(self, theta: float) -> float:
        """Of the profile likelihood in theta."""
        rate, apart = self.rate_at(theta), theta * self.step
        up = self.events * self.step / (rate + apart)
        down = self.others * self.step / (1 - rate + apart)
        return float((up + down - self.cases * self.step / (1 + apart)).sum())

    def likelihood(self, theta: float) -> float:
        """The profile log likelihood, but for a constant."""
        rate, apart = self.rate_at(theta), theta * self.step
        terms = self.events * np.log(rate + apart) + self.others * np.log(1 - rate + apart)
        return float((terms - self.cases * np.log1p(apart)).sum())


def _more_than(counts: Floats, steps: int) -> Floats:
    tally = np.bincount(counts.astype(np.int64), minlength=steps + 1)
    return (len(counts) - np.cumsum(tally)[:steps]).astype(float)


def beta_binomial(events: Floats, cases: Floats, *, level: float = 0.95) -> BetaBinomial:
    """Fit the beta-binomial to units' whole counts, with some but not only events.

    Parameters
    ----------
    events, cases : array of float, shape (n_units,)
        Whole numbers, cases above 0.
    level : float
        Of the interval of theta.

    Source
    ------
    Griffiths 1973, 10.2307/2529131; Adams 2009, The Reliability of Provider Profiling: A Tutorial
    (RAND TR-653).
    """
    from scipy.special import ndtri

    counts = _Counts.of(events, cases)
    theta = root_below(counts.slope, 1e-4)
    if theta > NO_LIMIT:
        rate = float((events > 0).mean())
        return BetaBinomial(rate=rate, theta=math.inf, lower=_lowest(counts, level), upper=math.inf)
    drop = float(ndtri(0.5 + level / 2)) ** 2 / 2
    floor = counts.likelihood(theta) - drop

    def above(further: float) -> float:
        """Likelihood over the floor, further up than the estimate."""
        return counts.likelihood(theta + further) - floor

    def below(nearer: float) -> float:
        """Likelihood over the floor, nearer to no variation."""
        return counts.likelihood(theta - min(nearer, theta)) - floor

    least = 0.0 if below(theta) >= 0 else theta - root_below(below, theta)
    return BetaBinomial(
        rate=counts.rate_at(theta), theta=theta, lower=least, upper=theta + root_below(above, 1e-4)
    )


def _lowest(counts: _Counts, level: float) -> float:
    """Where units are all or none: the theta a likelihood ratio below that of the largest."""
    from scipy.special import ndtri

    drop = float(ndtri(0.5 + level / 2)) ** 2 / 2
    top = counts.likelihood(NO_LIMIT)

    def below(theta: float) -> float:
        """How far the likelihood lies below the drop allowed."""
        return top - drop - counts.likelihood(theta)

    return root_below(below, 1e-4)
