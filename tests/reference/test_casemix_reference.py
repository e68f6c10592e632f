"""Case-mix models against R's glm, MASS, sandwich and pROC (outputs in ../shared/oracles)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.casemix import casemix
from clinmeasures.intervals import byar, poisson_exact

SHARED = Path(__file__).resolve().parents[3] / "shared"


def columns(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs ../shared/{'/'.join(parts)}")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def floats(table, name):
    return np.array([cell or "nan" for cell in table[name]], dtype=float)


def medpar():
    return columns("data", "medpar", "medpar.csv")


def azpro():
    return columns("data", "azpro", "azpro.csv")


def cardiac():
    table = columns("data", "cardiacsurgery", "cardiacsurgery.csv")
    died = (floats(table, "status") == 1) & (floats(table, "time") <= 30)
    return table | {"y": died.astype(int).tolist()}


MODELS = {
    "medpar_los_poisson": (medpar, "los", "poisson", ["hmo", "white", "type2", "type3"], []),
    "medpar_los_nb": (medpar, "los", "negbinomial", ["hmo", "white", "type2", "type3"], []),
    "azpro_los_poisson": (azpro, "los", "poisson", ["procedure", "sex", "admit", "age75"], []),
    "cardiac_30d_logit": (cardiac, "y", "binomial", ["Parsonnet"], []),
    "cardiac_30d_surgeon_logit": (
        cardiac,
        "y",
        "binomial",
        ["Parsonnet", "surgeon"],
        ["surgeon"],
    ),
    "medpar_died_logit": (
        medpar,
        "died",
        "binomial",
        ["hmo", "white", "age80", "type2", "type3"],
        [],
    ),
}


def fitted(name, **more):
    data, outcome, family, covariates, categorical = MODELS[name]
    return casemix(
        data(),
        outcome=outcome,
        family=family,
        covariates=covariates,
        categorical=categorical,
        **more,
    )


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_and_errors_agree_with_r(name):
    table = columns("oracles", "glm", f"{name}_coef.csv")
    found = fitted(name)
    terms = [term.replace("factor(surgeon)", "surgeon") for term in table["term"]]
    assert [one.term for one in found.coefficients] == terms
    estimates = [one.estimate for one in found.coefficients]
    # R's errors are of its last step but one, ours of the last: up to 3e-5 apart.
    np.testing.assert_allclose(estimates, floats(table, "estimate"), rtol=1e-5)
    np.testing.assert_allclose(
        [one.se for one in found.coefficients], floats(table, "se"), rtol=5e-5
    )


@pytest.mark.parametrize("name", MODELS)
def test_deviance_dispersion_and_theta_agree_with_r(name):
    table = columns("oracles", "glm", "models.csv")
    row = table["model"].index(name)
    found = fitted(name)
    assert found.deviance == pytest.approx(floats(table, "deviance")[row], rel=1e-6)
    assert np.nansum(found.fitted) == pytest.approx(floats(table, "sum_fitted")[row], rel=1e-6)
    theta = floats(table, "theta")[row]
    pearson = floats(table, "pearson_chi2")[row] / floats(table, "df_resid")[row]
    assert found.dispersion == pytest.approx(pearson if np.isnan(theta) else theta, rel=1e-6)


@pytest.mark.parametrize(
    ("column", "more"),
    [
        ("se_model", {}),
        ("se_hc0", {"se": "hc0"}),
        ("se_cluster_hc0_cadjust", {"cluster": "provnum"}),
    ],
)
def test_robust_errors_agree_with_sandwich(column, more):
    table = columns("oracles", "glm", "medpar_los_poisson_provider_robust.csv")
    found = fitted("medpar_los_poisson", **more)
    np.testing.assert_allclose(
        [one.se for one in found.coefficients], floats(table, column), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("name", "file", "unit"),
    [
        ("cardiac_30d_logit", "oe_cardiac_30d_by_surgeon.csv", "surgeon"),
        ("medpar_died_logit", "oe_medpar_died_by_provider.csv", "provnum"),
    ],
)
def test_expected_counts_of_units_agree_with_r(name, file, unit):
    table = columns("oracles", "glm", file)
    units = MODELS[name][0]()[unit]
    index = np.array([table["unit"].index(one) for one in units])
    expected = np.bincount(index, fitted(name).fitted)
    np.testing.assert_allclose(expected, floats(table, "expected"), rtol=1e-6)
    approximate = byar(floats(table, "observed"), expected, exact_below=0)
    exact = poisson_exact(floats(table, "observed"), expected)
    np.testing.assert_allclose(approximate.upper, floats(table, "byar_hi"), rtol=1e-6)
    np.testing.assert_allclose(exact.lower, floats(table, "exact_lo"), rtol=1e-6, atol=1e-12)


def judged(case):
    if case == "medpar_died":
        return medpar(), fitted("medpar_died_logit")
    table = cardiac()
    early = floats(table, "date") <= 730
    first = {name: np.array(cells)[early].tolist() for name, cells in table.items()}
    return first, casemix(first, outcome="y", covariates=["Parsonnet"], family="binomial")


@pytest.mark.parametrize("case", ["cardiac_phase1_apparent", "medpar_died"])
def test_calibration_and_discrimination_agree_with_r(case):
    table = columns("oracles", "discrimination", "summary.csv")
    row = table["case_id"].index(case)
    _, found = judged(case)
    for column, ours in {
        "auc": found.discrimination.auc,
        "auc_lo95_delong": found.discrimination.lower,
        "auc_hi95_delong": found.discrimination.upper,
        "brier": found.brier,
        "cal_slope": found.calibration.slope,
        "hl_chi2_10": found.calibration.hosmer_lemeshow,
        "hl_p_df8": found.calibration.p_value,
    }.items():
        assert ours == pytest.approx(floats(table, column)[row], rel=1e-6), column
    # R stops at its own tolerance; both are noughts of arithmetic.
    assert found.calibration.intercept == pytest.approx(0, abs=1e-7)
    assert found.calibration.in_the_large == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("case", ["cardiac_phase1_apparent", "medpar_died"])
def test_the_ten_groups_agree_with_r(case):
    table = columns("oracles", "discrimination", f"{case}_deciles.csv")
    groups = judged(case)[1].calibration.groups
    assert [group.n for group in groups] == floats(table, "n").tolist()
    assert [group.observed for group in groups] == floats(table, "o").tolist()
    np.testing.assert_allclose([g.expected for g in groups], floats(table, "e"), rtol=1e-6)


@pytest.mark.parametrize("case", ["cardiac_phase1_apparent", "medpar_died"])
def test_given_risks_are_judged_like_the_models_own(case):
    table, found = judged(case)
    outcome = "y" if "y" in table else "died"
    again = casemix(
        table | {"risk": found.fitted}, outcome=outcome, predicted="risk", family="binomial"
    )
    assert again.coefficients == []
    assert again.discrimination == found.discrimination
    assert again.calibration == found.calibration
    assert again.deviance == pytest.approx(found.deviance)
