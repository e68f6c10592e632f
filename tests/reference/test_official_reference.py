"""Two official publications, worked out again from their inputs (data in ../shared/data)."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.official import risk_adjusted_rates, shmi

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SHMI = DATA / "shmi_official"
NEW_YORK = DATA / "nys_cardiac_official"
INPUT_ROUNDING = 0.005  # expected rates are published to two decimals
SHOWN = 0.005 + 1e-9  # and so are the results
FLAGS = {
    "Rate not different than Statewide Rate": None,
    "Rate significantly higher than Statewide Rate": "higher",
    "Rate significantly lower than Statewide Rate": "lower",
    "Statewide Rate": None,
}


def grouped(path, *keys):
    groups = defaultdict(list)
    if path.exists():
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                groups[tuple(row[key] for key in keys)].append(row)
    return groups


def numbers(rows, column):
    return np.array([float(row[column] or "nan") for row in rows])


def table(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def whole_state(given):
    """Facility 0, in some years written 0000."""
    return next(name for name in given["Facility ID"] if not name.strip("0"))


RELEASES = grouped(SHMI / "shmi_visible.csv", "DATE")
YEARS = grouped(NEW_YORK / "nys_visible.csv", "Procedure", "Year of Hospital Discharge")
INPUTS = {"unit": "PROVIDER", "observed": "OBSERVED", "expected": "EXPECTED"}
HOSPITALS = {
    "unit": "Facility ID",
    "cases": "Number of Cases",
    "deaths": "Number of Deaths",
    "expected_rate": "Expected Mortality Rate",
}


@pytest.mark.skipif(not SHMI.exists(), reason="needs ../shared/data/shmi_official")
def test_there_are_six_releases():
    assert len(RELEASES) == 6


@pytest.mark.parametrize("release", RELEASES)
def test_every_published_mortality_limit_and_band_comes_out(release):
    rows = RELEASES[release]
    found = shmi(table(rows), **INPUTS)
    assert found.units == [row["PROVIDER"] for row in rows]
    for ours, theirs in (
        (found.value, "VALUE"),
        (found.poisson_lower, "PO_LL"),
        (found.poisson_upper, "PO_UL"),
        (found.overdispersed_lower, "OD_LL"),
        (found.overdispersed_upper, "OD_UL"),
    ):
        np.testing.assert_array_equal(np.round(ours, 4), numbers(rows, theirs), err_msg=theirs)
    np.testing.assert_array_equal(found.banding, numbers(rows, "OD_BANDING"))


@pytest.mark.parametrize("release", grouped(SHMI / "shmi_inputs_only.csv", "DATE"))
def test_releases_without_published_limits_have_complete_results(release):
    rows = grouped(SHMI / "shmi_inputs_only.csv", "DATE")[release]
    found = shmi(table(rows), **INPUTS)
    assert len(found.units) == len(rows)
    assert set(found.banding.tolist()) == {1, 2, 3}
    assert (found.overdispersed_lower < found.poisson_lower).mean() > 0.9


@pytest.mark.skipif(not NEW_YORK.exists(), reason="needs ../shared/data/nys_cardiac_official")
def test_there_are_29_procedures_and_periods():
    assert len(YEARS) == 29


@pytest.mark.parametrize("group", YEARS, ids=" ".join)
def test_every_published_rate_interval_and_flag_of_new_york_comes_out(group):
    rows = YEARS[group]
    given = table(rows)
    state = whole_state(given)
    found = risk_adjusted_rates(given, standard=state, **HOSPITALS)
    assert found.units == given["Facility ID"]
    expected = numbers(rows, "Expected Mortality Rate")
    # What the rounding of the published expected rate leaves open.
    ends = [
        risk_adjusted_rates(
            given | {"Expected Mortality Rate": np.maximum(expected + shift, 1e-9)},
            standard=state,
            **HOSPITALS,
        )
        for shift in (INPUT_ROUNDING, -INPUT_ROUNDING)
    ]
    for name, theirs in (
        ("rate", "Risk-Adjusted Mortality Rate"),
        ("lower", "Lower Limit of Confidence Interval"),
        ("upper", "Upper Limit of Confidence Interval"),
    ):
        published = numbers(rows, theirs)
        known = np.isfinite(published) & np.isfinite(getattr(found, name))
        shown = np.minimum(published, 100)[known]  # some rows cap a limit at 100, some do not
        low, high = (getattr(end, name)[known] for end in ends)
        assert (low - SHOWN <= shown).all(), theirs
        assert (shown <= high + SHOWN).all(), theirs
    assert found.flag == [FLAGS[row["Comparison Results"]] for row in rows]


@pytest.mark.parametrize(
    "group",
    grouped(NEW_YORK / "nys_inputs_only.csv", "Procedure", "Year of Hospital Discharge"),
    ids=" ".join,
)
def test_years_without_published_results_have_complete_results(group):
    rows = grouped(NEW_YORK / "nys_inputs_only.csv", "Procedure", "Year of Hospital Discharge")
    given = table(rows[group])
    state = whole_state(given)
    found = risk_adjusted_rates(given, standard=state, **HOSPITALS)
    hospital = np.array([name != state for name in found.units])
    known = hospital & (found.cases > 0) & (found.expected_rate > 0)
    assert (found.lower[known] <= found.rate[known]).all()
    assert (found.rate[known] <= found.upper[known]).all()
