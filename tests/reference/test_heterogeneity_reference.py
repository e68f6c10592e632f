"""Variance between units and shrunken ratios against metafor (../shared/oracles/heterogeneity)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.reliability import heterogeneity

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "heterogeneity"


def read(name):
    if not (ORACLE / name).exists():
        return []
    with (ORACLE / name).open(newline="") as file:
        return list(csv.DictReader(file))


SHRUNKEN = {
    "medpar_los_provider": read("medpar_los_provider_blup_reml.csv"),
    "shmi_2012_10": read("shmi_2012_10_blup_reml.csv"),
}
SUMMARIES = read("summary.csv")


def numbers(rows, column):
    return np.array([float(row[column]) for row in rows])


def computed(case_id, method, tau2=None):
    rows = SHRUNKEN[case_id]
    return heterogeneity(
        None,
        unit=[row["unit"] for row in rows],
        observed=numbers(rows, "observed"),
        expected=numbers(rows, "expected"),
        method=method,
        tau2=tau2,
    )


@pytest.mark.skipif(not SUMMARIES, reason="needs ../shared/oracles/heterogeneity")
def test_the_reference_has_every_method():
    assert {row["method"] for row in SUMMARIES} == {"DL", "REML", "PM", "ML"}


def likelihood(found, tau2):
    """Of the log ratios, restricted where the method is."""
    variance = tau2 + found.variance
    weight = 1 / variance
    mean = (weight * found.log_ratio).sum() / weight.sum()
    fit = np.log(variance).sum() + (weight * (found.log_ratio - mean) ** 2).sum()
    return -0.5 * (fit + (np.log(weight.sum()) if found.method == "REML" else 0))


@pytest.mark.parametrize("row", SUMMARIES, ids=lambda row: f"{row['case_id']}-{row['method']}")
def test_the_variance_between_units_is_at_least_as_near_as_the_reference(row):
    """The reference's own search stops within about 1e-5 of tau squared; ours goes on."""
    found, theirs = computed(row["case_id"], row["method"]), float(row["tau2"])
    if row["method"] == "DL":
        assert found.tau2 == pytest.approx(theirs, rel=1e-6)
    assert found.tau2 == pytest.approx(theirs, abs=2e-5)
    if row["method"] in {"REML", "ML"}:
        assert likelihood(found, found.tau2) >= likelihood(found, theirs)
    if row["method"] == "PM":  # where the weighted squares equal their degrees of freedom
        weight = 1 / (found.tau2 + found.variance)
        squares = (weight * (found.log_ratio - found.mean) ** 2).sum()
        assert squares == pytest.approx(len(found.units) - 1, rel=1e-9)


LIKELIHOODS = [row for row in SUMMARIES if row["method"] in {"REML", "ML"}]


def fisher_step(value, within, tau2, method):
    """Viechtbauer 2005, with the projection P = W - W 1 (1' W 1)^-1 1' W written out."""
    weight = 1 / (tau2 + within)
    projection = np.diag(weight) - np.outer(weight, weight) / weight.sum()
    squares = value @ projection @ projection @ value
    if method == "ML":
        return (squares - weight.sum()) / (weight**2).sum()
    return (squares - np.trace(projection)) / np.trace(projection @ projection)


def as_the_reference_searches(value, within, method):
    """From Hedges' estimate by half steps, until one is no longer than 1e-5."""
    tau2, step = max(0.0, value.var(ddof=1) - within.mean()), 1.0
    while abs(step) > 1e-5:
        step = fisher_step(value, within, tau2, method) / 2
        while tau2 + step < 0:
            step /= 2
        tau2 += step
    return tau2


@pytest.mark.parametrize("row", LIKELIHOODS, ids=lambda row: f"{row['case_id']}-{row['method']}")
def test_the_same_steps_stopped_where_the_reference_stops_give_its_digits(row):
    ours = computed(row["case_id"], row["method"])
    stopped = as_the_reference_searches(ours.log_ratio, ours.variance, row["method"])
    assert stopped == pytest.approx(float(row["tau2"]), rel=1e-10)
    for _ in range(60):
        stopped += fisher_step(ours.log_ratio, ours.variance, stopped, row["method"])
    assert stopped == pytest.approx(ours.tau2, rel=1e-9)


@pytest.mark.parametrize("row", SUMMARIES, ids=lambda row: f"{row['case_id']}-{row['method']}")
def test_everything_that_follows_from_the_variance_agrees(row):
    found = computed(row["case_id"], row["method"], tau2=float(row["tau2"]))
    ours = (
        found.mean,
        found.mean_error,
        found.i2,
        found.q,
        found.prediction_lower,
        found.prediction_upper,
    )
    theirs = [float(row[name]) for name in ("mu", "se_mu", "I2", "Q", "pi_lo", "pi_hi")]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert found.q_p_value == pytest.approx(float(row["Qp"]), rel=1e-6)


@pytest.mark.parametrize("case_id", [case for case, rows in SHRUNKEN.items() if rows])
def test_shrunken_ratios_agree(case_id):
    rows = SHRUNKEN[case_id]
    theirs = {(row["case_id"], row["method"]): float(row["tau2"]) for row in SUMMARIES}
    given, own = (computed(case_id, "REML", tau2) for tau2 in (theirs[case_id, "REML"], None))
    for name, column in (
        ("log_ratio", "yi"),
        ("variance", "vi"),
        ("shrunken", "blup"),
        ("shrunken_error", "se"),
    ):
        reference = numbers(rows, column)
        np.testing.assert_allclose(getattr(given, name), reference, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(getattr(own, name), reference, rtol=1e-4, atol=4e-5)
