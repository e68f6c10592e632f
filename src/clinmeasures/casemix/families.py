"""The five families of outcome, and the links on which a covariate's effects add up."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats

SMALLEST = np.finfo(float).eps  # a risk is kept this far from 0 and 1, a mean from 0
FARTHEST = 700.0  # exp of more overflows
DEFAULT_LINKS = {
    "binomial": ("logit", "probit"),
    "poisson": ("log", "identity"),
    "negbinomial": ("log",),
    "gaussian": ("identity", "log"),
    "gamma": ("log", "identity"),
}


@dataclass(frozen=True)
class Link:
    """How the linear predictor becomes a mean."""

    name: str
    forward: Callable[[Floats], Floats]
    inverse: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]  # of the mean, from predictor and mean


def link_named(name: str) -> Link:
    """One of logit, probit, log, identity."""
    from scipy.special import expit, logit, ndtr, ndtri

    if name == "logit":
        return Link(name, logit, lambda eta: _risk(expit(eta)), lambda _, mu: mu * (1 - mu))
    if name == "probit":
        return Link(name, ndtri, lambda eta: _risk(ndtr(eta)), lambda eta, _: _normal_density(eta))
    if name == "log":
        return Link(name, np.log, _exp, lambda _, mu: mu)
    return Link(name, _same, _same, lambda eta, _: np.ones_like(eta))


def _risk(values: Floats) -> Floats:
    return np.clip(values, SMALLEST, 1 - SMALLEST)


def _same(values: Floats) -> Floats:
    return values


def _exp(eta: Floats) -> Floats:
    return np.maximum(np.exp(np.clip(eta, -FARTHEST, FARTHEST)), SMALLEST)


def _normal_density(eta: Floats) -> Floats:
    density: Floats = np.exp(-(np.clip(eta, -30, 30) ** 2) / 2) / np.sqrt(2 * np.pi)
    return np.maximum(density, SMALLEST)


def _mills(eta: Floats) -> Floats:
    """Normal density over distribution, also far out where both vanish."""
    from scipy.special import log_ndtr

    return np.exp(-(eta**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(eta))


@dataclass(frozen=True)
class Family(ABC):
    """A distribution of the outcome around its mean. Arrays have shape (n_rows,)."""

    link: Link
    name = ""
    scaled = False  # whether standard errors carry the estimated dispersion

    @abstractmethod
    def variance(self, mean: Floats) -> Floats:
        """Of one outcome, apart from the dispersion."""

    @abstractmethod
    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Each row's part of the deviance."""

    def fitted_deviances(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """Each row's part of the deviance where the linear predictor is known."""
        del eta
        return self.deviances(outcome, mean)

    def pull(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """First derivative of each row's log-likelihood in its linear predictor."""
        return (outcome - mean) * self.link.slope(eta, mean) / self.variance(mean)

    def information(self, eta: Floats, mean: Floats) -> Floats:
        """Minus the second derivative that is to be expected: what standard errors rest on."""
        return self.link.slope(eta, mean) ** 2 / self.variance(mean)

    def bend(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """Minus the second derivative itself where it is never negative: what steps rest on."""
        del outcome
        return self.information(eta, mean)

    def start(self, outcome: Floats) -> Floats:
        """Means to begin from."""
        return outcome

    def possible(self, mean: Floats) -> bool:
        """Whether the family can have such means."""
        return bool((mean > 0).all())

    def why_not(self, outcome: Floats) -> tuple[Booleans, str]:
        """Rows whose outcome the family cannot have, and what to say of them."""
        return ~(outcome >= 0), "is negative; a count cannot be"


class Binomial(Family):
    name = "binomial"

    def variance(self, mean: Floats) -> Floats:
        """Of an outcome with this mean: m (1 - m)."""
        return mean * (1 - mean)

    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Twice what each outcome's log likelihood lacks of the best there is, shape (n_rows,)."""
        return -2 * np.log(np.where(outcome == 1, mean, 1 - mean))

    def fitted_deviances(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """As `deviances`, from the predictor, so that a risk next to 0 or 1 loses no figures."""
        from scipy.special import log_ndtr

        del mean
        towards = (2 * outcome - 1) * eta
        if self.link.name == "logit":
            return 2 * np.logaddexp(0, -towards)
        return -2 * log_ndtr(towards)

    def pull(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """The likelihood's slope in the predictor, of each row."""
        if self.link.name == "logit":
            return outcome - mean
        sign = 2 * outcome - 1
        return sign * _mills(sign * eta)

    def bend(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """How the likelihood bends in the predictor, of each row (observed information)."""
        if self.link.name == "logit":
            return self.variance(mean)
        towards = (2 * outcome - 1) * eta
        ratio = _mills(towards)
        return ratio * (ratio + towards)

    def start(self, outcome: Floats) -> Floats:
        """Means to begin from: outcomes halfway to one half."""
        return (outcome + 0.5) / 2

    def why_not(self, outcome: Floats) -> tuple[Booleans, str]:
        """Outcomes that are no event or none, and what to say of them."""
        return (outcome != 0) & (outcome != 1), "is neither 0 nor 1; write 1 for an event"


class Poisson(Family):
    name = "poisson"

    def variance(self, mean: Floats) -> Floats:
        """Of a count with this mean: the mean itself."""
        return mean

    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Likewise of counts; no events lose twice the mean."""
        from scipy.special import xlogy

        return 2 * (xlogy(outcome, outcome / mean) - (outcome - mean))

    def start(self, outcome: Floats) -> Floats:
        """Means to begin from, none of them 0."""
        return outcome + 0.1


@dataclass(frozen=True)
class NegativeBinomial(Family):
    theta: float = 1.0
    name = "negbinomial"

    def variance(self, mean: Floats) -> Floats:
        """Of a count with this mean: m + m² / theta."""
        return mean + mean**2 / self.theta

    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Likewise of counts with this theta."""
        from scipy.special import xlogy

        more = outcome + self.theta
        return 2 * (xlogy(outcome, outcome / mean) - more * np.log(more / (mean + self.theta)))

    def bend(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """Observed information, which in the log link is not the expected one."""
        del eta
        return mean * (1 + outcome / self.theta) / (1 + mean / self.theta) ** 2

    def start(self, outcome: Floats) -> Floats:
        """Means to begin from, none of them 0."""
        return outcome + 0.1

    def why_not(self, outcome: Floats) -> tuple[Booleans, str]:
        """Outcomes that are no counts, and what to say of them."""
        return (outcome < 0) | (outcome != np.floor(outcome)), "is not a count (0, 1, 2, …)"


class Gaussian(Family):
    name = "gaussian"
    scaled = True

    def variance(self, mean: Floats) -> Floats:
        """Of every outcome alike, before the dispersion."""
        return np.ones_like(mean)

    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Squared distances from the mean."""
        return (outcome - mean) ** 2

    def start(self, outcome: Floats) -> Floats:
        """The outcomes themselves, above 0 where the log link needs it."""
        return outcome if self.link.name == "identity" else np.maximum(outcome, SMALLEST)

    def possible(self, mean: Floats) -> bool:
        """Any finite mean is."""
        return bool(np.isfinite(mean).all())

    def why_not(self, outcome: Floats) -> tuple[Booleans, str]:
        """Outcomes that the link cannot have, and what to say of them."""
        wrong = np.zeros(len(outcome), dtype=bool)
        if self.link.name == "log":
            wrong = outcome <= 0
        return wrong, "is not above 0, which the log link needs"


class Gamma(Family):
    name = "gamma"
    scaled = True

    def variance(self, mean: Floats) -> Floats:
        """Of an amount with this mean, before the dispersion: m²."""
        return mean**2

    def deviances(self, outcome: Floats, mean: Floats) -> Floats:
        """Likewise of amounts."""
        return 2 * ((outcome - mean) / mean - np.log(outcome / mean))

    def bend(self, outcome: Floats, eta: Floats, mean: Floats) -> Floats:
        """Observed information, which in the log link is not the expected one."""
        return outcome / mean if self.link.name == "log" else self.information(eta, mean)

    def why_not(self, outcome: Floats) -> tuple[Booleans, str]:
        """Outcomes that are not above 0, and what to say of them."""
        return ~(outcome > 0), "is not above 0, which the gamma family needs"


FAMILIES: dict[str, type[Family]] = {
    family.name: family for family in (Binomial, Poisson, NegativeBinomial, Gaussian, Gamma)
}


def family_named(name: str, link: str | None = None) -> Family:
    """A family with its link, the first of its own where none is named.

    Raises
    ------
    BadInput
        If there is no such family, or it does not go with the link.
    """
    if name not in FAMILIES:
        raise BadInput(f"there is no family {name!r}; use one of {', '.join(FAMILIES)}.")
    known = DEFAULT_LINKS[name]
    chosen = link or known[0]
    if chosen not in known:
        raise BadInput(f"link {chosen!r} does not go with {name}; use {' or '.join(known)}.")
    return FAMILIES[name](link_named(chosen))
