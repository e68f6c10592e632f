"""What a test says of each provider against the null."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats


class Verdicts(NamedTuple):
    """Chances at the null, and limits of the effects. Arrays (n_units,)."""

    upper: Floats  # of the observed or more (exact tests count half of the observed itself)
    lower: Floats  # of the observed or less
    low: Floats
    high: Floats

    def p_values(self) -> Floats:
        """Two-sided: twice the smaller tail."""
        return np.minimum(1.0, 2 * np.minimum(self.upper, self.lower))

    def flags(self, level: float) -> list[str | None]:
        """High, low, or nothing, at half of the risk in each tail."""
        half = (1 - level) / 2
        low = zip((self.upper < half).tolist(), (self.lower < half).tolist(), strict=True)
        return ["high" if above else "low" if below else None for above, below in low]


def quantile(risk: float) -> float:
    """Of the normal distribution, with so much above it."""
    from scipy.special import ndtri

    return float(-ndtri(risk))


def normal(score: Floats, low: Floats, high: Floats) -> Verdicts:
    """From a statistic that is normal at the null."""
    from scipy.special import ndtr

    return Verdicts(ndtr(-score), ndtr(score), low, high)


def wald(effects: Floats, error: Floats, null: float, level: float) -> Verdicts:
    """Estimate over its standard error; see `_over` where there is no error."""
    reach = quantile((1 - level) / 2) * error
    return normal(_over(effects - null, error), effects - reach, effects + reach)


def without_limits(found: Verdicts) -> Verdicts:
    """Where effects are 0 only because no variance was found: no width is no interval."""
    nothing = np.full(len(found.low), np.nan)
    return found._replace(low=nothing, high=nothing)


def student(effects: Floats, error: Floats, null: float, level: float, freedom: int) -> Verdicts:
    """Exact where outcomes are normal with one variance."""
    from scipy.special import stdtr, stdtrit

    reach = -stdtrit(freedom, (1 - level) / 2) * error
    score = _over(effects - null, error)
    return Verdicts(stdtr(freedom, -score), stdtr(freedom, score), effects - reach, effects + reach)


def _over(away: Floats, error: Floats) -> Floats:
    """No difference without error is no evidence; a difference without error cannot be judged."""
    nothing = np.where(away == 0, 0.0, np.nan)
    return np.divide(away, error, out=nothing, where=error > 0)
