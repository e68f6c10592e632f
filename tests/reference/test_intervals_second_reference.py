"""Intervals and direct standardisation against a second program: statsmodels and SciPy."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from clinmeasures.intervals import byar, exact, interval, jeffreys, poisson_exact, wilson
from clinmeasures.standardisation import standardise

DRAW = np.random.default_rng(2046)
CASES = np.concatenate([[1, 1, 5, 5, 40, 40], DRAW.integers(1, 5_000, 60)])
EVENTS = np.concatenate([[0, 1, 0, 5, 0, 40], DRAW.binomial(CASES[6:], DRAW.random(60))])
LEVELS = (0.8, 0.95, 0.998)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(wilson, "wilson"), (exact, "beta"), (jeffreys, "jeffreys")]
)
def test_a_proportion_has_the_limits_of_statsmodels(ours, theirs, level):
    found = ours(EVENTS, CASES, level=level)
    lower, upper = proportion_confint(EVENTS, CASES, alpha=1 - level, method=theirs)
    some, not_all = EVENTS > 0, EVENTS < CASES  # at none and all, ours are 0 and 1 (Brown 2001)
    np.testing.assert_allclose(found.lower[some], lower[some], rtol=1e-9)
    np.testing.assert_allclose(found.upper[not_all], upper[not_all], rtol=1e-9)
    assert (found.lower[~some] == 0).all()
    assert (found.upper[~not_all] == 1).all()


@pytest.mark.parametrize("level", LEVELS)
def test_an_exact_proportion_has_the_limits_of_scipy(level):
    found = exact(EVENTS, CASES, level=level)
    for i, (x, n) in enumerate(zip(EVENTS.tolist(), CASES.tolist(), strict=True)):
        theirs = stats.binomtest(x, n).proportion_ci(level, method="exact")
        assert found.lower[i] == pytest.approx(theirs.low, rel=1e-9)
        assert found.upper[i] == pytest.approx(theirs.high, rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_an_exact_rate_has_the_limits_of_statsmodels(level):
    found = poisson_exact(EVENTS, CASES, level=level)
    lower, upper = confint_poisson(EVENTS, CASES, method="exact-c", alpha=1 - level)
    np.testing.assert_allclose(found.lower[EVENTS > 0], lower[EVENTS > 0], rtol=1e-9)
    np.testing.assert_allclose(found.upper, upper, rtol=1e-9)


def test_byar_lies_within_a_hundredth_of_the_exact_limits_from_ten_events_on():
    many = EVENTS >= 10
    found = byar(EVENTS[many], CASES[many])
    lower, upper = confint_poisson(EVENTS[many], CASES[many], method="exact-c")
    np.testing.assert_allclose(found.lower, lower, rtol=1e-2)
    np.testing.assert_allclose(found.upper, upper, rtol=1e-2)


@pytest.mark.parametrize("level", LEVELS)
def test_a_mean_has_the_limits_of_scipy(level):
    values = DRAW.gamma(2, 3, 60)
    found = interval(None, kind="mean", value=values, level=level)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(level)
    assert [found.lower[0], found.upper[0]] == pytest.approx(list(theirs), rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_a_directly_standardised_rate_has_dobsons_limits_from_statsmodels_poisson_interval(level):
    """Dobson 1991: the exact interval of the count, moved and scaled to the weighted rate."""
    events = DRAW.integers(0, 30, (5, 6))
    people = DRAW.integers(500, 5_000, (5, 6))
    standard = np.array([5_000, 4_000, 3_000, 2_000, 1_000, 500.0])
    found = standardise(
        None,
        unit=np.repeat(["a", "b", "c", "d", "e"], 6).tolist(),
        observed=events.ravel(),
        population=people.ravel(),
        standard=np.tile(standard, 5),
        method="exact",
        level=level,
    )
    share = standard / standard.sum()
    rate = (share * events / people).sum(axis=1)
    variance = (share**2 * events / people**2).sum(axis=1)
    total = events.sum(axis=1)
    lower, upper = confint_poisson(total, 1.0, method="exact-c", alpha=1 - level)
    scale = np.sqrt(variance / total)
    np.testing.assert_allclose(found.rate, rate, rtol=1e-9)
    np.testing.assert_allclose(found.lower, rate + scale * (lower - total), rtol=1e-9)
    np.testing.assert_allclose(found.upper, rate + scale * (upper - total), rtol=1e-9)
