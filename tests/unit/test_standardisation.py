"""Standardised ratios and rates: hand-worked, at their edges, and what holds for every one."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clinmeasures.funnels
import clinmeasures.official
import clinmeasures.standardisation
from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.standardisation import standardise

AREAS = {
    "area": ["a", "a", "b", "b"],
    "deaths": [10, 30, 4, 4],
    "people": [1000, 1000, 500, 500],
    "weight": [3, 1, 3, 1],
}


def directly(table, **options):
    return standardise(
        table, unit="area", observed="deaths", population="people", standard="weight", **options
    )


def test_a_directly_standardised_rate_is_the_weighted_mean_of_its_strata():
    # (3 x 10/1000 + 1 x 30/1000) / 4 = 0.015; variance (9 x 10 + 1 x 30) / 1000^2 / 16 = 7.5e-6.
    # Byar for 40 events: 28.5743 to 54.4704; scale sqrt(7.5e-6 / 40) = 4.33013e-4.
    found = directly(AREAS)
    assert found.rate[0] == pytest.approx(0.015)
    assert found.lower[0] == pytest.approx(0.015 - 4.33013e-4 * 11.4257, rel=1e-4)
    assert found.upper[0] == pytest.approx(0.015 + 4.33013e-4 * 14.4704, rel=1e-4)


def test_below_ten_events_there_is_no_directly_standardised_rate():
    found = directly(AREAS).to_dict()["units"][1]
    assert found == {
        "unit": "b",
        "observed": 8.0,
        "population": 1000.0,
        "rate": None,
        "lower": None,
        "upper": None,
    }


def test_a_stratum_that_weighs_but_has_nobody_leaves_the_rate_unknown():
    found = directly(AREAS | {"people": [1000, 0, 500, 500], "deaths": [20, 0, 4, 4]})
    assert math.isnan(found.rate[0])


def test_a_ratio_is_flagged_only_where_its_interval_excludes_the_standard():
    found = standardise(None, unit=["a", "b", "c"], observed=[10, 40, 2], expected=[9, 20, 11])
    assert found.flag == [None, "high", "low"]
    assert found.ratio.tolist() == [10 / 9, 2, 2 / 11]


def test_nothing_expected_is_no_ratio():
    found = standardise(None, unit=["a"], observed=[3], expected=[0]).to_dict()["units"][0]
    assert (found["ratio"], found["lower"], found["upper"], found["flag"]) == (None,) * 4


def test_no_public_function_ranks_units():
    rooms = (clinmeasures.funnels, clinmeasures.standardisation, clinmeasures.official)
    names = {name.lower() for room in rooms for name in room.__all__}
    assert not [name for name in names if "rank" in name or "league" in name or "sort" in name]


COUNTS = st.lists(st.tuples(st.integers(0, 300), st.floats(0.5, 300)), min_size=1, max_size=12)


@pytest.mark.parametrize("method", ["byar", "exact"])
@given(rows=COUNTS, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_the_order(method, rows, order):
    def ratios(places):
        found = standardise(
            None,
            unit=[f"u{i}" for i in places],
            observed=[rows[i][0] for i in places],
            expected=[rows[i][1] for i in places],
            method=method,
        )
        three = np.column_stack([found.ratio, found.lower, found.upper]).tolist()
        return dict(zip(found.units, three, strict=True))

    places = list(range(len(rows)))
    shuffled = order.sample(places, len(places))
    assert ratios(places) == ratios(shuffled)


@given(observed=st.integers(0, 500), expected=st.floats(0.5, 500))
def test_a_ratio_lies_within_its_interval_and_more_events_move_it_up(observed, expected):
    found = standardise(
        None, unit=["a", "b"], observed=[observed, observed + 1], expected=[expected] * 2
    )
    assert (found.lower <= found.ratio).all()
    assert (found.ratio <= found.upper).all()
    assert found.lower[0] <= found.lower[1]
    assert found.upper[0] <= found.upper[1]


@given(
    strata=st.lists(
        st.tuples(st.integers(5, 90), st.integers(100, 10_000), st.integers(1, 50)),
        min_size=2,
        max_size=6,
    ),
    times=st.floats(0.01, 100),
)
def test_only_the_proportions_of_the_standard_population_matter(strata, times):
    table = {
        "area": ["a"] * len(strata),
        "deaths": [row[0] for row in strata],
        "people": [row[1] for row in strata],
        "weight": [float(row[2]) for row in strata],
    }
    plain = directly(table)
    scaled = directly(table | {"weight": [weight * times for weight in table["weight"]]})
    for name in ("rate", "lower", "upper"):
        np.testing.assert_allclose(getattr(scaled, name), getattr(plain, name), rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "give the expected count"),
        ({"expected": "e", "population": "n", "standard": "e"}, "give the expected count"),
        ({"population": "n"}, "column holds the standard"),
        ({"expected": "m"}, "row 1 .*'m' is negative"),
        ({"expected": "nowhere"}, "no column 'nowhere'"),
        ({"expected": "e", "method": "wilson"}, "method 'wilson' is not known"),
        ({"expected": "e", "level": 95}, "between 0 and 1"),
        ({"expected": "inf"}, "not a number"),
    ],
)
def test_wrong_input_is_refused_in_words(options, words):
    table = {"u": ["a"], "o": [1], "e": [2], "n": [3], "m": [-1], "inf": [math.inf]}
    with pytest.raises(BadInput, match=words):
        standardise(table, unit="u", observed="o", **options)


def test_the_command_prints_the_agreed_shapes(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text("u,o,e,n,s\na,12,10,1000,1\nb,20,10,1000,1\n")
    asked = ["standardise", str(path), "--unit", "u", "--observed", "o", "--json"]
    assert main([*asked, "--expected", "e"]) == 0
    printed = json.loads(capsys.readouterr().out)["units"]
    assert list(printed[0]) == ["unit", "observed", "expected", "ratio", "lower", "upper", "flag"]
    assert main([*asked, "--population", "n", "--standard", "s"]) == 0
    printed = json.loads(capsys.readouterr().out)["units"]
    assert printed[1]["rate"] == pytest.approx(0.02)
    assert main(asked) == 2
