"""XmR charts against results of another package that are kept beside this test."""

import csv
import math
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.spc import spc

with (Path(__file__).parent / "results" / "xmr_invented.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))
SERIES = {name: list(rows) for name, rows in groupby(ROWS, key=lambda row: row["series"])}
RESULT = spc(
    {name: [row[name] for row in ROWS] for name in ("series", "date", "y")},
    value="y",
    date="date",
    series="series",
    improvement="decrease",
    target=50,
)
RULE = {
    "Common Cause": [],
    "Above UCL": ["outside_limits"],
    "Below LCL": ["outside_limits"],
    "2 in 3 Above CL": ["two_of_three"],
    "2 in 3 Below CL": ["two_of_three"],
    "7 Point Trend (Increasing)": ["trend"],
    "7 Point Trend (Decreasing)": ["trend"],
}
ICON = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit_or_miss"}
kept = pytest.mark.parametrize("name", SERIES)


def chart(name):
    return next(series for series in RESULT if series.name == name)


@kept
def test_limits_agree_with_the_kept_results(name):
    found, wanted = chart(name), SERIES[name]
    for ours, theirs in ((found.centre, "mean_col"), (found.lower, "lpl"), (found.upper, "upl")):
        numbers = np.array([float(row[theirs] or math.nan) for row in wanted])
        drawn = np.isfinite(numbers)
        assert drawn.all() or name == "constant"
        np.testing.assert_allclose(ours[drawn], numbers[drawn], rtol=1e-6)


@kept
def test_signals_and_icons_agree_with_the_kept_results(name):
    found, wanted = chart(name), SERIES[name]
    assert [names[:1] for names in found.signals] == [
        RULE[row["special_cause_type"]] for row in wanted
    ]
    words = [row["point_type"].removeprefix("special_cause_") for row in wanted]
    assert found.readings == words
    last = wanted[-1]["variation_type"].removeprefix("special_cause_")
    assert found.variation.startswith("too_few_points" if len(wanted) < 12 else last)
    if name != "constant":
        assert found.assurance == ICON[wanted[-1]["assurance_type"]]
