"""Reliability and variance between units: hand-worked, recovered from simulated units, edges."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.reliability import between_variance, heterogeneity, reliability


def names(count):
    return [f"u{i}" for i in range(count)]


def of(events, cases, **options):
    return reliability(
        None, unit=names(len(events)), numerator=events, denominator=cases, **options
    )


@pytest.fixture(scope="module")
def simulated():
    """120 units whose true rates follow a Beta(4, 16): between 0.2 x 0.8 / 21 = 0.00762."""
    made = np.random.default_rng(20260701)
    cases = made.integers(20, 200, 120)
    return made.binomial(cases, made.beta(4, 16, 120)), cases


def test_reliability_follows_the_formula(simulated):
    found = of(*simulated)
    expected = found.between / (found.between + found.within / found.n)
    np.testing.assert_allclose(found.reliability, expected, rtol=1e-9)


def test_the_variance_between_units_is_recovered(simulated):
    found = of(*simulated)
    assert found.between == pytest.approx(0.2 * 0.8 / 21, rel=0.25)  # two standard errors
    # 0.7 needs 20 x 0.7 / 0.3 = 47 cases.
    assert found.cases_needed == pytest.approx(47, abs=10)


def test_the_cases_needed_reach_the_threshold_and_one_fewer_does_not(simulated):
    found = of(*simulated, threshold=0.8)
    cases = found.cases_needed
    reached = [n * found.between / (n * found.between + found.within) for n in (cases - 1, cases)]
    assert reached[0] < 0.8 <= reached[1]


def test_the_fit_agrees_with_the_density_of_scipy(simulated):
    """The likelihood by sums over counts peaks where SciPy's beta-binomial does."""
    from scipy.stats import betabinom

    events, cases = simulated
    found = of(events, cases)
    theta = found.between / found.within
    rate = 0.5 - math.sqrt(0.25 - found.between - found.within)

    def likelihood(p, t):
        return betabinom.logpmf(events, cases, p / t, (1 - p) / t).sum()

    best = likelihood(rate, theta)
    for p, t in ((1.001, 1), (0.999, 1), (1, 1.01), (1, 0.99)):
        assert likelihood(rate * p, theta * t) < best


def test_more_cases_are_more_reliable_and_intervals_enclose(simulated):
    found = of(*simulated)
    order = np.argsort(found.n)
    assert (np.diff(found.reliability[order]) >= 0).all()
    assert (found.lower <= found.reliability).all()
    assert (found.reliability <= found.upper).all()


def test_units_that_do_not_differ_are_not_told_apart_by_any_number_of_cases():
    found = of([5] * 12, [10] * 12)
    assert found.between == 0
    assert found.reliability.tolist() == [0.0] * 12
    assert found.to_dict()["units"][0]["cases_needed"] is None
    assert (found.upper > 0).all()


def test_all_or_none_is_perfectly_reliable_with_room_for_doubt():
    found = of([0, 10] * 6, [10] * 12)
    assert found.between == pytest.approx(0.25)
    assert found.reliability.tolist() == [1.0] * 12
    assert (found.lower < 1).all()
    assert found.cases_needed == 1


def test_below_ten_units_nothing_is_estimated():
    found = of([1, 5, 9], [30, 30, 30]).to_dict()
    assert found["between"] is None
    assert found["units"][0] == {
        "unit": "u0",
        "n": 30.0,
        "reliability": None,
        "lower": None,
        "upper": None,
        "cases_needed": None,
    }
    assert of([1, 5, 9], [30, 30, 30], min_units=3).between is not None


@pytest.mark.parametrize(("events", "cases"), [([0] * 12, [9] * 12), ([9] * 12, [9] * 12)])
def test_no_events_or_nothing_else_cannot_be_estimated(events, cases):
    assert of(events, cases).between is None


def test_more_cases_than_any_hospital_has_are_refused_before_memory_runs_out():
    with pytest.raises(BadInput, match="more than 2,000,000 cases"):
        of([5] * 12, [10] * 11 + [10**12])


def test_case_mix_is_taken_out_by_expected_counts():
    made = np.random.default_rng(3)
    expected = made.uniform(20, 80, 200)
    observed = made.poisson(expected * made.gamma(25, 1 / 25, 200))  # variance between 0.04
    found = of(observed, expected, kind="ratio")
    assert found.between == pytest.approx(0.04, rel=0.3)
    # Ratios that differ by chance alone have next to none.
    alone = of(made.poisson(expected), expected, kind="ratio")
    assert alone.between < 0.01


def test_means_have_variance_components():
    made = np.random.default_rng(4)
    units = np.repeat(np.arange(100), 20)
    values = made.normal(5, 2, 2000) + np.repeat(made.normal(0, 1, 100), 20)
    found = reliability({"u": units, "v": values}, unit="u", value="v", kind="mean")
    assert found.within == pytest.approx(4, rel=0.1)
    assert found.between == pytest.approx(1, rel=0.4)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=25,
    ),
    order=st.randoms(use_true_random=False),
)
def test_any_units_have_reliabilities_between_0_and_1_in_any_order(rows, order):
    def computed(places):
        return reliability(
            None,
            unit=[f"u{i}" for i in places],
            numerator=[rows[i][0] for i in places],
            denominator=[rows[i][1] for i in places],
            min_units=2,
        )

    places = list(range(len(rows)))
    found = computed(places)
    if found.between is None:
        return
    assert (found.lower <= found.reliability + 1e-12).all()
    assert (found.reliability <= found.upper + 1e-12).all()
    assert (found.lower >= 0).all()
    assert (found.upper <= 1).all()
    again = computed(order.sample(places, len(places)))
    by_name = dict(zip(again.units, again.reliability, strict=True))
    np.testing.assert_allclose(
        [by_name[name] for name in found.units], found.reliability, atol=1e-9
    )


@settings(deadline=None)
@given(
    values=st.lists(st.floats(-3, 3), min_size=3, max_size=20),
    shift=st.floats(-5, 5),
    times=st.floats(0.1, 10),
)
def test_variance_between_units_does_not_move_with_the_origin_and_scales_with_the_square(
    values, shift, times
):
    estimates, within = np.array(values), np.linspace(0.1, 1, len(values))
    for method in ("DL", "PM", "REML", "ML"):
        plain = between_variance(estimates, within, method=method)
        moved = between_variance(estimates + shift, within, method=method)
        scaled = between_variance(estimates * times, within * times**2, method=method)
        assert moved.tau2 == pytest.approx(plain.tau2, rel=1e-6, abs=1e-9)
        assert scaled.tau2 == pytest.approx(plain.tau2 * times**2, rel=1e-6, abs=1e-9 * times**2)
        assert plain.lower <= plain.upper


def test_a_larger_pool_can_stand_in_for_few_units():
    given_ = {"u": ["a", "b"], "o": [12, 30], "e": [10.0, 20.0]}
    with pytest.raises(BadInput, match="below 10"):
        heterogeneity(given_, unit="u", observed="o", expected="e")
    found = heterogeneity(given_, unit="u", observed="o", expected="e", tau2=0.04)
    assert found.tau2 == 0.04
    # Shrunken towards the mean, the smaller unit more.
    assert abs(found.shrunken[1] - found.mean) < abs(found.log_ratio[1] - found.mean)


def test_a_unit_without_events_has_no_logarithm_and_is_left_out():
    found = heterogeneity(None, unit=names(12), observed=[0, *range(5, 16)], expected=[10.0] * 12)
    assert math.isnan(found.log_ratio[0])
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"numerator": "x", "denominator": "m"}, "'x' is more than 'm'"),
        ({"numerator": "x", "denominator": "h"}, "'h' is not a whole number"),
        ({"numerator": "x"}, "column holds the denominator"),
        ({"kind": "mean"}, "column holds the value"),
        ({"kind": "median", "value": "x"}, "no kind 'median'"),
        ({"numerator": "x", "denominator": "n", "threshold": 1}, "threshold 1"),
        ({"numerator": "x", "denominator": "n", "level": 0}, "level 0"),
    ],
)
def test_wrong_input_is_refused_in_words(options, words):
    table = {"u": ["a", "b"], "x": [2, 1], "n": [3, 3], "m": [1, 3], "h": [2.5, 3]}
    with pytest.raises(BadInput, match=words):
        reliability(table, unit="u", **options)


def test_the_command_prints_the_agreed_shape(tmp_path, capsys):
    path = tmp_path / "units.csv"
    path.write_text("u,x,n\n" + "".join(f"u{i},{i},20\n" for i in range(12)))
    asked = ["reliability", str(path), "--unit", "u", "--numerator", "x", "--denominator", "n"]
    assert main([*asked, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["between", "units"]
    shape = ["unit", "n", "reliability", "lower", "upper", "cases_needed"]
    assert list(printed["units"][0]) == shape
    assert main([*asked, "--json", "--min-units", "20"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["between"] is None
    assert "cannot be estimated" in shown.err
