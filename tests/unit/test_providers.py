"""Provider profiles worked by hand, against slower exact sums, at their edges, and by property."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.providers import Collinear, NotEstimable, Separation, providers
from clinmeasures.providers.poisson_binomial import _added_up, _by_fourier, _centred, masses


def counted(groups, **options):
    """Providers with (events, cases) and no covariates."""
    outcome = [y for events, cases in groups for y in [1] * events + [0] * (cases - events)]
    provider = [f"p{i}" for i, (_, cases) in enumerate(groups) for _ in range(cases)]
    chosen = {"family": "binomial", "effects": "fixed"} | options
    return providers(outcome=outcome, provider=provider, **chosen)


def invented(seed=1, units=12, cases=40, family="binomial", spread=0.6):
    made = np.random.default_rng(seed)
    provider = np.repeat(np.arange(units), made.integers(cases // 2, cases * 2, units))
    x = made.normal(size=(len(provider), 2))
    linear = -1 + x @ [0.8, -0.4] + made.normal(0, spread, units)[provider]
    if family == "binomial":
        y = (made.random(len(provider)) < 1 / (1 + np.exp(-linear))).astype(float)
    elif family == "poisson":
        y = made.poisson(np.exp(linear)).astype(float)
    else:
        y = linear + made.normal(size=len(provider))
    return {"y": y, "who": provider, "a": x[:, 0], "b": x[:, 1]}


def profiled(data, **options):
    named = {"outcome": "y", "provider": "who", "covariates": ["a", "b"]}
    return providers(data, **(named | {"family": "binomial", "effects": "fixed"} | options))


# --- by hand -------------------------------------------------------------------------------------


def test_without_covariates_an_effect_is_the_log_odds_and_the_null_their_median():
    found = counted([(2, 10), (5, 10), (9, 12)])
    assert found.effect == pytest.approx([math.log(2 / 8), 0.0, math.log(9 / 3)])
    assert found.null == pytest.approx(0.0)
    assert found.expected == pytest.approx([5, 5, 6])
    assert found.indirect_ratio == pytest.approx([0.4, 1.0, 1.5])
    # everybody's 32 patients at each provider's rate, over the 16 events that there were
    assert found.direct_ratio == pytest.approx([32 * 0.2 / 16, 1.0, 32 * 0.75 / 16])


def test_firth_adds_half_an_event_and_half_a_non_event_to_all_or_none():
    found = counted([(0, 4), (3, 9), (7, 7)])
    assert found.effect[0] == pytest.approx(math.log(0.5 / 4.5))
    assert found.effect[2] == pytest.approx(math.log(7.5 / 0.5))
    assert found.penalised.tolist() == [True, False, True]
    assert "2 providers" in found.notes()[0]
    assert "Firth" in found.notes()[0]


def test_the_median_counts_a_provider_without_events_as_below_all_others():
    # By Firth's finite effect the one case would stand above 1 in 20; its rate is 0.
    found = counted([(0, 1), (1, 20), (1, 18)])
    assert found.effect[0] > found.effect[1]
    assert found.null == pytest.approx(math.log(1 / 19))


def test_the_exact_test_is_the_mid_p_of_a_binomial_where_all_patients_are_alike():
    found = counted([(2, 10), (5, 10), (9, 12)], null=0)
    upper = [stats.binom.sf(x, n, 0.5) + stats.binom.pmf(x, n, 0.5) / 2 for x, n in
             [(2, 10), (5, 10), (9, 12)]]  # fmt: skip
    assert found.p_value == pytest.approx([2 * min(p, 1 - p) for p in upper], rel=1e-12)


def test_a_tail_too_small_for_subtraction_keeps_its_figures():
    # 300 events in 2,000 where the null expects 20: about 1e-240.
    found = counted([(300, 2000), (0, 50)], null=math.log(0.01 / 0.99))
    exact = stats.binom.sf(300, 2000, 0.01) + stats.binom.pmf(300, 2000, 0.01) / 2
    assert 0 < exact < 1e-200
    assert found.p_value[0] == pytest.approx(2 * exact, rel=1e-8)
    assert found.flag[0] == "high"


def test_score_limits_without_covariates_are_wilsons():
    from clinmeasures.intervals import wilson

    found = counted([(2, 10), (5, 10), (9, 12)], test="score")
    limits = wilson([2, 5, 9], [10, 10, 12])
    assert 1 / (1 + np.exp(-found.effect_lower)) == pytest.approx(limits.lower, rel=1e-9)
    assert 1 / (1 + np.exp(-found.effect_upper)) == pytest.approx(limits.upper, rel=1e-9)


def test_wald_limits_are_those_of_the_log_odds():
    found = counted([(2, 10), (5, 10)], test="wald")
    se = math.sqrt(1 / 2 + 1 / 8)
    assert found.se[0] == pytest.approx(se)
    assert found.effect_lower[0] == pytest.approx(math.log(2 / 8) - 1.959963984540054 * se)


def test_counts_are_held_against_the_poisson():
    # Rates 1, 3 and 4 a case, and none at all: half an event over 4 cases.
    y, who = [0, 2, 1, 1, 3, 3, 6, 2, 0, 0, 0, 0], list("aaaabbccdddd")
    found = providers(outcome=y, provider=who, family="poisson", effects="fixed", null=math.log(2))
    assert found.effect == pytest.approx(np.log([1, 3, 4, 0.125]))
    assert found.expected == pytest.approx([8, 4, 4, 8])
    upper = stats.poisson.sf(4, 8) + stats.poisson.pmf(4, 8) / 2
    assert found.p_value[0] == pytest.approx(2 * (1 - upper), rel=1e-12)
    low, high = 4 * np.exp(found.effect_lower[0]), 4 * np.exp(found.effect_upper[0])
    assert stats.poisson.sf(4, low) + stats.poisson.pmf(4, low) / 2 == pytest.approx(0.025)
    assert stats.poisson.cdf(3, high) + stats.poisson.pmf(4, high) / 2 == pytest.approx(0.025)
    # none: half of exp(-mean) is 0.05
    assert 4 * np.exp(found.effect_upper[3]) == pytest.approx(-math.log(0.1))
    assert found.to_dict()["providers"][3]["effect_lower"] is None
    assert found.ratio_lower[3] == 0


def test_score_limits_of_a_count_solve_their_quadratic():
    found = providers(
        outcome=[4, 8], provider=["a", "b"], family="poisson", effects="fixed", test="score"
    )
    for limit in (found.effect_lower[0], found.effect_upper[0]):
        mean = math.exp(limit)
        assert (4 - mean) ** 2 == pytest.approx(1.959963984540054**2 * mean)


def test_a_continuous_outcome_is_tested_exactly_by_student():
    y, who = [1.0, 2, 3, 4, 6, 8], list("aaabbb")
    found = providers(outcome=y, provider=who, family="gaussian", effects="fixed", null=2)
    # pooled variance (2 + 8) / 4 = 2.5, mean of b 6, four degrees of freedom
    assert found.residual_variance == pytest.approx(2.5)
    t = (6 - 2) / math.sqrt(2.5 / 3)
    assert found.p_value[1] == pytest.approx(2 * stats.t.sf(t, 4))
    assert found.indirect_ratio == pytest.approx([0, 4])  # differences a case
    reach = stats.t.ppf(0.975, 4) * math.sqrt(2.5 / 3)
    assert found.ratio_upper[1] == pytest.approx(4 + reach)


def test_the_mean_null_is_weighted_by_cases():
    found = counted([(2, 10), (5, 30)], null="mean")
    assert found.null == pytest.approx((10 * math.log(2 / 8) + 30 * math.log(5 / 25)) / 40)


# --- exact distributions -------------------------------------------------------------------------


def test_both_ways_to_a_poisson_binomial_agree():
    made = np.random.default_rng(3)
    counts = np.array([150, 160, 190])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    chance = made.beta(1, 6, counts.sum())
    about = np.round(np.add.reduceat(chance, starts)).astype(int)
    by_case = _centred(_added_up(chance, starts, counts), about)
    by_wave = _by_fourier(chance, starts, about)
    middle = [len(by_case) // 2, len(by_wave) // 2]
    near = slice(middle[0] - 40, middle[0] + 41), slice(middle[1] - 40, middle[1] + 41)
    np.testing.assert_allclose(by_wave[near[1]], by_case[near[0]], atol=2e-16 * 50)
    assert by_wave.sum(axis=0) == pytest.approx(1, abs=1e-13)


def test_a_poisson_binomial_is_the_sum_over_every_way_it_can_happen():
    chance = np.array([0.1, 0.7, 0.35, 0.9, 0.02])
    found = masses(chance, np.array([0]), np.array([5]), np.array([2]))[:, 0]
    ways = np.zeros(6)
    for pattern in np.ndindex(*(2,) * 5):
        happens = np.array(pattern) == 1
        ways[happens.sum()] += np.where(happens, chance, 1 - chance).prod()
    assert found[5 - 2 : 5 + 4] == pytest.approx(ways, rel=1e-13)


@pytest.mark.parametrize("test", ["exact", "score"])
@pytest.mark.parametrize("cases", [30, 900])
def test_a_limit_is_the_null_that_the_test_would_just_not_refuse(test, cases):
    data = invented(units=5, cases=cases)
    first = profiled(data, test=test)
    for limit in (first.effect_lower[2], first.effect_upper[2]):
        assert profiled(data, test=test, null=limit).p_value[2] == pytest.approx(0.05, rel=1e-7)


def test_limits_of_all_or_none_are_one_sided():
    found = counted([(0, 6), (6, 6), (3, 6)])
    rows = found.to_dict()["providers"]
    assert (rows[0]["effect_lower"], rows[0]["ratio_lower"]) == (None, 0.0)
    assert (rows[1]["effect_upper"], rows[1]["ratio_upper"]) == (None, rows[1]["indirect_ratio"])
    chance = 1 / (1 + math.exp(-rows[0]["effect_upper"]))
    assert (1 - chance) ** 6 / 2 == pytest.approx(0.05)


# --- random effects ------------------------------------------------------------------------------


def integrated(data, intercept, beta, variance, family):
    """The marginal log-likelihood by brute force: a fine sum over the effect of each provider."""
    effect = np.linspace(-9, 9, 4001) * math.sqrt(variance)
    prior = stats.norm.logpdf(effect, scale=math.sqrt(variance)) + math.log(effect[1] - effect[0])
    total = 0.0
    for who in np.unique(data["who"]):
        own = data["who"] == who
        fixed = intercept + data["a"][own] * beta[0] + data["b"][own] * beta[1]
        eta = fixed[:, None] + effect
        y = data["y"][own][:, None]
        cost = np.logaddexp(0, eta) if family == "binomial" else np.exp(eta)
        total += np.logaddexp.reduce((y * eta - cost).sum(axis=0) + prior)
    return total


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_quadrature_finds_the_most_likely_parameters_and_their_errors(family):
    data = invented(family=family, units=15, cases=20)
    found = profiled(data, family=family, effects="random", quadrature=25)
    best = np.array([*(each.estimate for each in found.coefficients), found.between_variance])

    def loglik(at):
        return integrated(data, at[0], at[1:3], at[3], family)

    step = 1e-3
    unit = np.eye(4) * step
    slope = [(loglik(best + e) - loglik(best - e)) / (2 * step) for e in unit]
    assert slope == pytest.approx(np.zeros(4), abs=1e-3)
    bend = [[loglik(best + e + f) - loglik(best + e - f) - loglik(best - e + f)
             + loglik(best - e - f) for f in unit] for e in unit]  # fmt: skip
    covariance = np.linalg.inv(-np.array(bend) / (4 * step**2))
    errors = np.sqrt(np.diag(covariance))[:3]
    assert [each.se for each in found.coefficients] == pytest.approx(errors, rel=1e-3)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_the_gradient_is_that_of_the_approximation_itself(family, number):
    from clinmeasures.providers.marginal import Marginal, nodes
    from clinmeasures.providers.rows import read_rows

    rows = read_rows(
        invented(family=family, units=6, cases=12), outcome="y", provider="who",
        covariates="a,b", categorical=None, family=family,
    )  # fmt: skip
    marginal = Marginal(rows, family, nodes(number), rows.blocks)
    at = np.array([-0.7, 0.5, -0.2, 0.4])

    def loglik(at):
        return marginal.at(at[0], at[1:3], at[3]).loglik

    slope = [(loglik(at + e) - loglik(at - e)) / 2e-5 for e in np.eye(4) * 1e-5]
    assert marginal.at(at[0], at[1:3], at[3]).gradient == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_restricted_likelihood_agrees_with_whole_matrices():
    data = invented(family="gaussian", units=8, cases=8)
    found = profiled(data, family="gaussian", effects="random")
    y, who = data["y"], data["who"]
    x = np.column_stack([np.ones(len(y)), data["a"], data["b"]])

    def deviance(between, within):
        v = within * np.eye(len(y)) + between * (who[:, None] == who)
        inverse = np.linalg.inv(v)
        inside = x.T @ inverse @ x
        beta = np.linalg.solve(inside, x.T @ inverse @ y)
        left = y - x @ beta
        return np.linalg.slogdet(v)[1] + np.linalg.slogdet(inside)[1] + left @ inverse @ left

    best = found.between_variance, found.residual_variance
    least = deviance(*best)
    for between, within in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)):
        assert deviance(best[0] * between, best[1] * within) > least
    v = best[1] * np.eye(len(y)) + best[0] * (who[:, None] == who)
    beta = np.linalg.solve(x.T @ np.linalg.inv(v) @ x, x.T @ np.linalg.inv(v) @ y)
    assert [each.estimate for each in found.coefficients] == pytest.approx(beta)
    own = best[0] * (np.unique(who)[:, None] == who) @ np.linalg.inv(v) @ (y - x @ beta)
    assert found.effect == pytest.approx(own)


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
def test_providers_that_differ_no_more_than_by_chance_are_shrunk_to_nothing(family):
    y = [1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1]
    found = providers(outcome=y, provider=list("aaaabbbbcccc"), family=family, effects="random")
    assert found.between_variance == 0
    assert found.effect.tolist() == [0, 0, 0]
    assert found.p_value.tolist() == [1, 1, 1]
    assert found.flag == [None, None, None]
    assert "no more than by chance" in found.notes()[0]


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
def test_effects_shrunk_to_nothing_have_no_limits_and_say_which_hold(family):
    y = [1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1]
    found = providers(outcome=y, provider=list("aaaabbbbcccc"), family=family, effects="random")
    for row in found.to_dict()["providers"]:
        limits = ("effect_lower", "effect_upper", "ratio_lower", "ratio_upper")
        assert [row[name] for name in limits] == [None] * 4
    assert "fixed effects have limits that hold" in found.notes()[0]


@settings(deadline=None, max_examples=25)
@given(
    groups=st.lists(
        st.integers(3, 40).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))),
        min_size=3,
        max_size=8,
    )
)
def test_a_random_effect_lies_between_nothing_and_what_the_provider_alone_says(groups):
    found = counted(groups, effects="random")
    overall = found.coefficients[0].estimate
    raw = np.array([math.log(x / (n - x)) for x, n in groups]) - overall
    assert (np.sign(found.effect) * np.sign(raw) >= 0).all()
    assert (np.abs(found.effect) <= np.abs(raw) + 1e-9).all()


# --- properties ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
@pytest.mark.parametrize("effects", ["fixed", "random"])
def test_neither_the_order_of_rows_nor_names_change_a_provider(family, effects):
    data = invented(family=family)
    made = np.random.default_rng(9)
    order = made.permutation(len(data["y"]))
    mixed = {name: values[order] for name, values in data.items()}
    mixed["who"] = [f"Dr {100 - who}" for who in mixed["who"]]
    first = profiled(data, family=family, effects=effects).to_dict()["providers"]
    second = profiled(mixed, family=family, effects=effects).to_dict()["providers"]
    again = {row["provider"]: row for row in second}
    for row in first:
        other = again[f"Dr {100 - int(row['provider'])}"]
        for name in ("n", "observed", "expected", "effect", "direct_ratio", "p_value"):
            assert other[name] == pytest.approx(row[name], rel=1e-6, abs=1e-9), name


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), family=st.sampled_from(["binomial", "poisson"]))
def test_each_provider_has_what_its_own_effect_expects(seed, family):
    # The score equations: observed = expected at the fitted effects, for providers and covariates.
    data = invented(seed=seed, units=5, cases=30, family=family)
    found = profiled(data, family=family)
    beta = [each.estimate for each in found.coefficients]
    place = {name: i for i, name in enumerate(found.provider)}
    own = np.array([place[str(who)] for who in data["who"]])
    eta = found.effect[own] + data["a"] * beta[0] + data["b"] * beta[1]
    mean = 1 / (1 + np.exp(-eta)) if family == "binomial" else np.exp(eta)
    left = data["y"] - mean
    usual = ~found.penalised[own]
    sums = np.bincount(own[usual], weights=left[usual], minlength=len(found.provider))
    assert sums == pytest.approx(np.zeros(len(found.provider)), abs=1e-6)
    assert left[usual] @ data["a"][usual] == pytest.approx(0, abs=1e-6)


def test_every_row_twice_halves_the_variance_and_changes_no_fixed_effect():
    data = invented()
    twice = {name: np.concatenate([values, values]) for name, values in data.items()}
    first, second = profiled(data, test="wald"), profiled(twice, test="wald")
    assert second.effect == pytest.approx(first.effect, rel=1e-6)
    assert second.se == pytest.approx(first.se / math.sqrt(2), rel=1e-5)
    assert second.indirect_ratio == pytest.approx(first.indirect_ratio)
    assert second.direct_ratio == pytest.approx(first.direct_ratio)


@settings(deadline=None, max_examples=30)
@given(
    groups=st.lists(
        st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=6,
    ),
    test=st.sampled_from(["exact", "score"]),
)
def test_limits_hold_the_ratio_and_a_flag_means_that_they_leave_out_one(groups, test):
    found = counted(groups, test=test)
    slack = 1e-9 * (1 + found.indirect_ratio)
    known = np.isfinite(found.indirect_ratio)
    assert (found.ratio_lower <= found.indirect_ratio + slack)[known].all()
    assert (found.indirect_ratio <= found.ratio_upper + slack)[known].all()
    for i in np.flatnonzero(~found.penalised):
        outside = found.ratio_lower[i] > 1 + 1e-6 or found.ratio_upper[i] < 1 - 1e-6
        assert (found.flag[i] is not None) == outside or abs(found.p_value[i] - 0.05) < 1e-6


def test_the_unit_of_a_covariate_changes_only_its_coefficient():
    data = invented()
    scaled = data | {"a": 1e6 * data["a"] + 1e9}
    first, second = profiled(data), profiled(scaled)
    assert second.coefficients[0].estimate * 1e6 == pytest.approx(first.coefficients[0].estimate)
    assert second.p_value == pytest.approx(first.p_value, rel=1e-5)
    assert second.direct_ratio == pytest.approx(first.direct_ratio, rel=1e-5)


def test_the_table_of_direct_ratios_is_what_each_provider_alone_would_give():
    data = invented(units=120, cases=12)
    found = profiled(data)
    beta = [each.estimate for each in found.coefficients]
    linear = data["a"] * beta[0] + data["b"] * beta[1]
    alone = [(1 / (1 + np.exp(-effect - linear))).sum() for effect in found.effect]
    assert found.direct_ratio == pytest.approx(np.array(alone) / data["y"].sum(), rel=1e-11)


# --- edges ---------------------------------------------------------------------------------------


def test_one_provider_alone_is_its_own_standard():
    found = counted([(3, 10)])
    assert found.indirect_ratio == pytest.approx([1])
    assert found.flag == [None]


def test_a_provider_with_one_row_has_finite_figures():
    found = profiled(
        {"y": [0, 1, 0, 1, 1, 0, 1], "who": list("aaabbbc"), "a": [1, 2, 4, 3, 0, 2, 1.0]},
        covariates=["a"],
    )
    assert found.n.tolist() == [3, 3, 1]
    assert np.isfinite(found.effect).all()
    assert np.isfinite(found.direct_ratio).all()


def test_rows_with_a_blank_are_counted_and_a_provider_left_without_any_is_still_there():
    rows = {"y": [0, 1, 1, 0, 3, 1], "who": list("aabbbc"), "a": [1, 3, 2, 4, 1, None]}
    found = profiled(rows, covariates=["a"], family="poisson")
    assert found.left_out == 1
    assert found.n.tolist() == [2, 3, 0]
    assert found.to_dict()["providers"][2]["effect"] is None
    assert found.notes()[0].startswith("1 row with a blank value was")


def test_categories_are_coded_against_their_first():
    data = invented()
    kind = np.array(["emergency", "elective", "urgent"])[np.arange(len(data["y"])) % 3]
    found = profiled(data | {"kind": kind.tolist()}, categorical="kind")
    assert [each.term for each in found.coefficients] == ["a", "b", "kindemergency", "kindurgent"]


def test_a_level_seen_only_in_rows_left_out_is_no_level():
    data = invented(family="gaussian", units=40)
    kinds = np.array([1, 10, 2])[np.arange(len(data["y"])) % 3]
    kinds[5] = 3
    blank = np.where(kinds == 3, np.nan, data["y"])
    found = profiled(data | {"y": blank, "kind": kinds}, categorical=["kind"], family="gaussian")
    assert [each.term for each in found.coefficients] == ["a", "b", "kind2", "kind10"]
    with pytest.raises(Collinear, match="'kind' has one level"):
        profiled(data | {"kind": kinds * 0}, categorical="kind", family="gaussian")
    many = np.arange(len(kinds)) % 1200
    with pytest.raises(BadInput, match="1200 levels"):
        profiled(data | {"kind": many}, categorical="kind", family="gaussian")


def test_words_among_the_numbers_of_a_covariate_say_where_and_what_to_do():
    data = invented(units=2, cases=4)
    words = ["mild", *["severe"] * (len(data["y"]) - 1)]
    with pytest.raises(BadInput, match=r"row 1 .*'mild' is not a number.*list it as categorical"):
        profiled(data | {"b": words})


def test_the_kind_of_number_that_names_a_provider_does_not_matter():
    data = invented()
    names = profiled(data).provider
    assert names == profiled(data | {"who": data["who"].astype(float)}).provider
    assert names == profiled(data | {"who": data["who"].astype(str).tolist()}).provider
    far = profiled(data | {"who": data["who"] * 10**12})
    assert far.provider[1] == "1000000000000"
    assert far.effect.tolist() == profiled(data).effect.tolist()
    with pytest.raises(BadInput, match=r"row 1 .*'who' is blank"):
        profiled(data | {"who": np.where(data["who"] == 0, np.nan, data["who"])})


@pytest.mark.parametrize("frame", ["pandas", "polars", "pyarrow"])
def test_any_data_frame_gives_the_same_and_gets_its_own_kind_back(frame):
    import pandas
    import polars
    import pyarrow

    make = {"pandas": pandas.DataFrame, "polars": polars.DataFrame, "pyarrow": pyarrow.table}[frame]
    data = invented()
    found = profiled(make(data))
    assert found.to_dict() == profiled(data).to_dict()
    assert type(found.to_frame()).__module__.split(".")[0] == frame


def test_a_covariate_that_foretells_the_outcome_is_named():
    y = [0, 0, 0, 1, 1, 1, 0, 1]
    rows = {"y": y, "who": list("aaaabbbb"), "sure": [0, 1, 0, 5, 6, 7, 2, 9], "b": [1, 2] * 4}
    for effects in ("fixed", "random"):
        with pytest.raises(Separation, match="'sure'"):
            profiled(rows, covariates=["b", "sure"], effects=effects)


def test_a_rare_level_without_any_event_is_named():
    data = invented()
    rare = np.zeros(len(data["y"]))
    rare[np.flatnonzero(data["y"] == 0)[:3]] = 1
    for effects in ("fixed", "random"):
        with pytest.raises(Separation, match="'rare'"):
            profiled(data | {"rare": rare}, covariates=["a", "rare"], effects=effects)


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
def test_a_covariate_that_tells_nothing_of_its_own_is_named(family):
    data = invented(family=family)
    rows = data | {"same": np.full(len(data["y"]), 7.1), "per": data["who"] * 1.0}
    for effects in ("fixed", "random"):
        with pytest.raises(Collinear, match="'same'"):
            profiled(rows, covariates=["a", "same"], family=family, effects=effects)
    with pytest.raises(Collinear, match="'per'"):
        profiled(rows, covariates=["a", "per"], family=family)
    with pytest.raises(Collinear, match="'twice'"):
        profiled(rows | {"twice": 2 * data["a"]}, covariates=["a", "twice"], family=family)
    # between providers it does tell something, which random effects can use
    profiled(rows, covariates=["a", "per"], family=family, effects="random")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"family": "gamma"}, "family 'gamma' is not known"),
        ({"effects": "mixed"}, "effects 'mixed' is not known"),
        ({"test": "z"}, "test 'z' is not known"),
        ({"level": 95}, "level 95 is not between"),
        ({"null": "mode"}, "null 'mode' is not known"),
        ({"null": float("nan")}, "null nan is not known"),
        ({"quadrature": 0}, "quadrature 0"),
        ({"quadrature": 3}, "belongs to random effects"),
        ({"effects": "random", "test": "exact"}, "have no exact test"),
        ({"covariates": ["age"]}, "no column 'age'"),
        ({"outcome": "a"}, "row 1 .*'a'.*neither 0 nor 1"),
        ({"outcome": "a", "family": "poisson"}, "row 1 .*'a'.*not a count"),
    ],
)
def test_wrong_input_is_refused_in_words(change, words):
    with pytest.raises(BadInput, match=words):
        profiled(invented(), **change)


def test_what_cannot_be_estimated_says_why():
    with pytest.raises(NotEstimable, match="one provider"):
        counted([(3, 10)], effects="random")
    with pytest.raises(NotEstimable, match="every outcome is the same"):
        counted([(0, 4), (0, 6)], effects="random")
    with pytest.raises(NotEstimable, match="no provider has both outcomes"):
        profiled({"y": [0, 0, 1, 1], "who": list("aabb"), "a": [1, 2, 3, 4]}, covariates="a")
    with pytest.raises(NotEstimable, match="no row has all"):
        profiled({"y": [0, 1], "who": list("ab"), "a": [None, None]}, covariates="a")
    with pytest.raises(NotEstimable, match="2 rows cannot tell"):
        providers(outcome=[1, 2], provider=["a", "b"], family="gaussian", effects="fixed")


# --- the command ---------------------------------------------------------------------------------


def written(tmp_path, text):
    path = tmp_path / "cases.csv"
    path.write_text(text)
    return str(path)


ASKED = ["--outcome", "y", "--provider", "p", "--family", "binomial", "--effects", "fixed"]


def test_the_command_prints_the_agreed_shape(tmp_path, capsys):
    text = "y,p,age\n0,a,50\n1,a,61\n1,a,40\n0,b,55\n1,b,70\n0,b,30\n,b,30\n0,c,44\n"
    path = written(tmp_path, text)
    assert main(["providers", path, *ASKED, "--covariates", "age", "--json"]) == 0
    shown = capsys.readouterr()
    printed = json.loads(shown.out)
    assert list(printed) == [
        "coefficients",
        "null",
        "between_variance",
        "residual_variance",
        "providers",
    ]
    assert list(printed["coefficients"][0]) == ["term", "estimate", "se"]
    assert list(printed["providers"][0]) == [
        "provider",
        "n",
        "observed",
        "expected",
        "effect",
        "se",
        "effect_lower",
        "effect_upper",
        "indirect_ratio",
        "direct_ratio",
        "ratio_lower",
        "ratio_upper",
        "p_value",
        "flag",
    ]
    assert [row["provider"] for row in printed["providers"]] == ["a", "b", "c"]
    assert printed["between_variance"] is None
    assert "1 row with a blank value was left out" in shown.err
    assert "Firth" in shown.err


def test_without_json_a_person_reads_a_table(tmp_path, capsys):
    path = written(tmp_path, "y,p\n0,a\n1,a\n1,b\n0,b\n")
    assert main(["providers", path, *ASKED]) == 0
    assert "indirect_ratio" in capsys.readouterr().out


def test_wrong_rows_are_one_sentence_with_the_file_and_the_row(tmp_path, capsys):
    path = written(tmp_path, "y,p\n0,a\n2,a\n")
    assert main(["providers", path, *ASKED, "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    for word in (path, "row 2", "'y'", "neither 0 nor 1"):
        assert word in shown.err
