"""How far given risks can be trusted: do they tell cases apart, and are they the right size?"""

from dataclasses import dataclass

import numpy as np

from clinmeasures.casemix.families import Binomial, Family, link_named
from clinmeasures.casemix.fitting import Rows, fit
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers

GROUPS = 10
NORMAL_975 = 1.959963984540054
FIGURES = 40  # binary figures in which two risks must differ to be told apart


@dataclass(frozen=True)
class Group:
    """A tenth of the rows by risk."""

    n: float
    observed: float
    expected: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """None where the rows cannot say."""

    intercept: float | None
    slope: float | None
    in_the_large: float | None
    hosmer_lemeshow: float | None
    groups: list[Group]

    @property
    def p_value(self) -> float | None:
        """Of the Hosmer and Lemeshow statistic, on groups - 2 degrees of freedom."""
        from scipy.special import chdtrc

        if self.hosmer_lemeshow is None or len(self.groups) < 3:
            return None
        return float(chdtrc(len(self.groups) - 2, self.hosmer_lemeshow))


@dataclass(frozen=True, kw_only=True)
class Discrimination:
    """The chance that an event had the higher risk, ties half, with its 95% interval."""

    auc: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Ranked:
    """Rows from the lowest risk to the highest; equal risks keep the order of the rows."""

    outcome: Floats
    mean: Floats
    weights: Floats
    ties: Integers  # where each stretch of equal risks begins

    @classmethod
    def of(cls, outcome: Floats, mean: Floats, weights: Floats) -> "Ranked":
        """Rows put in order of risk; risks that differ only in the last figures tie."""
        risk = _distinguishable(mean)
        order = np.argsort(risk, kind="stable")
        risk = risk[order]
        ties = np.flatnonzero(np.append(True, risk[1:] != risk[:-1]))
        alike = not weights.strides[0]  # one weight for all, kept once
        return cls(outcome[order], mean[order], weights if alike else weights[order], ties)


def _distinguishable(mean: Floats) -> Floats:
    """Equal covariates give equal risks but for the last digits, which are not a difference."""
    fraction, power = np.frexp(mean)
    return np.ldexp(np.round(fraction * 2.0**FIGURES), power - FIGURES)


def discrimination(ranked: Ranked) -> Discrimination:
    """Area under the receiver operating characteristic.

    Parameters
    ----------
    ranked : Ranked
        Outcomes 0 or 1; risks; how often each row counts.

    Returns
    -------
    Discrimination
        All None where every outcome is the same; no interval where weights are unlike, or where
        there is one event or one other.

    Source
    ------
    Hanley & McNeil 1982, 10.1148/radiology.143.1.7063747; DeLong and others 1988, 10.2307/2531595.
    """
    weight = ranked.weights[0]
    events = np.add.reduceat(ranked.weights * ranked.outcome, ranked.ties)
    others = np.add.reduceat(ranked.weights * (1 - ranked.outcome), ranked.ties)
    if not events.sum() * others.sum() > 0:
        return Discrimination(auc=None)
    below = (np.cumsum(others) - others / 2) / others.sum()
    above = 1 - (np.cumsum(events) - events / 2) / events.sum()
    auc = float(events @ below / events.sum())
    if (ranked.weights != weight).any() or min(events.sum(), others.sum()) < 2 * weight:
        return Discrimination(auc=auc)
    variance = _share(events, below, auc, weight) + _share(others, above, auc, weight)
    reach = NORMAL_975 * np.sqrt(variance)
    return Discrimination(auc=auc, lower=max(auc - reach, 0.0), upper=min(auc + reach, 1.0))


def _share(often: Floats, placement: Floats, auc: float, weight: float) -> float:
    """A class's part of the variance of the area."""
    count = often.sum() / weight
    return float(often @ (placement - auc) ** 2 / weight / (count - 1) / count)


def brier(outcome: Floats, mean: Floats, weights: Floats) -> float:
    """Mean squared difference of outcome and risk (Brier 1950)."""
    return float(weights @ (outcome - mean) ** 2 / weights.sum())


def calibration(ranked: Ranked, family: Family) -> Calibration:
    """Whether risks are of the right size, over all and by tenths of the rows.

    Parameters
    ----------
    ranked : Ranked
    family : Family
        The outcome's; risks are compared on the logit scale, other means on the family's link.

    Returns
    -------
    Calibration
        intercept and slope of the outcome on the predictor (0 and 1 where risks are right); in
        the large: the intercept where the slope is held at 1.

    Source
    ------
    Cox 1958, 10.1093/biomet/45.3-4.562; Hosmer & Lemeshow 1980, 10.1080/03610928008827941.
    """
    binary = isinstance(family, Binomial)
    if binary:
        family = Binomial(link_named("logit"))
    with np.errstate(all="ignore"):
        predictor = family.link.forward(ranked.mean)
    line = _coefficients(ranked, predictor[None, :], np.zeros_like(predictor), family)
    level = _coefficients(ranked, np.empty((0, len(predictor))), predictor, family)
    groups = tenths(ranked)
    return Calibration(
        intercept=None if line is None else line[0],
        slope=None if line is None else line[1],
        in_the_large=None if level is None else level[0],
        hosmer_lemeshow=_hosmer_lemeshow(groups) if binary else None,
        groups=groups,
    )


def _coefficients(
    ranked: Ranked, covariates: Floats, offset: Floats, family: Family
) -> list[float] | None:
    """None where the rows cannot tell, or where a risk of 0 or 1 has no logit."""
    if not (np.isfinite(covariates).all() and np.isfinite(offset).all()):
        return None
    rows = Rows(
        outcome=ranked.outcome,
        covariates=covariates,
        names=["risk"] * len(covariates),
        weights=ranked.weights,
        offset=offset,
    )
    try:
        found: list[float] = fit(rows, family, start=ranked.mean).coefficients.tolist()
    except BadInput:
        return None
    return found


def tenths(ranked: Ranked) -> list[Group]:
    """Ten groups by rank of risk, equal risks in the order of the rows."""
    rank = np.cumsum(ranked.weights)
    group = np.ceil(GROUPS * rank / rank[-1] - 1e-9).astype(int).clip(1, GROUPS) - 1
    n, observed, expected = (
        np.bincount(group, ranked.weights * values, minlength=GROUPS)
        for values in (np.ones_like(rank), ranked.outcome, ranked.mean)
    )
    rows = zip(n.tolist(), observed.tolist(), expected.tolist(), strict=True)
    return [Group(*row) for row in rows if row[0] > 0]


def _hosmer_lemeshow(groups: list[Group]) -> float | None:
    n, observed, expected = np.array([[g.n, g.observed, g.expected] for g in groups]).T
    spread = expected * (1 - expected / n)
    if not (spread > 0).all():
        return None
    return float(((observed - expected) ** 2 / spread).sum())
