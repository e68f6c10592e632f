"""What holds for every funnel: order, ties, scale, volume, methods, frames of any kind."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.funnels import chance_limits, funnel, funnel_of_means, ratio_limits
from clinmeasures.official import risk_adjusted_rates, shmi

UNITS = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=25,
)
KINDS = st.sampled_from(["SR", "PR", "RC"])
TRIMS = st.sampled_from(["winsorise", "truncate", "none"])
OVERDISPERSION = st.sampled_from(["none", "additive", "multiplicative"])


def units(rows, names=None, **options):
    return funnel(
        None,
        unit=names or [f"u{i}" for i in range(len(rows))],
        numerator=[x for x, _ in rows],
        denominator=[n for _, n in rows],
        **{"min_units": 2} | options,
    )


@settings(deadline=None)
@given(
    rows=UNITS,
    kind=KINDS,
    trim=TRIMS,
    overdispersion=OVERDISPERSION,
    transform=st.sampled_from(["sqrt", "log"]),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_the_units_changes_no_number(
    rows, kind, trim, overdispersion, transform, order
):
    """Ties included: units with equal z are trimmed alike, whichever comes first."""
    options = {
        "type": kind,
        "trim": trim,
        "overdispersion": overdispersion,
        "transform": transform,
        "target": None if sum(x for x, _ in rows) else 0.5,
    }
    places = order.sample(range(len(rows)), len(rows))
    found = units(rows, **options)
    again = units([rows[i] for i in places], [f"u{i}" for i in places], **options)
    back = np.argsort(places)
    close = {"rtol": 1e-9, "atol": 1e-12}
    for name in ("phi", "tau2"):
        ours, theirs = getattr(found, name), getattr(again, name)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-12)
    for level in (95.0, 99.8):
        for ours, theirs in zip(found.limits[level], again.limits[level], strict=True):
            np.testing.assert_allclose(theirs[back], ours, **close)


@given(rows=UNITS, kind=KINDS)
def test_what_units_differ_by_does_not_depend_on_what_limits_are_drawn(rows, kind):
    rows = [(max(x, 1), n) for x, n in rows]
    kinds = [units(rows, type=kind, overdispersion=o) for o in ("none", "additive")]
    assert (kinds[0].phi, kinds[0].tau2) == (kinds[1].phi, kinds[1].tau2)


@given(rows=UNITS)
def test_the_default_limits_of_proportions_say_what_z_says(rows):
    found = units(rows, type="PR")
    if not 0 < found.target < 1:
        return
    for level, z in ((95.0, 1.959963984540054), (99.8, 3.090232306167813)):
        clear = np.abs(np.abs(found.z) - z) > 1e-9
        # A limit cut off at no events or at nothing else cannot be passed.
        inside = (found.limits[level][0] > 0) & (found.limits[level][1] < 1) & clear
        np.testing.assert_array_equal(found.outside(level)[inside], (np.abs(found.z) > z)[inside])


@pytest.mark.parametrize("method", ["arcsine", "exact", "interpolated", "normal"])
@settings(deadline=None)
@given(size=st.integers(1, 500), target=st.floats(0.01, 0.99))
def test_limits_of_a_proportion_are_proportions_around_it_by_every_method(method, size, target):
    inner, outer = (
        chance_limits("PR", np.array([float(size)]), target, level, method)
        for level in (0.95, 0.998)
    )
    slack = 1e-9
    assert 0 <= outer[0][0] <= inner[0][0] + slack
    assert inner[1][0] <= outer[1][0] + slack <= 1 + 2 * slack
    if method != "interpolated":  # whose lower limit may pass a rare target between counts
        assert inner[0][0] <= target + slack
        assert target <= inner[1][0] + slack


@pytest.mark.parametrize("method", ["arcsine", "normal"])
@given(size=st.integers(1, 5000), target=st.floats(0.01, 0.99))
def test_limits_draw_in_as_volume_grows(method, size, target):
    sizes = np.array([size, size + 1.0, size * 4.0])
    lower, upper = chance_limits("PR", sizes, target, 0.998, method)
    assert (np.diff(lower) >= -1e-12).all()
    assert (np.diff(upper) <= 1e-12).all()


@given(st.floats(0.05, 5000))
def test_limits_of_a_ratio_draw_in_as_volume_grows(expected):
    lower, upper = chance_limits("SR", np.array([expected, expected * 1.5]), 1.0, 0.95, "exact")
    assert lower[0] <= lower[1] <= 1 <= upper[1] <= upper[0]


def test_interpolated_limits_follow_the_published_formula():
    # 50 cases at 0.1565: P(X <= 2) = 0.0071, P(X <= 3) = 0.0290; 3 - (0.0290 - 0.025) / 0.0219.
    count, chance = 3, 0.025
    up_to, below = binom.cdf(count, 50, 0.1565), binom.cdf(count - 1, 50, 0.1565)
    lower, _ = chance_limits("PR", np.array([50.0]), 0.1565, 0.95, "interpolated")
    assert lower[0] == pytest.approx((count - (up_to - chance) / (up_to - below)) / 50, rel=1e-9)


def test_limits_at_the_units_own_volumes_are_the_units_own_limits():
    rows = [(8 + 3 * (i % 5), 40 + 5 * i) for i in range(15)]
    for kind in ("SR", "PR"):
        for overdispersion in ("none", "additive", "multiplicative"):
            found = units(rows, type=kind, overdispersion=overdispersion)
            for level in (95.0, 99.8):
                ours = found.limits_at(found.denominator, level)
                np.testing.assert_allclose(ours, found.limits[level], rtol=1e-12)


def test_a_larger_pool_widens_the_limits_of_few_units():
    rows = [(3, 30), (9, 30), (5, 40)]
    alone = units(rows, type="PR", overdispersion="additive", min_units=10)
    pooled = units(rows, type="PR", overdispersion="additive", min_units=10, pool_tau2=0.01)
    assert alone.tau2 is None
    assert pooled.tau2 == 0.01
    assert (pooled.limits[95.0][1] > alone.limits[95.0][1]).all()
    assert pooled.z_adjusted[0] == pytest.approx(pooled.z[0] / math.sqrt(1 + 0.01 * 4 * 30))


@given(
    values=st.lists(st.floats(0.1, 100), min_size=6, max_size=40),
    times=st.floats(0.01, 100),
    scale=st.sampled_from(["identity", "log"]),
)
def test_means_in_another_unit_have_the_same_funnel_in_that_unit(values, times, scale):
    names = [f"u{i % 3}" for i in range(len(values))]
    plain = funnel_of_means(names, values, scale=scale)
    scaled = funnel_of_means(names, [value * times for value in values], scale=scale)
    np.testing.assert_allclose(scaled.rate, plain.rate * times, rtol=1e-6)
    for level in (95.0, 99.8):
        for ours, theirs in zip(plain.limits[level], scaled.limits[level], strict=True):
            np.testing.assert_allclose(theirs, ours * times, rtol=1e-6, atol=1e-6 * times)


def test_a_funnel_of_stays_on_the_log_scale_compares_geometric_means():
    # ln 1, 4, 2, 8 = 0, 2 ln 2, ln 2, 3 ln 2: mean 1.5 ln 2; deviation sqrt(5/3) ln 2.
    found = funnel_of_means(["a", "a", "b", "b"], [1, 4, 2, 8], scale="log")
    assert found.target == pytest.approx(2**1.5)
    assert found.rate.tolist() == pytest.approx([2, 4])
    reach = 1.959963984540054 * math.sqrt(5 / 3) * math.log(2) / math.sqrt(2)
    assert found.limits[95.0][1][0] == pytest.approx(2**1.5 * math.exp(reach))


def test_a_stay_of_nothing_has_no_logarithm():
    with pytest.raises(BadInput, match=r"row 2 .* no logarithm"):
        funnel_of_means(["a", "b"], [1, 0], scale="log")


def test_means_that_units_scatter_by_are_over_dispersed():
    made = np.random.default_rng(5)
    names = np.repeat([f"u{i}" for i in range(40)], 25)
    values = made.normal(1, 0.5, 1000) + np.repeat(made.normal(0, 0.4, 40), 25)
    plain = funnel_of_means(names, values)
    wide = funnel_of_means(names, values, overdispersion="additive")
    assert plain.phi > 3
    assert wide.outside(95.0).sum() < plain.outside(95.0).sum()
    np.testing.assert_allclose(wide.limits_at(wide.denominator, 95.0), wide.limits[95.0])


def test_equal_values_have_no_signal():
    found = funnel_of_means(["a", "b", "b"], [0.1, 0.1, 0.1])
    assert not found.outside(99.8).any()
    json.dumps(found.to_dict(), allow_nan=False)


@given(observed=st.integers(0, 400), level=st.sampled_from([0.95, 0.998]))
def test_limits_by_events_are_where_the_count_is_that_rare(observed, level):
    found, tail = ratio_limits([observed], level=level), (1 - level) / 2
    assert found.lower[0] <= 1 <= found.upper[0]
    assert poisson.cdf(observed, found.most_expected[0]) == pytest.approx(tail, rel=1e-6)
    if observed:
        assert poisson.sf(observed - 1, found.least_expected[0]) == pytest.approx(tail, rel=1e-6)
    json.dumps(found.to_dict(), allow_nan=False)


def test_p_values_are_two_sided():
    # asin(sqrt(0.3)) - asin(sqrt(0.2)) = 0.11599; times 2 sqrt(100) is z = 2.3199.
    found = units([(10, 100), (30, 100), (20, 100)], type="PR")
    assert found.p_values()[2] == pytest.approx(1.0)
    assert found.p_values()[1] == pytest.approx(0.02035, abs=1e-4)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_any_data_frame_gives_the_same_funnel_and_gets_its_own_kind_back(library):
    module = pytest.importorskip(library)
    columns = {"u": ["a", "b", "a"], "x": [3, 5, 4], "n": [10, 20, 30]}
    if library == "pyarrow":
        data = module.table(columns)
    elif library == "duckdb":
        data = module.sql("select * from (values ('a',3,10),('b',5,20),('a',4,30)) t(u, x, n)")
    else:
        data = module.DataFrame(columns)
    found = funnel(data, type="PR", unit="u", numerator="x", denominator="n")
    assert found.numerator.tolist() == [7, 5]
    back = found.to_frame()
    assert type(back).__module__.split(".")[0] == ("pyarrow" if library == "duckdb" else library)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"type": "SR", "method": "arcsine"}, "not one for type SR"),
        ({"type": "PR", "method": "wilson"}, "not one for type PR"),
        ({"type": "PR", "target": 1.5}, "not a proportion"),
        ({"type": "PR", "pool_tau2": -1}, "not 0 or more"),
        ({"type": "PR", "numerator": [1]}, "has 1 rows and the units have 2"),
        ({"type": "PR", "numerator": [1, math.inf]}, "not a number"),
    ],
)
def test_wrong_input_is_refused_in_words(options, words):
    given_ = {"unit": ["a", "b"], "numerator": [1, 2], "denominator": [4, 5]}
    with pytest.raises(BadInput, match=words):
        funnel(None, **given_ | options)


def printed(tmp_path, capsys, rows, *options):
    path = tmp_path / "units.csv"
    path.write_text("u,x,n\n" + "".join(f"u{i},{x},{n}\n" for i, (x, n) in enumerate(rows)))
    columns = ["--unit", "u", "--numerator", "x", "--denominator", "n", "--json"]
    assert main(["funnel", str(path), *columns, *options]) == 0
    shown = capsys.readouterr()
    return json.loads(shown.out), shown.err


def test_the_command_says_when_its_limits_are_approximate_and_when_units_scatter(tmp_path, capsys):
    small = [(1, 9), (2, 12), (3, 20)]
    _, said = printed(tmp_path, capsys, small, "--type", "PR")
    assert "--method exact" in said
    _, said = printed(tmp_path, capsys, small, "--type", "PR", "--method", "exact")
    assert not said
    wide = [(50 + 40 * (i % 2), 300) for i in range(12)]
    found, said = printed(tmp_path, capsys, wide, "--type", "PR")
    assert found["phi"] > 1.5
    assert "--overdispersion additive" in said


def test_shmi_needs_ten_trusts_and_leaves_those_out_that_it_is_told_to():
    observed = [100 + 7 * i for i in range(12)]
    given_ = {"unit": [f"T{i}" for i in range(12)], "observed": observed, "expected": [140.0] * 12}
    everyone = shmi(None, **given_)
    without = shmi(None, **given_, leave_out={"T0"})
    assert without.units == everyone.units
    assert without.tau2 != everyone.tau2
    assert np.isfinite(without.overdispersed_lower[0])
    with pytest.raises(BadInput, match="at least ten"):
        shmi(None, unit=["a"], observed=[1], expected=[2.0])
    with pytest.raises(BadInput, match="no trust 'X'"):
        shmi(None, **given_, leave_out={"X"})


def test_a_trust_expecting_no_deaths_has_no_value_and_no_band():
    found = shmi(
        None,
        unit=[f"T{i}" for i in range(12)],
        observed=[0, *range(90, 101)],
        expected=[0.0, *[95.0] * 11],
    ).to_dict()
    assert found["units"][0]["banding"] is None
    assert found["units"][0]["value"] is None
    json.dumps(found, allow_nan=False)


def test_new_yorks_rates_are_worked_out_from_the_states_own():
    # Glens Falls, PCI 2010: 1 of 229 with 0.63% expected; the state 454 of 54,035 = 0.840%.
    # 0.4367 / 0.63 x 0.8402 = 0.582; published 0.59 (0.01, 3.26).
    found = risk_adjusted_rates(
        None,
        unit=["0", "1005"],
        cases=[54035, 229],
        deaths=[454, 1],
        expected_rate=[0.84, 0.63],
        standard="0",
    )
    assert found.rate[1] == pytest.approx(0.5824, abs=1e-4)
    assert (round(found.lower[1], 2), round(found.upper[1], 2)) == (0.01, 3.24)
    assert found.flag == [None, None]
    assert found.to_dict()["units"][0]["lower"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": ["a", "a"]}, "more than once"),
        ({"standard": "z"}, "no row 'z'"),
        ({"deaths": [9, 1]}, "more than the cases"),
        ({"cases": [0, 0], "deaths": [0, 0]}, "no cases"),
    ],
)
def test_impossible_hospitals_are_refused_in_words(change, words):
    given_ = {"unit": ["a", "b"], "cases": [5, 6], "deaths": [1, 1], "expected_rate": [1, 2]}
    with pytest.raises(BadInput, match=words):
        risk_adjusted_rates(None, **given_ | change)
