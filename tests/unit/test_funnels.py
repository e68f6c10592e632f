"""Funnels worked by hand, at their edges, and what holds for every one."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.funnels import exact_limits, funnel


def units(numerators, denominators, **options):
    names = [f"u{i}" for i in range(len(numerators))]
    return funnel(None, unit=names, numerator=numerators, denominator=denominators, **options)


def test_the_tails_of_998_limits_hold_one_in_a_thousand_each():
    # Chi-squared quantiles at 0.001 (20 df) and 0.999 (22 df) are 5.921 and 48.268; over 20.
    lower, upper = exact_limits("SR", np.array([10.0]), 1.0, 0.998)
    assert lower[0] == pytest.approx(5.92104 / 20, rel=1e-5)
    assert upper[0] == pytest.approx(48.26794 / 20, rel=1e-5)


@pytest.mark.parametrize("level", [0.95, 0.998])
@settings(deadline=None)
@given(cases=st.integers(1, 400), target=st.floats(0.003, 0.97))
def test_a_unit_beyond_a_limit_of_a_proportion_is_as_rare_as_the_limit_says(level, cases, target):
    from scipy.stats import binom

    lower, upper = exact_limits("PR", np.array([float(cases)]), target, level)
    events = np.arange(cases + 1)
    chance = binom.pmf(events, cases, target)
    tail = (1 - level) / 2 * (1 + 1e-6)
    low, high = events / cases < lower[0] - 1e-12, events / cases > upper[0] + 1e-12
    assert chance[low].sum() <= tail
    assert chance[high].sum() <= tail
    # and the next count inwards is not that rare: the limit is no wider than it must be.
    if low.any():
        assert chance[: low.sum() + 1].sum() > (1 - level) / 2
    if high.any():
        assert chance[cases - high.sum() :].sum() > (1 - level) / 2


def test_nobody_is_unusually_low_for_having_none_of_what_is_rare():
    # 30 cases at 2%: chance gives no event in 55% of units.
    found = units([0, 30], [30, 1470], type="PR")
    assert found.limits[99.8][0][0] == 0
    assert not found.outside(99.8)[0]


def test_rows_of_one_unit_are_added_up():
    rows = {"who": ["b", "a", "b"], "x": [1, 5, 2], "n": [10, 50, 20]}
    found = funnel(rows, type="PR", unit="who", numerator="x", denominator="n")
    assert found.units == ["b", "a"]
    assert found.numerator.tolist() == [3, 5]
    assert found.target == pytest.approx(0.1)


@pytest.mark.parametrize("kind", ["SR", "PR", "RC"])
def test_no_events_no_cases_and_one_unit_alone_are_no_trouble(kind):
    found = units([0, 0, 5], [0, 30, 40], type=kind, overdispersion="additive", min_units=2)
    first = found.to_dict()["units"][0]
    assert [first[k] for k in ("rate", "z", "lower_95", "upper_99_8")] == [None] * 4
    assert first["outside_95"] is False
    assert np.isfinite(found.z[1:]).all()
    assert len(units([3], [40], type=kind).units) == 1


def test_nobody_having_any_event_leaves_no_signal():
    found = units([0, 0, 0], [10, 20, 30], type="PR")
    assert found.target == 0
    assert not found.outside(95.0).any()
    json.dumps(found.to_dict(), allow_nan=False)


def test_below_ten_units_overdispersion_is_not_estimated():
    found = units([1, 5, 9], [30, 30, 30], type="PR", overdispersion="additive")
    assert (found.phi, found.tau2) == (None, None)
    exact = units([1, 5, 9], [30, 30, 30], type="PR")
    np.testing.assert_array_equal(found.limits[95.0], exact.limits[95.0])


def test_both_kinds_of_overdispersion_widen_the_limits():
    spread = np.random.default_rng(2).normal(1, 0.3, 40).clip(0.2)
    options = {"type": "SR", "transform": "log"}
    plain = units(100 * spread, [100] * 40, **options)
    for kind in ("additive", "multiplicative"):
        wide = units(100 * spread, [100] * 40, overdispersion=kind, **options)
        assert wide.limits[99.8][1][0] > plain.limits[99.8][1][0]
        assert (np.abs(wide.z_adjusted) <= np.abs(wide.z)).all()


@given(
    kind=st.sampled_from(["SR", "PR", "RC"]),
    rows=st.lists(
        st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=20,
    ),
)
def test_limits_enclose_the_target_and_inner_lie_within_outer(kind, rows):
    found = units([x for x, _ in rows], [n for _, n in rows], type=kind)
    inner, outer = found.limits[95.0], found.limits[99.8]
    slack = 1e-9
    assert (outer[0] <= inner[0] + slack).all()
    assert (inner[0] <= found.target + slack).all()
    assert (found.target <= inner[1] + slack).all()
    assert (inner[1] <= outer[1] + slack).all()


@pytest.mark.parametrize(
    ("given_", "options", "words"),
    [
        (([5], [4]), {"type": "PR"}, "row 1 .*'numerator' is more than 'denominator'"),
        (([-5], [4]), {"type": "SR"}, "is negative"),
        (([5], [4]), {"type": "OR"}, "type 'OR' is not known"),
        (([5], [4]), {"type": "SR", "limits": (100,)}, "cannot be drawn"),
        (([5], [4]), {"type": "SR", "trim_at": 0.6}, "leaves nothing"),
        (([5], [4]), {"type": "SR", "target": 0}, "not above 0"),
        (([0], [0]), {"type": "PR"}, "there is no average"),
        (([], []), {"type": "SR"}, "no rows"),
    ],
)
def test_wrong_input_is_refused_in_words(given_, options, words):
    with pytest.raises(BadInput, match=words):
        units(*given_, **options)


def test_the_command_prints_the_agreed_shape(tmp_path, capsys):
    path = tmp_path / "units.csv"
    path.write_text("u,x,n\na,3,10\nb,5,10\n")
    arguments = ["--unit", "u", "--numerator", "x", "--denominator", "n", "--type", "PR", "--json"]
    assert main(["funnel", str(path), *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["target", "phi", "tau2", "units"]
    assert list(printed["units"][0]) == [
        "unit",
        "numerator",
        "denominator",
        "rate",
        "z",
        "z_adjusted",
        "lower_95",
        "upper_95",
        "lower_99_8",
        "upper_99_8",
        "outside_95",
        "outside_99_8",
    ]
    assert math.isclose(printed["target"], 0.4)
