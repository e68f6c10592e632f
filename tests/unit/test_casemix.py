"""Case-mix models: what is fitted, how risks are judged, and what has no estimate."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.casemix import Collinear, Constant, Separated, casemix
from clinmeasures.casemix.families import family_named
from clinmeasures.casemix.fitting import Rows, fit
from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput


def patients(n=400, seed=1):
    """Deaths, stays and their covariates, invented."""
    draw = np.random.default_rng(seed)
    age, sex = draw.normal(65, 12, n).round(), draw.choice(["F", "M"], n)
    risk = 1 / (1 + np.exp(-(-6 + 0.07 * age + 0.4 * (sex == "M"))))
    return {
        "died": (draw.random(n) < risk).astype(float),
        "age": age,
        "sex": sex.tolist(),
        "days": draw.negative_binomial(2, 0.2, n).astype(float),
        "hours": draw.gamma(2, np.exp(0.01 * age), n),
        "time": draw.uniform(-1, 1, n),
        "times": draw.integers(1, 4, n).astype(float),
        "ward": draw.integers(1, 9, n).astype(float),
    }


def estimates(found):
    return np.array([one.estimate for one in found.coefficients])


def errors(found):
    return np.array([one.se for one in found.coefficients])


def test_a_two_by_two_table_by_hand():
    # 10 of 40 died without the condition and 30 of 60 with it: odds 1/3 and 1, odds ratio 3.
    # Its log's variance is the sum of the cells' reciprocals: 1/10 + 1/30 + 1/30 + 1/30 = 0.2.
    data = {
        "died": [1] * 10 + [0] * 30 + [1] * 30 + [0] * 30,
        "ill": [0] * 40 + [1] * 60,
    }
    found = casemix(data, outcome="died", covariates=["ill"], family="binomial")
    np.testing.assert_allclose(estimates(found), [np.log(1 / 3), np.log(3)], rtol=1e-9)
    assert errors(found)[1] == pytest.approx(np.sqrt(0.2))
    np.testing.assert_allclose(found.fitted, [0.25] * 40 + [0.5] * 60)
    # Pairs: 40 events x 60 others; the risk is higher in 30 x 30, equal in 10 x 30 + 30 x 30.
    assert found.discrimination.auc == pytest.approx((900 + (300 + 900) / 2) / 2400)
    assert found.brier == pytest.approx((40 * 0.25 * 0.75 + 60 * 0.25) / 100)


def test_rates_of_two_groups_by_hand():
    # 6 events in 3 years and 20 in 5: rates 2 and 4. Variance of the log ratio: 1/6 + 1/20.
    data = {"events": [2, 4, 8, 12], "new": [0, 0, 1, 1], "log_years": np.log([1, 2, 2, 3])}
    found = casemix(
        data, outcome="events", covariates=["new"], offset="log_years", family="poisson"
    )
    np.testing.assert_allclose(estimates(found), np.log([2, 2]), rtol=1e-9)
    assert errors(found)[1] == pytest.approx(np.sqrt(1 / 6 + 1 / 20))


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@pytest.mark.parametrize(
    ("family", "link", "outcome"),
    [
        ("binomial", "logit", "died"),
        ("binomial", "probit", "died"),
        ("poisson", "log", "days"),
        ("poisson", "identity", "days"),
        ("gaussian", "identity", "hours"),
        ("gaussian", "log", "hours"),
        ("gamma", "log", "hours"),
        ("gamma", "identity", "hours"),
    ],
)
def test_every_family_and_link_agrees_with_statsmodels(family, link, outcome):
    import statsmodels.api as sm

    data = patients()
    found = casemix(
        data,
        outcome=outcome,
        covariates=["age", "sex"],
        categorical=["sex"],
        weights="times",
        family=family,
        link=link,
    )
    kind = {
        "binomial": sm.families.Binomial,
        "poisson": sm.families.Poisson,
        "gaussian": sm.families.Gaussian,
        "gamma": sm.families.Gamma,
    }[family]
    shape = {"logit": "Logit", "probit": "Probit", "log": "Log", "identity": "Identity"}[link]
    design = sm.add_constant(np.column_stack([data["age"], np.array(data["sex"]) == "M"]))
    model = sm.GLM(
        data[outcome],
        design.astype(float),
        family=kind(link=getattr(sm.families.links, shape)()),
        var_weights=data["times"],
    ).fit(tol=1e-13, maxiter=200)
    np.testing.assert_allclose(estimates(found), model.params, rtol=1e-6)
    np.testing.assert_allclose(errors(found), model.bse, rtol=1e-6)
    assert found.deviance == pytest.approx(model.deviance, rel=1e-8)


def test_theta_agrees_with_statsmodels():
    import statsmodels.api as sm

    data = patients()
    found = casemix(data, outcome="days", covariates=["age"], family="negbinomial")
    model = sm.NegativeBinomial(data["days"], sm.add_constant(data["age"])).fit(
        disp=0, method="newton", tol=1e-12, maxiter=200
    )
    np.testing.assert_allclose(estimates(found), model.params[:2], rtol=1e-5)
    assert found.dispersion == pytest.approx(1 / model.params[2], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("binomial", "logit"),
        ("binomial", "probit"),
        ("poisson", "log"),
        ("negbinomial", "log"),
        ("gaussian", "log"),
        ("gamma", "log"),
    ],
)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), far=st.sampled_from([0.0, 1.0, 5.0]))
def test_at_the_estimates_the_likelihood_is_level(name, link, seed, far):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(8, 60))
    family = family_named(name, link)
    outcome = {
        "binomial": (draw.random(n) < 0.4).astype(float),
        "gaussian": draw.lognormal(0, 0.3, n),
        "gamma": draw.gamma(2, 1, n),
    }.get(name, draw.poisson(4, n).astype(float))
    rows = Rows(
        outcome=outcome,
        covariates=draw.normal(size=(2, n)),
        names=["a", "b"],
        weights=draw.integers(1, 4, n).astype(float),
        offset=draw.normal(size=n) * (far if name != "gaussian" else 0),
    )
    try:
        found = fit(rows, family)
    except Separated:
        assert name == "binomial"
        return
    slopes = np.vstack([np.ones(n), rows.covariates]) @ (
        rows.weights * family.pull(outcome, found.predictor, found.mean)
    )
    assert np.abs(slopes * np.sqrt(np.diag(found.inverse))).max() < 1e-6


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(seed):
    data = patients(120, seed)
    order = np.random.default_rng(seed).permutation(120)
    turned = {name: np.array(cells)[order].tolist() for name, cells in data.items()}
    options = {"outcome": "days", "covariates": ["age", "sex"], "categorical": ["sex"]}
    first = casemix(data, family="poisson", **options)
    second = casemix(turned, family="poisson", **options)
    np.testing.assert_allclose(estimates(first), estimates(second), rtol=1e-8)
    np.testing.assert_allclose(first.fitted[order], second.fitted, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(1e-6, 1e6), st.floats(-1e4, 1e4))
def test_another_unit_of_a_covariate_changes_only_its_coefficient(seed, factor, shift):
    data = patients(120, seed)
    scaled = data | {"age": data["age"] * factor + shift * factor}
    options = {"outcome": "days", "covariates": ["age"], "family": "poisson", "se": "hc0"}
    first, second = casemix(data, **options), casemix(scaled, **options)
    assert estimates(second)[1] * factor == pytest.approx(estimates(first)[1], rel=1e-6)
    assert errors(second)[1] * factor == pytest.approx(errors(first)[1], rel=1e-6)
    np.testing.assert_allclose(first.fitted, second.fitted, rtol=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_a_weight_is_as_good_as_repeated_rows(seed):
    data = patients(120, seed)
    times = data["times"].astype(int)
    repeated = {name: np.repeat(cells, times).tolist() for name, cells in data.items()}
    options = {"outcome": "days", "covariates": ["age"], "family": "poisson"}
    first, second = casemix(data, weights="times", **options), casemix(repeated, **options)
    np.testing.assert_allclose(estimates(first), estimates(second), rtol=1e-8)
    np.testing.assert_allclose(errors(first), errors(second), rtol=1e-8)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_expected_events_add_up_to_those_observed_in_every_category(seed):
    data = patients(200, seed)
    found = casemix(
        data, outcome="died", covariates=["age"], categorical=["sex"], family="binomial"
    )
    men = np.array(data["sex"]) == "M"
    assert found.fitted.sum() == pytest.approx(data["died"].sum())
    assert found.fitted[men].sum() == pytest.approx(data["died"][men].sum())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 9)), min_size=2, max_size=40))
def test_the_auc_is_the_share_of_pairs_in_the_right_order(rows):
    y, risk = np.array(rows, dtype=float).T / [[1], [10]]
    found = casemix({"y": y, "p": risk}, outcome="y", predicted="p", family="binomial")
    pairs = [(1.0 if a > b else 0.5 if a == b else 0.0) for a in risk[y == 1] for b in risk[y == 0]]
    assert found.discrimination.auc == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_errors_within_clusters_are_wider_where_rows_repeat_each_other():
    data = patients()
    doubled = {name: [*cells, *cells] for name, cells in data.items()}
    doubled["patient"] = [*range(400), *range(400)]
    options = {"outcome": "days", "covariates": ["age"], "family": "poisson"}
    naive = casemix(doubled, se="hc0", **options)
    honest = casemix(doubled, cluster="patient", **options)
    single = casemix(data, se="hc0", **options)
    np.testing.assert_allclose(errors(honest) ** 2, errors(single) ** 2 * 400 / 399, rtol=1e-8)
    np.testing.assert_allclose(errors(naive) ** 2 * 2, errors(single) ** 2, rtol=1e-8)


def test_levels_are_in_order_of_number_then_of_letter():
    data = patients() | {"unit": [["10", "9", "other"][i % 3] for i in range(400)]}
    found = casemix(data, outcome="days", categorical=["unit"], family="poisson")
    assert [one.term for one in found.coefficients] == ["(Intercept)", "unit10", "unitother"]


def test_a_level_that_only_incomplete_rows_have_is_no_level():
    data = {
        "y": [1, 2, 3, 4, 5, None],
        "unit": ["a", "a", "b", "b", "b", "c"],
        "x": [1, 2, 1, 2, 5, 1],
    }
    found = casemix(data, outcome="y", covariates=["x"], categorical=["unit"], family="gaussian")
    assert [one.term for one in found.coefficients] == ["(Intercept)", "x", "unitb"]
    assert (found.rows, found.left_out) == (6, 1)
    assert np.isnan(found.fitted[5])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_any_frame_gives_the_same(frame):
    data = patients()
    options = {"outcome": "died", "covariates": ["age", "sex"], "categorical": ["sex"]}
    first = casemix(data, family="binomial", **options)
    second = casemix(frame(data), family="binomial", **options)
    assert first.to_dict() == second.to_dict()
    assert list(second.to_frame()["term"]) == ["(Intercept)", "age", "sexM"]


def test_risks_that_are_twice_too_high_are_found_out():
    # Half of those with risk 0.4 and of those with 0.8 would be right.
    data = {"y": [1, 0, 0, 0, 0, 1, 1, 0, 0, 0], "p": [0.4] * 5 + [0.8] * 5}
    found = casemix(data, outcome="y", predicted="p", family="binomial")
    assert found.coefficients == []
    assert found.calibration.in_the_large < 0
    # logit(0.2) and logit(0.4) against logit(0.4) and logit(0.8).
    rise = (np.log(2 / 3) - np.log(1 / 4)) / (np.log(4) - np.log(2 / 3))
    assert found.calibration.slope == pytest.approx(rise)


def test_theta_is_estimated_around_given_means_too():
    data = patients()
    found = casemix(data, outcome="days", covariates=["age"], family="negbinomial")
    again = casemix(
        data | {"mean": found.fitted}, outcome="days", predicted="mean", family="negbinomial"
    )
    assert again.dispersion == pytest.approx(found.dispersion)
    assert again.deviance == pytest.approx(found.deviance)
    assert again.calibration.slope == pytest.approx(1)


def test_a_row_without_weight_does_not_count():
    data = patients()
    weights = np.where(np.arange(400) < 300, 1.0, 0.0)
    some = {name: list(cells)[:300] for name, cells in data.items()}
    options = {"outcome": "days", "covariates": ["age"], "family": "gaussian"}
    first = casemix(some, **options)
    second = casemix(data | {"w": weights}, weights="w", **options)
    np.testing.assert_allclose(estimates(first), estimates(second))
    np.testing.assert_allclose(errors(first), errors(second))
    assert len(second.fitted) == 400


def test_a_risk_of_nought_or_one_can_be_judged_but_for_its_logit():
    data = {"y": [0, 1, 0, 1], "p": [0.0, 1.0, 0.3, 0.6]}
    found = casemix(data, outcome="y", predicted="p", family="binomial")
    assert found.discrimination.auc == 1
    assert found.calibration.slope is None
    assert found.calibration.in_the_large is None
    json.dumps(found.to_dict(), allow_nan=False)


def test_one_class_of_outcome_has_no_auc():
    found = casemix(
        {"y": [0, 0, 0], "p": [0.1, 0.2, 0.3]}, outcome="y", predicted="p", family="binomial"
    )
    assert found.discrimination.auc is None
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.09) / 3)


@pytest.mark.parametrize("family", ["poisson", "gamma"])
def test_an_offset_that_the_identity_link_can_take_up_is_taken_up(family):
    data = patients() | {"stay": patients()["days"] + 1, "less": -patients()["age"]}
    words = {"outcome": "stay", "covariates": ["age"], "family": family, "link": "identity"}
    plain, moved = casemix(data, **words), casemix(data, offset="less", **words)
    np.testing.assert_allclose(estimates(moved) - estimates(plain), [0, 1], atol=1e-5)


def test_an_offset_that_no_mean_above_0_goes_with_is_not_called_separation():
    data = patients() | {"wild": np.random.default_rng(2).normal(0, 50, 400)}
    with pytest.raises(BadInput, match=r"check the offset|the offset for extreme") as refused:
        casemix(
            data,
            outcome="days",
            covariates=["age"],
            family="poisson",
            link="identity",
            offset="wild",
        )
    assert not isinstance(refused.value, Separated)


def test_time_at_risk_given_in_place_of_its_logarithm_is_refused():
    data = patients() | {"bed_days": np.arange(400.0) * 10}
    with pytest.raises(BadInput, match=r"'bed_days' lie 3990 apart.*give the logarithm"):
        casemix(data, outcome="days", covariates=["age"], family="poisson", offset="bed_days")


@pytest.mark.parametrize(("times", "what"), [(1e150, "too large"), (1e-150, "too small")])
def test_a_covariate_whose_square_no_number_holds_is_refused(times, what):
    data = patients() | {"age": patients()["age"] * times}
    with pytest.raises(BadInput, match=rf"column 'age'.*{what} to compute with; use another unit"):
        casemix(data, outcome="died", covariates=["age"], family="binomial")


def test_a_separating_covariate_is_named():
    data = {"y": [0, 0, 0, 1, 1, 1], "age": [1, 2, 3, 4, 5, 6], "noise": [3, 1, 2, 1, 3, 2]}
    with pytest.raises(Separated) as refused:
        casemix(data, outcome="y", covariates=["noise", "age"], family="binomial")
    assert refused.value.names == ["age"]
    assert "all or none" in str(refused.value)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_a_category_in_which_nobody_died_is_named(link):
    data = patients() | {"kind": ["a" if i % 7 else "rare" for i in range(400)]}
    died = np.where(np.array(data["kind"]) == "rare", 0.0, data["died"])
    with pytest.raises(Separated) as refused:
        casemix(
            data | {"died": died},
            outcome="died",
            covariates=["age", "kind"],
            categorical=["kind"],
            family="binomial",
            link=link,
        )
    assert refused.value.names == ["kindrare"]


def test_a_category_without_events_is_named_for_counts_too():
    data = {"n": [0.0, 0, 0, 4, 2, 3], "new": [1, 1, 1, 0, 0, 0]}
    with pytest.raises(Separated) as refused:
        casemix(data, outcome="n", covariates=["new"], family="poisson")
    assert refused.value.names == ["new"]
    assert "no events at all" in str(refused.value)


def test_a_column_that_follows_from_others_is_named_with_them():
    data = patients()
    data["months"] = data["age"] * 12 + 3 * data["times"]
    with pytest.raises(Collinear) as refused:
        casemix(
            data, outcome="died", covariates=["age", "ward", "times", "months"], family="binomial"
        )
    assert refused.value.name == "months"
    assert "'age', 'times'" in str(refused.value)


@pytest.mark.parametrize("value", [0, 0.1, -1e9])
def test_a_constant_covariate_is_named(value):
    data = patients() | {"same": [value] * 400}
    with pytest.raises(Constant, match="'same' has the same value"):
        casemix(data, outcome="died", covariates=["age", "same"], family="binomial")


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"died": [2.0] + [0.0] * 399}, {}, r"row 1 .*'died' is neither 0 nor 1"),
        ({"died": [0.0] * 400}, {}, "is 0 in every complete row"),
        ({"died": [None] * 400}, {}, "no row is complete"),
        ({"age": [np.inf] + [1.0] * 399}, {}, "row 1 .*not a number"),
        ({"age": [1e200] + [1.0] * 399}, {}, "row 1 .*too large to compute with"),
        ({"age": ["old"] * 400}, {}, "list it as categorical"),
        ({"days": [-1.0] * 400}, {"outcome": "days", "family": "poisson"}, "negative"),
        ({"days": [0.5] * 400}, {"outcome": "days", "family": "negbinomial"}, "not a count"),
        ({}, {"outcome": "days", "family": "gamma"}, "not above 0"),
        ({}, {"family": "beta"}, "there is no family 'beta'"),
        ({}, {"link": "log"}, "use logit or probit"),
        ({}, {"se": "hc1"}, "use model or hc0"),
        ({}, {"covariates": []}, "name the covariates"),
        ({}, {"covariates": ["weight"]}, "there is no column 'weight'"),
        ({}, {"predicted": "time"}, "nothing is fitted"),
        ({}, {"predicted": "time", "covariates": []}, "not a risk between 0 and 1"),
        ({"times": [-1.0] * 400}, {"weights": "times"}, "'times' is negative"),
        ({"times": [0.0] * 400}, {"weights": "times"}, "is 0; give some rows"),
        ({"ward": [1.0] * 400}, {"cluster": "ward"}, "one cluster"),
        ({"id": list(range(400))}, {"covariates": ["id"], "categorical": ["id"]}, "more rows"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(change, options, words):
    given = {"outcome": "died", "covariates": ["age"], "family": "binomial"} | options
    with pytest.raises(BadInput, match=words):
        casemix(patients() | change, **given)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_too_few_rows_are_refused_with_both_numbers(rows):
    data = {"y": [0, 1][:rows], "x": [1, 2][:rows]}
    with pytest.raises(BadInput, match="no rows" if not rows else f"{rows} complete rows for 2"):
        casemix(data, outcome="y", covariates=["x"], family="binomial")


def test_counts_without_overdispersion_have_no_theta():
    data = {"n": [1.0, 2, 1, 2, 1, 2], "x": [1, 1, 2, 2, 3, 3]}
    with pytest.raises(BadInput, match="use the poisson family"):
        casemix(data, outcome="n", covariates=["x"], family="negbinomial")


def test_the_command_prints_the_document_and_says_what_was_left_out(tmp_path, capsys):
    path = tmp_path / "cases.csv"
    path.write_text("died,age,sex\n0,50,F\n1,60,M\n0,70,F\n1,80,M\n1,55,F\n0,65,M\n1,,M\n")
    options = ["--outcome", "died", "--covariates", "age,sex", "--categorical", "sex"]
    assert main(["casemix", str(path), *options, "--family", "binomial", "--json"]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert [one["term"] for one in document["coefficients"]] == ["(Intercept)", "age", "sexM"]
    assert len(document["fitted"]) == 7
    assert document["fitted"][6] is None
    assert "1 of 7 rows were left out" in shown.err
    assert main(["casemix", str(path), *options, "--family", "binomial"]) == 0
    assert "calibration slope" in capsys.readouterr().out


def test_the_command_names_the_file_in_an_error(tmp_path, capsys):
    path = tmp_path / "cases.csv"
    path.write_text("died,age\n0,50\n1,60\n")
    options = ["--outcome", "died", "--covariates", "age", "--family", "binomial"]
    assert main(["casemix", str(path), *options]) == 2
    assert "cases.csv: there are 2 complete rows for 2 coefficients" in capsys.readouterr().err
