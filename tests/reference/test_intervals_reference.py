"""Intervals against R's own tests and PHEindicatormethods (outputs in ../shared/oracles)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.intervals import byar, exact, interval, jeffreys, poisson_exact, wilson

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles"


def columns(*parts):
    path = ORACLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs ../shared/oracles/{'/'.join(parts)}")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def floats(table, name):
    return np.array(table[name], dtype=float)


@pytest.mark.parametrize(
    ("method", "prefix"),
    [(exact, "cp"), (wilson, "wilson"), (jeffreys, "jeffreys"), (poisson_exact, "pois")],
)
def test_limits_agree_with_r(method, prefix):
    table = columns("intervals", "binomial_poisson_95.csv")
    found = method(floats(table, "x"), floats(table, "n"))
    np.testing.assert_allclose(found.lower, floats(table, f"{prefix}_lo"), rtol=1e-6, atol=1e-15)
    np.testing.assert_allclose(found.upper, floats(table, f"{prefix}_hi"), rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "file", "times"), [("proportion", "proportion.csv", 100), ("rate", "rate.csv", 1e5)]
)
def test_default_methods_agree_with_public_health_practice(kind, file, times):
    table = columns("phe", file)
    found = interval(table, kind=kind, numerator="x", denominator="n")
    for ours, theirs in (
        (found.value, "value"),
        (found.lower, "lowercl"),
        (found.upper, "uppercl"),
    ):
        np.testing.assert_allclose(ours * times, floats(table, theirs), rtol=1e-6, atol=1e-12)


def test_ratios_of_observed_to_expected_agree():
    table = columns("phe", "isratio.csv")
    found = byar(floats(table, "observed"), floats(table, "expected"))
    np.testing.assert_allclose(found.lower, floats(table, "lowercl"), rtol=1e-6)
    np.testing.assert_allclose(found.upper, floats(table, "uppercl"), rtol=1e-6)


def test_means_agree():
    table = columns("phe", "mean.csv")
    found = interval(columns("phe", "mean_input.csv"), kind="mean", value="v", unit="area")
    assert found.units == table["area"]
    for ours, theirs in (
        (found.value, "value"),
        (found.lower, "lowercl"),
        (found.upper, "uppercl"),
    ):
        np.testing.assert_allclose(ours, floats(table, theirs), rtol=1e-6)
