"""Intervals of values whose truth is known: how often they hold it."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.intervals import (
    Intervals,
    byar,
    exact,
    jeffreys,
    poisson_exact,
    student_t,
    wilson,
)
from clinmeasures.simulation.study import COVERAGE, Experiment, Quantity
from clinmeasures.standardisation import DirectRates, standardise

LEVEL = 0.95
COVERED = "intervals that hold the truth"
WIDTH = "mean width"
PROPORTIONS = {"Wilson": wilson, "exact": exact, "Jeffreys": jeffreys}
RATES = {
    "Byar": byar,
    "Byar without exact below ten": partial(byar, exact_below=0),
    "exact Poisson": poisson_exact,
}
# Shares of five age bands in a standard population, and their rates in one of 10,000.
STANDARD = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
BAND_RATES = np.array([0.2, 0.5, 1.0, 2.0, 4.0])

Method = Callable[[Floats, Floats], Intervals]
Limits = tuple[Floats, Floats, float]  # lower, upper, and the truth


def experiments() -> list[Experiment]:
    """Every interval at small and large numbers, against its nominal coverage."""
    proportions = [
        _experiment(name, f"{cases} cases, {share:.0%} true", _proportion, method, cases, share)
        for cases, share in (
            *((10, 0.1), (20, 0.05), (20, 0.3), (50, 0.02), (50, 0.5), (200, 0.02), (1000, 0.3)),
        )
        for name, method in PROPORTIONS.items()
    ]
    rates = [
        _experiment(name, f"{mean} events expected", _rate, method, mean)
        for mean in (0.5, 2, 5, 10, 50, 500)
        for name, method in RATES.items()
    ]
    means = [
        _experiment("Student's t", f"{count} {words}", _mean, count, draw)
        for count in (3, 10, 30, 200)
        for words, draw in (("normal values", _normal), ("skewed values (log-normal)", _skewed))
    ]
    direct = [
        _experiment("Dobson, directly standardised", f"{mean} events expected", _direct, mean)
        for mean in (5, 15, 50, 500)
    ]
    return [*proportions, *rates, *means, *direct]


def _experiment(method: str, setting: str, run: Callable[..., Limits], *how: object) -> Experiment:
    return Experiment(
        kind="intervals",
        method=method,
        setting=setting,
        quantities=(Quantity(name=COVERED, sort=COVERAGE, nominal=LEVEL), Quantity(name=WIDTH)),
        run=partial(_covered, run, how),
        effort=10,
    )


def _covered(
    run: Callable[..., Limits],
    how: tuple[object, ...],
    random: np.random.Generator,
    trials: int,
) -> Mapping[str, Floats]:
    lower, upper, truth = run(random, trials, *how)
    inside = np.where(np.isfinite(lower + upper), (lower <= truth) & (truth <= upper), np.nan)
    return {COVERED: inside, WIDTH: upper - lower}


def _proportion(
    random: np.random.Generator, trials: int, method: Method, cases: int, share: float
) -> Limits:
    found = method(random.binomial(cases, share, trials).astype(float), np.full(trials, cases))
    return found.lower, found.upper, share


def _rate(random: np.random.Generator, trials: int, method: Method, mean: float) -> Limits:
    found = method(random.poisson(mean, trials).astype(float), np.full(trials, mean))
    return found.lower, found.upper, 1.0


def _normal(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return random.normal(5.0, 2.0, shape)


def _skewed(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Stays: log-normal with a logarithm of standard deviation 1, of mean 5."""
    return random.lognormal(np.log(5.0) - 0.5, 1.0, shape)


def _mean(
    random: np.random.Generator,
    trials: int,
    count: int,
    draw: Callable[[np.random.Generator, tuple[int, int]], Floats],
) -> Limits:
    values = draw(random, (trials, count))
    found = student_t(values.mean(axis=1), values.std(axis=1, ddof=1), np.full(trials, count))
    return found.lower, found.upper, 5.0


def _direct(random: np.random.Generator, trials: int, mean: float) -> Limits:
    """Units older than the standard; below ten events the library gives no interval."""
    people = np.array([0.15, 0.2, 0.2, 0.2, 0.25])
    people = people * mean / float((people * BAND_RATES).sum())
    found = standardise(
        None,
        unit=np.repeat(np.arange(trials), len(people)),
        observed=random.poisson(people * BAND_RATES, (trials, len(people))).ravel(),
        population=np.tile(people, trials),
        standard=np.tile(STANDARD, trials),
    )
    assert isinstance(found, DirectRates)
    return found.lower, found.upper, float((STANDARD * BAND_RATES).sum())
