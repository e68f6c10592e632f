"""Standardised ratios and rates against PHEindicatormethods (outputs in ../shared/oracles/phe)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.standardisation import standardise

PHE = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "phe"
pytestmark = pytest.mark.skipif(not PHE.exists(), reason="needs ../shared/oracles/phe")


def read(name):
    with (PHE / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def floats(table, column):
    return np.array([float(cell or "nan") for cell in table[column]])


def indirect():
    """Expected events: each age band's population times the reference's rate there."""
    rows, reference = read("is_input.csv"), read("is_reference.csv")
    rate = dict(zip(reference["age"], reference_rates(reference), strict=True))
    expected = floats(rows, "pop") * np.array([rate[age] for age in rows["age"]])
    return standardise(
        rows | {"expected": expected}, unit="area", observed="obs", expected="expected"
    )


def reference_rates(reference):
    return floats(reference, "x_ref") / floats(reference, "n_ref")


def test_indirectly_standardised_ratios_agree():
    found, theirs = indirect(), read("isratio.csv")
    assert found.units == theirs["area"]
    np.testing.assert_allclose(found.expected, floats(theirs, "expected"), rtol=1e-6)
    for ours, name in ((found.ratio, "value"), (found.lower, "lowercl"), (found.upper, "uppercl")):
        np.testing.assert_allclose(ours, floats(theirs, name), rtol=1e-6, atol=1e-12)


def test_indirectly_standardised_rates_agree():
    """The ratio times the reference's overall rate."""
    found, theirs, reference = indirect(), read("israte.csv"), read("is_reference.csv")
    overall = 1e5 * floats(reference, "x_ref").sum() / floats(reference, "n_ref").sum()
    np.testing.assert_allclose(overall, floats(theirs, "ref_rate"), rtol=1e-6)
    for ours, name in ((found.ratio, "value"), (found.lower, "lowercl"), (found.upper, "uppercl")):
        np.testing.assert_allclose(overall * ours, floats(theirs, name), rtol=1e-6, atol=1e-12)


def test_directly_standardised_rates_agree():
    found = standardise(
        read("is_input.csv"), unit="area", observed="obs", population="pop", standard="stdpop"
    )
    theirs = read("dsr.csv")
    assert found.units == theirs["area"]
    np.testing.assert_array_equal(found.observed, floats(theirs, "total_count"))
    np.testing.assert_array_equal(found.population, floats(theirs, "total_pop"))
    for ours, name in ((found.rate, "value"), (found.lower, "lowercl"), (found.upper, "uppercl")):
        np.testing.assert_allclose(1e5 * ours, floats(theirs, name), rtol=1e-6)
    assert found.to_dict()["units"][3]["rate"] is None  # nine events
