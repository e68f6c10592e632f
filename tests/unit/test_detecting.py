"""What volumes could have shown, for many units at once, and which signals to keep."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel
from clinmeasures.wording import (
    detectable_rate_ratios,
    detectable_ratios,
    discoveries,
    expected_chance_signals,
    smallest_detectable_rate_ratio,
    smallest_detectable_ratio,
)


@settings(deadline=None, max_examples=40)
@given(
    cases=st.lists(st.integers(1, 3000), min_size=1, max_size=8),
    baseline=st.floats(0.01, 0.99),
    level=st.sampled_from([0.95, 0.998]),
)
def test_each_proportion_signals_four_times_in_five_and_no_sooner(cases, baseline, level):
    found = detectable_ratios(cases, baseline, level=level)
    tail = (1 - level) / 2
    for n, above, below in zip(cases, found.above, found.below, strict=True):
        counts = np.arange(n + 1)
        high = counts[binom.sf(counts - 1, n, baseline) <= tail]
        low = counts[binom.cdf(counts, n, baseline) <= tail]
        assert math.isnan(above) == (not high.size)
        assert math.isnan(below) == (not low.size)
        if high.size:
            chance = binom.sf(high[0] - 1, n, min(above * baseline, 1))
            assert chance == pytest.approx(0.8, abs=1e-6)
        if low.size:
            assert binom.cdf(low[-1], n, below * baseline) == pytest.approx(0.8, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 3000), min_size=1, max_size=8))
def test_each_rate_signals_four_times_in_five(expected):
    found = detectable_rate_ratios(expected)
    for mu, above, below in zip(expected, found.above, found.below, strict=True):
        counts = np.arange(int(mu + 12 * math.sqrt(mu) + 20))
        high = counts[poisson.sf(counts - 1, mu) <= 0.001][0]
        assert poisson.sf(high - 1, above * mu) == pytest.approx(0.8, abs=1e-6)
        low = counts[poisson.cdf(counts, mu) <= 0.001]
        assert math.isnan(below) == (not low.size)
        if low.size:
            assert poisson.cdf(low[-1], below * mu) == pytest.approx(0.8, abs=1e-6)


def test_many_volumes_at_once_are_each_volume_alone():
    many = detectable_ratios([50, 200, 0, 5000.9], 0.1)
    alone = [smallest_detectable_ratio(n, 0.1) for n in (50, 200, 0, 5000)]
    assert [x if not math.isnan(x) else None for x in many.above] == [a.above for a in alone]
    assert math.isnan(many.above[2])
    assert smallest_detectable_rate_ratio(0).above is None
    assert math.isnan(detectable_ratios([100], 0.0).above[0])


def test_false_discoveries_are_kept_to_their_share_by_hand():
    # Ordered 0.001, 0.012, 0.014, 0.04, 0.5 against 0.01, 0.02, 0.03, 0.04, 0.05: the fourth holds.
    found = discoveries([0.04, 0.5, 0.001, math.nan, 0.014, 0.012])
    assert found.tolist() == [True, False, True, False, True, True]
    assert not discoveries([math.nan, math.nan]).any()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_which_signals_are_kept_does_not_depend_on_their_order(chances, order):
    places = order.sample(range(len(chances)), len(chances))
    kept = discoveries(chances)
    assert discoveries([chances[i] for i in places]).tolist() == kept[places].tolist()
    # Fewer are kept than lie under the rate, and none of them without correction.
    assert (np.array(chances)[kept] <= 0.05).all()


def test_among_units_that_do_not_differ_few_are_ever_kept():
    made = np.random.default_rng(7)
    kept = 0
    for _ in range(100):
        events = made.binomial(200, 0.2, 50)
        found = funnel(
            None,
            type="PR",
            unit=[str(i) for i in range(50)],
            numerator=events,
            denominator=[200] * 50,
        )
        kept += discoveries(found.p_values()).any()
    # At most 5% of such funnels keep any; three Monte Carlo errors of 2.2 points.
    assert kept <= 12
    assert expected_chance_signals(50, level=0.95) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: detectable_ratios([5], 1.5), "not a proportion"),
        (lambda: detectable_ratios([5], 0.5, level=95), "level 95"),
        (lambda: detectable_rate_ratios([5], power=0), "power 0"),
        (lambda: discoveries([1.5]), "p-value"),
        (lambda: discoveries([0.5], rate=0), "rate 0"),
    ],
)
def test_wrong_input_is_refused_in_words(wrong, words):
    with pytest.raises(BadInput, match=words):
        wrong()
