"""Funnels against FunnelPlotR and the published national mortality indicator (SHMI)."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.funnels import funnel

SHARED = Path(__file__).resolve().parents[3] / "shared"
PLOTTED = SHARED / "oracles" / "funnelplotr"
SHMI = SHARED / "data" / "shmi_official" / "shmi_visible.csv"


def read(path):
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, column):
    return np.array([float(r[column]) if r[column] not in {"", "-Inf"} else math.nan for r in rows])


CASES = read(PLOTTED / "cases.csv")
UNITS = defaultdict(list)
for row in read(PLOTTED / "units.csv"):
    UNITS[row["case_id"]].append(row)
RELEASES = defaultdict(list)
for row in read(SHMI):
    RELEASES[row["DATE"]].append(row)


def computed(case, overdispersion):
    options = dict(part.strip().split("=") for part in case["args"].split(";"))
    national = options.get("sr_method") == "SHMI"
    units = UNITS[case["case_id"]]
    return options, funnel(
        None,
        kind=options["data_type"],
        unit=[unit["group"] for unit in units],
        numerator=numbers(units, "numerator"),
        denominator=numbers(units, "denominator"),
        overdispersion=overdispersion,
        transform="log" if national else "sqrt",
        trim="truncate" if national else "winsorise",
        trim_at=float(options.get("trim_by", 0.1)),
        min_units=2,
    )


@pytest.mark.skipif(not CASES, reason="needs ../shared/oracles/funnelplotr")
def test_the_reference_has_every_kind():
    assert {"SR", "PR", "RC"} <= {case["args"][10:12] for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case_id"])
def test_scores_phi_and_tau2_agree_with_the_reference(case):
    _, found = computed(case, "additive")
    assert found.phi == pytest.approx(float(case["phi"]), rel=1e-6)
    assert found.tau2 == pytest.approx(float(case["tau2"]), rel=1e-6, abs=1e-12)
    theirs = numbers(UNITS[case["case_id"]], "Uzscore")
    known = np.isfinite(theirs)
    np.testing.assert_allclose(found.z[known], theirs[known], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case_id"])
def test_limits_agree_where_the_reference_is_sound(case):
    """Ratios: exact limits. Over-dispersed: all but its known defects (square root, counts)."""
    options, found = computed(case, "none")
    units = UNITS[case["case_id"]]
    if options["data_type"] == "SR":
        compare(found, units, ("LCL95", "UCL95", "LCL99", "UCL99"))
    _, wide = computed(case, "additive")
    if options["data_type"] == "PR" or options.get("sr_method") == "SHMI":
        compare(wide, units, ("OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"))


def compare(found, units, names):
    ours = (*found.limits[95.0], *found.limits[99.8])
    for limit, name in zip(ours, names, strict=True):
        np.testing.assert_allclose(limit, numbers(units, name), rtol=1e-6, err_msg=name)


@pytest.mark.parametrize("release", list(RELEASES))
def test_published_mortality_limits_and_bands_come_out(release):
    rows = RELEASES[release]
    given = {
        "unit": [row["PROVIDER"] for row in rows],
        "numerator": numbers(rows, "OBSERVED"),
        "denominator": numbers(rows, "EXPECTED"),
    }
    plain = funnel(given, kind="SR", **{name: name for name in given})
    wide = funnel(
        given,
        kind="SR",
        overdispersion="additive",
        transform="log",
        trim="truncate",
        **{name: name for name in given},
    )
    np.testing.assert_allclose(plain.limits[99.8][0], numbers(rows, "PO_LL"), atol=5.1e-5)
    np.testing.assert_allclose(plain.limits[99.8][1], numbers(rows, "PO_UL"), atol=5.1e-5)
    np.testing.assert_allclose(wide.limits[95.0][0], numbers(rows, "OD_LL"), atol=5.1e-5)
    np.testing.assert_allclose(wide.limits[95.0][1], numbers(rows, "OD_UL"), atol=5.1e-5)
    high = wide.rate > wide.limits[95.0][1]
    band = np.where(wide.outside(95.0), np.where(high, 1, 3), 2)
    np.testing.assert_array_equal(band, numbers(rows, "OD_BANDING"))
