"""Risk-adjusted CUSUM and VLAD against the R packages vlad, cusum and spcadjust.

The calls that made the reference are in the READMEs beside them.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.monitoring import (
    average_run_length,
    cusum,
    limit_for_alpha,
    limit_for_run_length,
    simulated_run_lengths,
    two_sided,
)

SHARED = Path(__file__).resolve().parents[3] / "shared"
FROM = SHARED / "oracles" / "risk_adjusted_cusum"
OTHER = SHARED / "oracles" / "spcadjust"
SURGERY = SHARED / "data" / "cardiacsurgery" / "cardiacsurgery.csv"
EXAMPLE = SHARED / "data" / "cusum_examples" / "cusum_example.csv"

pytestmark = pytest.mark.skipif(not FROM.exists(), reason="needs ../shared/oracles")


def read(path):
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, column):
    return np.array([float(row[column]) for row in rows])


SERIES = sorted(FROM.glob("series_*.csv"))
RUNS = read(FROM / "arl_markov.csv")
LIMITS = read(FROM / "limit_for_ARL_markov.csv")
SIMULATED = read(FROM / "cusumpkg_limit_sim.csv")


def odds_ratios_of(path):
    return (1.5, 2 / 3) if "OR1.5" in path.name else (2.0, 0.5)


def local_risks():
    """The phase 1 mixture as cases: the shares are whole numbers of its 1,769 operations."""
    rows = read(FROM / "arl_pmix_phase1.csv")
    counts = np.rint(numbers(rows, "f") * 1769).astype(int)
    assert counts.sum() == 1769
    return np.repeat(numbers(rows, "pr"), counts)


@pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)
def test_scores_and_both_arms_without_reset_agree(path):
    rows = read(path)
    found = two_sided(
        None,
        outcome=numbers(rows, "y"),
        risk=numbers(rows, "p"),
        odds_ratios=odds_ratios_of(path),
        reset=False,
    )
    np.testing.assert_allclose(found.worse.score, numbers(rows, "w_up"), rtol=1e-6)
    np.testing.assert_allclose(found.better.score, numbers(rows, "w_down"), rtol=1e-6)
    for arm, name in ((found.worse, "cusum_up"), (found.better, "cusum_down")):
        np.testing.assert_allclose(arm.value, numbers(rows, name), rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(found.vlad, numbers(rows, "vlad"), rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)
def test_arms_that_restart_together_agree(path):
    rows = read(path)
    limits = (float(rows[0]["h_up"]), float(rows[0]["h_down"]))
    found = two_sided(
        {"died": numbers(rows, "y"), "risk": numbers(rows, "p"), "day": numbers(rows, "date")},
        outcome="died",
        risk="risk",
        date="day",
        odds_ratios=odds_ratios_of(path),
        limits=limits,
        together=True,
    )
    for arm, name in ((found.worse, "cusum_up_reset"), (found.better, "cusum_down_reset")):
        np.testing.assert_allclose(arm.value, numbers(rows, name), rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize(
    ("name", "odds_ratio", "limit", "reset"),
    [
        ("s1_OR2_lim3_resetTRUE", 2, 3, True),
        ("s3_OR2_lim3_resetFALSE", 2, 3, False),
        ("s7_OR0.5_lim-2_resetTRUE", 0.5, 2, True),
    ],
)
def test_surgeons_signals_agree_with_the_package_cusum(name, odds_ratio, limit, reset):
    rows = read(FROM / f"cusumpkg_racusum_{name}.csv")
    surgery = read(SURGERY)
    theirs = [surgery[int(row["row"]) - 1] for row in rows]
    died = [int(row["status"] == "1" and float(row["time"]) <= 30) for row in theirs]
    found = cusum(
        None,
        outcome=died,
        risk=numbers(rows, "p"),
        odds_ratio=odds_ratio,
        limit=limit,
        reset=reset,
    )
    compare(found, rows, reset)


def test_the_example_of_the_package_cusum_agrees():
    rows = read(FROM / "cusumpkg_cusum_example_p0.1_lim2.96.csv")
    outcomes = [row["y"] for row in read(EXAMPLE) if row["year"] == "2017"]
    found = cusum({"y": outcomes, "p": [0.1] * len(rows)}, outcome="y", risk="p", limit=2.96)
    compare(found, rows, reset=True)


def compare(found, rows, reset):
    """Their chart for better is drawn below zero, and shows 0 at a signal that it resets."""
    signals = numbers(rows, "signal") == 1
    np.testing.assert_array_equal(found.signal, signals)
    value = np.where(signals & reset, 0.0, found.value)
    np.testing.assert_allclose(value, np.abs(numbers(rows, "ct")), rtol=1e-6, atol=1e-10)


@pytest.mark.skipif(not OTHER.exists(), reason="needs ../shared/oracles/spcadjust")
@pytest.mark.parametrize("path", sorted(OTHER.glob("*_run.csv")), ids=lambda path: path.stem)
def test_spcadjust_agrees(path):
    rows = read(path)
    intercept, slope = numbers(read(FROM / "phase1_model.csv"), "estimate")
    risk = 1 / (1 + np.exp(-(intercept + slope * numbers(rows, "Parsonnet"))))
    odds_ratio = float(path.stem.split("_OR")[1].split("_")[0])
    found = cusum(None, outcome=numbers(rows, "y"), risk=risk, odds_ratio=odds_ratio)
    np.testing.assert_allclose(found.value, numbers(rows, "cusum"), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("row", RUNS, ids=lambda row: f"{row['h']}-{row['RA']}-{row['RQ']}")
def test_run_lengths_agree_with_the_markov_chain_of_vlad(row):
    found = average_run_length(
        local_risks(),
        float(row["h"]),
        odds_ratio=float(row["RA"]),
        true_odds_ratio=float(row["RQ"]),
    )
    assert found == pytest.approx(float(row["arl"]), rel=0.005)  # theirs is good to 0.02


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: f"{row['L0']}-{row['RA']}")
def test_limits_for_a_run_length_agree_with_vlad(row):
    found = limit_for_run_length(local_risks(), float(row["L0"]), odds_ratio=float(row["RA"]))
    assert found == pytest.approx(float(row["h"]), rel=0.002)


@pytest.mark.parametrize("row", SIMULATED, ids=lambda row: f"{row['n']}-{row['p']}")
def test_limits_for_a_false_signal_probability_agree_with_the_package_cusum(row):
    found = limit_for_alpha(
        np.full(int(row["n"]), float(row["p"])),
        float(row["alpha"]),
        odds_ratio=float(row["or"]),
    )
    assert found.limit == pytest.approx(float(row["limit_sim_20000"]), rel=0.05)


@pytest.mark.parametrize(("limit", "odds_ratio", "true"), [(1, 2, 1), (2, 2, 1), (3, 0.5, 0.5)])
def test_run_lengths_by_chain_and_by_simulation_agree(limit, odds_ratio, true):
    options = {"odds_ratio": odds_ratio, "true_odds_ratio": true}
    lengths = simulated_run_lengths(local_risks(), limit, runs=20_000, seed=5, **options)
    error = lengths.std() / np.sqrt(len(lengths)) / lengths.mean()
    assert error < 0.008
    chain = average_run_length(local_risks(), limit, **options)
    assert lengths.mean() == pytest.approx(chain, rel=0.02)
