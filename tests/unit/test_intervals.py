"""Intervals at their edges, and what holds for every one of them."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.intervals import (
    byar,
    exact,
    interval,
    jeffreys,
    poisson_exact,
    student_t,
    wilson,
)

PROPORTIONS = [wilson, exact, jeffreys]


def test_wilson_matches_a_hand_worked_case():
    # 1 of 10, z = 1.959964: centre (1 + 1.92073) / 13.84146 = 0.211, reach 0.193.
    found = wilson(1, 10)
    assert found.lower[0] == pytest.approx(0.01787621)
    assert found.upper[0] == pytest.approx(0.40415)


@pytest.mark.parametrize("method", PROPORTIONS)
def test_no_events_and_all_events_have_one_sided_limits(method):
    found = method([0, 7], [7, 7])
    assert (found.lower[0], found.upper[1]) == (0, 1)
    assert 0 < found.upper[0] < 1
    assert 0 < found.lower[1] < 1


@pytest.mark.parametrize("method", [*PROPORTIONS, byar, poisson_exact])
def test_no_cases_and_missing_counts_give_nothing(method):
    found = method([0, math.nan], [0, 5])
    assert np.isnan([found.value, found.lower, found.upper]).all()


@pytest.mark.parametrize("method", PROPORTIONS)
@given(data=st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_proportion_lies_between_its_limits_and_mirrors(method, data):
    events, cases = data
    found, mirrored = method(events, cases), method(cases - events, cases)
    assert 0 <= found.lower[0] <= found.value[0] <= found.upper[0] <= 1
    assert found.lower[0] == pytest.approx(1 - mirrored.upper[0], abs=1e-9)


@pytest.mark.parametrize("method", [byar, poisson_exact])
@given(events=st.integers(0, 2000), exposure=st.floats(0.1, 1e6))
def test_a_rate_lies_between_its_limits(method, events, exposure):
    found = method(events, exposure)
    assert 0 <= found.lower[0] <= found.value[0] <= found.upper[0]


@given(st.integers(0, 100), st.floats(0.5, 0.98))
def test_more_confidence_is_wider(events, level):
    narrow, wide = wilson(events, 100, level=level), wilson(events, 100, level=level + 0.01)
    assert wide.upper[0] >= narrow.upper[0]
    assert wide.lower[0] <= narrow.lower[0]


def test_a_single_value_has_a_mean_and_no_limits():
    found = student_t([5.0], [0.0], [1])
    assert found.value[0] == 5
    assert np.isnan(found.lower[0])


def test_means_of_numbers_whose_squares_no_float_holds_have_limits():
    found = interval(None, kind="mean", value=np.array([1.0, 2.0, 4.0]) * 1e300)
    plain = interval(None, kind="mean", value=[1.0, 2.0, 4.0])
    np.testing.assert_allclose(found.lower / 1e300, plain.lower)


def test_means_leave_blanks_out_and_keep_the_order_of_units():
    rows = {"u": ["b", "a", "b", "a"], "v": ["1", "4", "", "6"]}
    found = interval(rows, kind="mean", value="v", unit="u").to_dict()["rows"]
    assert [row["unit"] for row in found] == ["b", "a"]
    assert found[0] == {"unit": "b", "value": 1.0, "lower": None, "upper": None}
    assert found[1]["value"] == 5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "proportion", "numerator": "x", "denominator": "n"}, "row 2 .*'x' is more than"),
        ({"kind": "rate", "numerator": "x", "denominator": "m"}, "row 1 .*'m' is negative"),
        (
            {"kind": "rate", "numerator": "x", "denominator": "n", "method": "wilson"},
            "byar or exact",
        ),
        ({"kind": "proportion", "numerator": "x"}, "column holds the denominator"),
        ({"kind": "mean", "value": "x", "method": "exact"}, "Student's t"),
        ({"kind": "median"}, "no kind"),
        ({"kind": "rate", "numerator": "x", "denominator": "n", "level": 95}, "between 0 and 1"),
    ],
)
def test_wrong_input_is_refused_in_words(options, words):
    with pytest.raises(BadInput, match=words):
        interval({"x": [1, 9], "n": [3, 4], "m": [-1, 2]}, **options)


def test_arrays_are_as_good_as_columns():
    by_name = interval({"x": [3, 0], "n": [10, 5]}, kind="rate", numerator="x", denominator="n")
    arrays = interval(None, kind="rate", numerator=[3, 0], denominator=np.array([10, 5]))
    assert arrays.to_dict() == by_name.to_dict()
    means = interval(None, kind="mean", value=[1.0, 3.0, 8.0], unit=["a", "a", "b"])
    assert means.value.tolist() == [2.0, 8.0]
    with pytest.raises(BadInput, match="1 numerators and 2 denominators"):
        interval(None, kind="rate", numerator=[3], denominator=[10, 5])


@pytest.mark.parametrize("method", [*PROPORTIONS, byar, poisson_exact])
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.integers(0, 10**12), st.just(math.nan)),
            st.one_of(st.integers(0, 10**12), st.just(math.nan)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_counts_give_limits_in_order_without_a_warning(method, rows):
    found = method([min(rows_) for rows_ in rows], [max(rows_) for rows_ in rows])
    known = np.isfinite(found.value) & np.isfinite(found.lower) & np.isfinite(found.upper)
    slack = 1e-9 * np.abs(found.value[known])
    assert (found.lower[known] <= found.value[known] + slack).all()
    assert (found.value[known] <= found.upper[known] + slack).all()


@pytest.mark.parametrize("method", [byar, poisson_exact])
def test_a_rate_too_large_for_a_number_is_no_rate(method):
    assert math.isnan(method(1e15, 1e-310).value[0])


@pytest.mark.parametrize("method", [*PROPORTIONS, byar, poisson_exact])
@pytest.mark.parametrize("counts", [(math.inf, math.inf), (1, math.inf)])
def test_an_infinite_count_is_refused(method, counts):
    with pytest.raises(BadInput, match="infinite"):
        method(*counts)


@pytest.mark.parametrize("method", [*PROPORTIONS, byar, poisson_exact])
@given(events=st.integers(0, 399), cases=st.integers(400, 900))
def test_another_event_moves_the_interval_up_and_no_further_case_widens_it(method, events, cases):
    found = method([events, events + 1], [cases, cases])
    assert found.lower[0] <= found.lower[1]
    assert found.upper[0] <= found.upper[1]
    more = method([2 * events], [2 * cases])
    assert more.upper[0] - more.lower[0] <= found.upper[0] - found.lower[0] + 1e-12


def test_the_command_prints_one_document_in_the_order_of_the_file(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text("x,n\n3,10\n0,0\n,5\n")
    arguments = ["--kind", "proportion", "--numerator", "x", "--denominator", "n", "--json"]
    assert main(["interval", str(path), *arguments]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["value"] == 0.3
    assert rows[1:] == [{"value": None, "lower": None, "upper": None}] * 2
