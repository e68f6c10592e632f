"""Provider profiles against pprof, FEprovideR and lme4 (R), on their public data.

pprof and FEprovideR stop Newton's steps at 1e-5 and search limits to 1.2e-4 of an effect; ours go
on. Held to: coefficients and effects 1e-5, ratios and expected counts 1e-6 of their size (2e-6 in
one file), p-values 3e-5, searched limits 5e-5 of an effect and 3e-5 of a ratio, random effects
1e-4, flags exactly. Providers with all events or none are left out where Firth's effect enters.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.cli.tables import read_table
from clinmeasures.providers import providers

SHARED = Path(__file__).resolve().parents[3] / "shared"
ORACLES = SHARED / "oracles"
needs = pytest.mark.skipif(
    not (ORACLES / "pprof").exists(), reason="needs ../shared/oracles/pprof, feprovider and lme4"
)
pytestmark = needs
FIVE = ["z1", "z2", "z3", "z4", "z5"]
FLAGS = {"1": "high", "-1": "low", "0": None}


@cache
def read(folder, name):
    with (ORACLES / folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def table(path):
    return dict(read_table(str(SHARED / "data" / path)))


@cache
def binary(test):
    return providers(
        table("pprof_examples/binary.csv"),
        outcome="y",
        provider="prov_id",
        covariates=FIVE,
        family="binomial",
        effects="fixed" if test else "random",
        test=test,
    )


@cache
def hospital(test):
    """The first 300 hospitals with at least ten discharges."""
    given = table("feprovider_hospital/hospital_prepared.csv")
    kept = [
        i
        for i, (who, included) in enumerate(zip(given["prov.ID"], given["included"], strict=True))
        if int(who) <= 300 and included == "1"
    ]
    return providers(
        {name: [values[i] for i in kept] for name, values in given.items()},
        outcome="Y",
        provider="prov.ID",
        covariates=["z1", "z2", "z3"],
        family="binomial",
        effects="fixed",
        test=test,
    )


def held(found, rows, column, ours, *, name="prov_id", all_or_none=True, **tolerance):
    """Compare a column of the reference with ours, provider by provider."""
    place = {who: i for i, who in enumerate(found.provider)}
    chosen = [row for row in rows if all_or_none or not found.penalised[place[row[name]]]]
    assert chosen
    theirs = np.array([float(row[column]) for row in chosen])
    values = ours[[place[row[name]] for row in chosen]]
    np.testing.assert_allclose(values, theirs, err_msg=column, **tolerance)


def flagged_alike(found, rows, *, name="prov_id"):
    flag = dict(zip(found.provider, found.flag, strict=True))
    usual = dict(zip(found.provider, ~found.penalised, strict=True))
    wrong = [r[name] for r in rows if usual[r[name]] and flag[r[name]] != FLAGS[r["flag"]]]
    assert wrong == []


def only(rows, measure):
    return [row for row in rows if row["measure"] == measure]


def test_coefficients_and_their_errors_agree_with_pprof():
    found = binary("exact").coefficients
    for row, ours in zip(read("pprof", "binary_logis_fe_beta.csv"), found, strict=True):
        assert ours.term == row["term"]
        assert ours.estimate == pytest.approx(float(row["estimate"]), abs=1e-5)
    for row, ours in zip(read("pprof", "binary_logis_fe_summary_beta.csv"), found, strict=True):
        assert ours.se == pytest.approx(float(row["Std.Error"]), abs=1e-5)


def test_effects_and_expected_counts_agree_with_pprof():
    found = binary("exact")
    effects = read("pprof", "binary_logis_fe_gamma.csv")
    held(found, effects, "gamma", found.effect, all_or_none=False, atol=1e-5)
    counts = read("pprof", "binary_logis_fe_oe_indirect.csv")
    held(found, counts, "Obs_provider", found.observed, rtol=0)
    held(found, counts, "Exp.indirect_provider", found.expected, rtol=2e-6)


def test_standardised_ratios_agree_with_pprof():
    found, rows = binary("exact"), read("pprof", "binary_logis_fe_sm.csv")
    total = found.observed.sum() / found.n.sum() * 100
    indirect, direct = only(rows, "indirect.ratio"), only(rows, "direct.ratio")
    held(found, indirect, "value", found.indirect_ratio, rtol=1e-6)
    held(found, direct, "value", found.direct_ratio, rtol=1e-6, all_or_none=False)
    capped = np.minimum(found.indirect_ratio * total, 100)
    held(found, only(rows, "indirect.rate"), "value", capped, rtol=1e-6)
    capped = np.minimum(found.direct_ratio * total, 100)
    held(found, only(rows, "direct.rate"), "value", capped, rtol=1e-6, all_or_none=False)


@pytest.mark.parametrize(
    ("test", "file"),
    [
        ("exact", "binary_logis_fe_test_exact.poisbinom.csv"),
        ("score", "binary_logis_fe_test_score.csv"),
    ],
)
def test_tests_agree_with_pprof(test, file):
    found, rows = binary(test), read("pprof", file)
    held(found, rows, "p value", found.p_value, rtol=1e-5)
    flagged_alike(found, rows)


def test_wald_tests_agree_with_pprof_but_for_all_or_none():
    found, rows = binary("wald"), read("pprof", "binary_logis_fe_test_wald.csv")
    held(found, rows, "p value", found.p_value, rtol=1e-5, all_or_none=False)
    held(found, rows, "Std.Error", found.se, rtol=1e-6, all_or_none=False)
    flagged_alike(found, rows)


@pytest.mark.parametrize(
    ("test", "effects", "ratios"),
    [
        ("score", "binary_logis_fe_ci_score_gamma.csv", "binary_logis_fe_ci_score_SM.csv"),
        ("wald", "binary_logis_fe_ci_wald_gamma.csv", "binary_logis_fe_ci_wald_SM.csv"),
    ],
)
def test_limits_agree_with_pprof(test, effects, ratios):
    found, one_sided = binary(test), test == "score"
    rows = read("pprof", effects)
    held(found, rows, "gamma.lower", found.effect_lower, atol=5e-5, all_or_none=one_sided)
    held(found, rows, "gamma.upper", found.effect_upper, atol=5e-5, all_or_none=one_sided)
    rows = read("pprof", ratios)
    within = 2e-5 if one_sided else 1e-6
    held(found, rows, "CI_ratio.lower", found.ratio_lower, rtol=within, all_or_none=one_sided)
    held(found, rows, "CI_ratio.upper", found.ratio_upper, rtol=within, all_or_none=one_sided)


def test_continuous_profiles_agree_with_pprof():
    found = providers(
        table("pprof_examples/linear.csv"),
        outcome="y",
        provider="prov_id",
        covariates=FIVE,
        family="gaussian",
        effects="fixed",
    )
    held(found, read("pprof", "linear_fe_gamma.csv"), "gamma", found.effect, rtol=1e-10)
    rows = read("pprof", "linear_fe_sm.csv")
    tight = {"rtol": 1e-9, "atol": 1e-12}
    held(found, only(rows, "indirect.difference"), "value", found.indirect_ratio, **tight)
    held(found, only(rows, "direct.difference"), "value", found.direct_ratio, **tight)


def test_hospitals_agree_with_feprovider():
    found = hospital("exact")
    for row, ours in zip(read("feprovider", "first300_beta.csv"), found.coefficients, strict=True):
        assert ours.estimate == pytest.approx(float(row["estimate"]), abs=1e-5)
    rows, by = read("feprovider", "first300_providers.csv"), {"name": "prov.ID"}
    held(found, rows, "Exp", found.expected, rtol=1e-6, **by)
    held(found, rows, "SRR", found.indirect_ratio, rtol=1e-6, **by)
    held(found, rows, "gamma", found.effect, atol=1e-5, all_or_none=False, **by)
    rows = read("feprovider", "first300_test_exact.poisbinom.csv")
    held(found, rows, "p", found.p_value, rtol=3e-5, atol=1e-12, **by)
    flagged_alike(found, rows, **by)
    rows = read("feprovider", "first300_test_score.csv")
    scored = hospital("score")
    held(scored, rows, "p", scored.p_value, rtol=3e-5, **by)
    flagged_alike(scored, rows, **by)


def test_exact_limits_of_hospitals_agree_with_feprovider():
    found, rows = hospital("exact"), read("feprovider", "first300_exactci60.csv")
    by = {"name": "prov.ID"}
    held(found, rows, "gamma.lower", found.effect_lower, atol=5e-5, **by)
    held(found, rows, "gamma.upper", found.effect_upper, atol=5e-5, **by)
    held(found, rows, "SRR.lower", found.ratio_lower, rtol=3e-5, **by)
    held(found, rows, "SRR.upper", found.ratio_upper, rtol=3e-5, **by)


def died_in_30_days():
    given = table("cardiacsurgery/cardiacsurgery.csv")
    died = [
        float(status == "1" and float(time) <= 30)
        for status, time in zip(given["status"], given["time"], strict=True)
    ]
    return given | {"died": died}


MIXED = {
    "cardiac_30d_surgeon_agq1": ("cardiacsurgery", "died", "surgeon", "Parsonnet", "binomial", 1),
    "cardiac_30d_surgeon_agq9": ("cardiacsurgery", "died", "surgeon", "Parsonnet", "binomial", 9),
    "medpar_los_provider_poisson": (
        "medpar", "los", "provnum", "hmo,white,type2,type3", "poisson", 1,
    ),
    "pprof_linear_lmer": ("linear", "y", "prov_id", ",".join(FIVE), "gaussian", 1),
}  # fmt: skip
FILES = {
    "cardiac_30d_surgeon_agq1": (
        "cardiac_30d_surgeon_agq1_fixed.csv",
        "cardiac_30d_surgeon_agq1_ranef.csv",
    ),
    "cardiac_30d_surgeon_agq9": (
        "cardiac_30d_surgeon_agq9_fixed.csv",
        "cardiac_30d_surgeon_agq9_ranef.csv",
    ),
    "medpar_los_provider_poisson": (
        "medpar_los_provider_poisson_fixed.csv",
        "medpar_los_provider_poisson_ranef.csv",
    ),
    "pprof_linear_lmer": ("pprof_linear_lmer_fixed.csv", "pprof_linear_lmer_ranef.csv"),
}


@pytest.mark.parametrize("model", MIXED)
def test_random_effects_agree_with_lme4(model):
    where, outcome, provider, covariates, family, quadrature = MIXED[model]
    data = {
        "cardiacsurgery": died_in_30_days,
        "medpar": lambda: table("medpar/medpar.csv"),
        "linear": lambda: table("pprof_examples/linear.csv"),
    }[where]()
    found = providers(
        data,
        outcome=outcome,
        provider=provider,
        covariates=covariates,
        family=family,
        effects="random",
        quadrature=quadrature,
    )
    fixed, effects = (read("lme4", name) for name in FILES[model])
    for row, ours in zip(fixed, found.coefficients, strict=True):
        assert ours.term == row["term"]
        assert ours.estimate == pytest.approx(float(row["estimate"]), rel=1e-5)
        assert ours.se == pytest.approx(float(row["se"]), rel=1.5e-3)  # its own differences
    held(found, effects, "blup", found.effect, name="unit", atol=1e-4)
    held(found, effects, "cond_sd", found.se, name="unit", rtol=1e-4)
    (whole,) = (row for row in read("lme4", "models.csv") if row["model"] == model)
    assert found.between_variance == pytest.approx(float(whole["sigma2_unit"]), rel=1e-4)
    if whole["sigma2_resid"]:
        assert found.residual_variance == pytest.approx(float(whole["sigma2_resid"]), rel=1e-7)


def test_random_effects_ratios_agree_with_pprof():
    found, rows = binary(None), read("pprof", "binary_logis_re_sm.csv")
    held(found, only(rows, "indirect.ratio"), "value", found.indirect_ratio, rtol=1e-4)
    rates = found.indirect_ratio * found.observed.sum() / found.n.sum() * 100
    held(found, only(rows, "indirect.rate"), "value", rates, rtol=1e-4)
