"""Shrunken ratios of units whose truth is known, and the interval of their reliability."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers import providers
from clinmeasures.reliability import heterogeneity, reliability
from clinmeasures.simulation.study import AGREEMENT, COVERAGE, Experiment, Quantity, Run

UNITS = 100
COVERED = "units whose interval holds the truth"
SLOPE = "slope of the truth on the shrunken"
RELIABLE = "intervals of reliability that hold the truth"
CASES_A_UNIT = (20, 200)
EFFORT = 0.1  # each trial fits a model to every unit's cases


TRUTH = (
    Quantity(name=COVERED, sort=COVERAGE, nominal=0.95),
    Quantity(name=SLOPE, sort=AGREEMENT, nominal=1.0),
)


def experiments() -> list[Experiment]:
    """Shrunken ratios of providers whose true spread is known, and reliability."""
    return [*_of_ratios(), *_of_reliability(), *_of_intercepts()]


def _of_ratios() -> list[Experiment]:
    return [
        _experiment(
            "shrunken log ratio (random effects, REML)",
            f"{UNITS} units of {low} to {high} expected, deviation {spread:g}",
            TRUTH,
            partial(_shrunken, low=low, high=high, spread=spread),
        )
        for low, high in ((2, 10), (10, 100), (100, 1000))
        for spread in (0.1, 0.3)
    ]


def _of_reliability() -> list[Experiment]:
    return [
        _experiment(
            "reliability of a proportion (beta-binomial)",
            f"{UNITS} units of {cases} cases, {mean:.0%} on average, true reliability "
            f"{cases / (cases + strength):.2f}",
            (Quantity(name=RELIABLE, sort=COVERAGE, nominal=0.95),),
            partial(_reliable, cases=cases, mean=mean, strength=strength),
        )
        for cases in CASES_A_UNIT
        for mean, strength in ((0.05, 100.0), (0.3, 30.0))
    ]


def _of_intercepts() -> list[Experiment]:
    return [
        _experiment(
            "random intercepts (binomial, Laplace)",
            f"{UNITS} units of {cases} patients, {mean:.0%} on average, deviation {spread:g}",
            TRUTH,
            partial(_intercepts, cases=cases, mean=mean, spread=spread),
        )
        for cases, mean in ((20, 0.1), (100, 0.1), (500, 0.05))
        for spread in (0.2, 0.5)
    ]


def _experiment(
    method: str, setting: str, quantities: tuple[Quantity, ...], run: Run
) -> Experiment:
    return Experiment(
        kind="shrinkage",
        method=method,
        setting=setting,
        quantities=quantities,
        run=run,
        effort=EFFORT,
    )


def _shrunken(
    random: np.random.Generator, trials: int, *, low: float, high: float, spread: float
) -> Mapping[str, Floats]:
    covered, slope = np.full(trials, np.nan), np.full(trials, np.nan)
    names = np.arange(UNITS)
    for trial in range(trials):
        expected = np.exp(random.uniform(np.log(low), np.log(high), UNITS))
        true = random.normal(0, spread, UNITS)
        found = heterogeneity(
            None,
            unit=names,
            observed=random.poisson(expected * np.exp(true)).astype(float),
            expected=expected,
        )
        known = np.isfinite(found.shrunken)
        gap = np.abs(found.shrunken - true)[known]
        covered[trial] = (gap <= 1.96 * found.shrunken_error[known]).mean()
        centred = found.shrunken[known] - found.shrunken[known].mean()
        if found.tau2 > 0:
            slope[trial] = float((centred * true[known]).sum() / (centred**2).sum())
    return {COVERED: covered, SLOPE: slope}


def _reliable(
    random: np.random.Generator, trials: int, *, cases: int, mean: float, strength: float
) -> Mapping[str, Floats]:
    """Beta-binomial: the true reliability of n cases is n / (n + a + b)."""
    true = cases / (cases + strength)
    held = np.full(trials, np.nan)
    names, size = np.arange(UNITS), np.full(UNITS, float(cases))
    for trial in range(trials):
        chance = random.beta(mean * strength, (1 - mean) * strength, UNITS)
        found = reliability(
            None,
            unit=names,
            numerator=random.binomial(cases, chance).astype(float),
            denominator=size,
        )
        lower, upper = float(found.lower[0]), float(found.upper[0])
        if np.isfinite(lower + upper):
            held[trial] = lower <= true <= upper
    return {RELIABLE: held}


def _intercepts(
    random: np.random.Generator, trials: int, *, cases: int, mean: float, spread: float
) -> Mapping[str, Floats]:
    """Log odds of each unit's patients, around those of the mean."""
    covered, slope = np.full(trials, np.nan), np.full(trials, np.nan)
    names = np.repeat(np.arange(UNITS), cases)
    for trial in range(trials):
        true = random.normal(0, spread, UNITS)
        risk = 1 / (1 + np.exp(-(np.log(mean / (1 - mean)) + true)))
        found = providers(
            None,
            outcome=(random.random(len(names)) < risk[names]).astype(float),
            provider=names,
            family="binomial",
            effects="random",
        )
        centred = found.effect - found.effect.mean()
        if found.between_variance:  # where it is 0 no interval is given
            covered[trial] = ((found.effect_lower <= true) & (true <= found.effect_upper)).mean()
        if (found.between_variance or 0) > 1e-6:
            slope[trial] = float((centred * true).sum() / (centred**2).sum())
    return {COVERED: covered, SLOPE: slope}
