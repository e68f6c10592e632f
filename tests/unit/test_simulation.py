"""Operating characteristics: simulated rates agree with worked ones, and repeat with the seed."""

import json
from math import comb

import numpy as np
import pytest

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel
from clinmeasures.intervals import wilson
from clinmeasures.providers import providers
from clinmeasures.simulation import KINDS, Experiment, simulate
from clinmeasures.simulation.study import (
    AGREEMENT,
    COVERAGE,
    FALSE_SIGNALS,
    MEASURED,
    Quantity,
    Sums,
    _holds,
    carried_out,
)
from clinmeasures.spc import spc
from clinmeasures.wording import (
    caution_for_chart,
    caution_for_means,
    caution_for_proportions,
    cautions_for_charts,
)

TRIALS = 50


@pytest.fixture(scope="module")
def study():
    """One small study of every kind: enough for wide tolerances."""
    return simulate(trials=TRIALS, seed=1)


def found(study, method, setting, quantity):
    (finding,) = [
        f
        for f in study.findings
        if f.method == method and f.setting.endswith(setting) and f.quantity == quantity
    ]
    return finding


def within(finding, truth, errors=5):
    assert abs(finding.estimate - truth) <= errors * finding.error + 1e-9


def test_every_kind_is_there_with_its_monte_carlo_error(study):
    assert {f.kind for f in study.findings} == set(KINDS)
    measured = [f for f in study.findings if f.trials >= 2]
    assert len(measured) > 200
    assert all(f.error is not None and f.error >= 0 for f in measured)


def test_a_coverage_is_that_of_adding_up_every_possible_count(study):
    n, p = 10, 0.1
    counts = np.arange(n + 1)
    limits = wilson(counts, np.full(n + 1, n))
    chance = np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in counts])
    truth = float(chance[(limits.lower <= p) & (p <= limits.upper)].sum())
    within(found(study, "Wilson", "10 cases, 10% true", "intervals that hold the truth"), truth)


def test_a_false_signal_rate_is_that_of_adding_up_every_possible_count(study):
    counts = np.arange(40)
    chance = np.exp(
        counts * np.log(5.0) - 5 - np.array([np.log(range(1, k + 1)).sum() for k in counts])
    )
    outside = funnel(
        None, type="SR", unit=counts, numerator=counts, denominator=np.full(40, 5.0)
    ).outside(99.8)
    method = "SR funnel, chance alone, exact"
    finding = found(study, method, "5 expected", "units outside the 99.8% limits")
    within(finding, float(chance[outside].sum()))


def test_normal_charts_signal_about_as_often_as_three_sigma_says(study):
    finding = found(study, "xbar chart", "24 points, normal values", "points beyond the limits")
    within(finding, 0.0027)


def test_mean_run_lengths_are_those_of_the_chain(study):
    runs = [f for f in study.findings if f.quantity == "mean cases to a signal"]
    assert len(runs) == 9
    for finding in runs:
        within(finding, finding.nominal)


def test_a_limit_by_false_signals_has_them(study):
    for finding in study.findings:
        if finding.quantity == "sequences with a false signal":
            assert finding.estimate - 4 * finding.error <= 0.05


def test_large_units_shrink_as_they_should(study):
    method, setting = (
        "shrunken log ratio (random effects, REML)",
        "100 to 1000 expected, deviation 0.3",
    )
    within(found(study, method, setting, "units whose interval holds the truth"), 0.95, 6)


def test_power_grows_with_volume(study):
    powers = [
        found(
            study,
            "SR funnel, chance alone",
            f"{n} expected, true ratio 2",
            "shown above the 99.8% limit",
        )
        for n in (20, 100)
    ]
    assert powers[0].estimate < powers[1].estimate


def test_the_same_seed_gives_the_same_numbers_whichever_kinds_are_asked_for(study):
    alone = simulate(["intervals"], trials=TRIALS, seed=1)
    assert list(alone.findings) == [f for f in study.findings if f.kind == "intervals"]
    other = simulate(["intervals"], trials=TRIALS, seed=2)
    assert [f.estimate for f in other.findings] != [f.estimate for f in alone.findings]


def test_progress_is_told_to_the_last_trial():
    told = []
    simulate(["charts"], trials=20, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def coin(chance, trials=20_000):
    experiment = Experiment(
        kind="coins",
        method="coin",
        setting="",
        quantities=(Quantity(name="heads", sort=COVERAGE, nominal=0.5),),
        run=lambda random, count: {"heads": (random.random(count) < chance).astype(float)},
    )
    return carried_out(experiment, trials=trials, seed=3, progress=lambda _: None)[0]


def test_the_error_is_that_of_a_binomial_share():
    finding = coin(0.3)
    assert finding.error == pytest.approx(np.sqrt(0.3 * 0.7 / 20_000), rel=0.05)
    within(finding, 0.3)


def test_never_seen_is_not_without_error():
    assert coin(0.0, trials=50).error == 1 / 50


def test_what_could_not_be_measured_is_left_out_and_counted():
    sums = Sums()
    sums.add(np.array([1.0, np.nan, 3.0]))
    assert (sums.count, sums.mean) == (2, 2.0)


@pytest.mark.parametrize(
    ("sort", "nominal", "estimate", "error", "holds"),
    [
        (COVERAGE, 0.95, 0.945, 0.001, True),
        (COVERAGE, 0.95, 0.93, 0.001, False),
        (COVERAGE, 0.95, 0.93, 0.01, True),  # could be 0.95 within two errors
        (COVERAGE, 0.95, 0.99, 0.001, True),
        (FALSE_SIGNALS, 0.002, 0.0025, 0.0001, True),
        (FALSE_SIGNALS, 0.002, 0.004, 0.0001, False),
        (AGREEMENT, 100.0, 101.0, 0.1, True),
        (AGREEMENT, 100.0, 95.0, 0.1, False),
        (MEASURED, None, 0.5, 0.1, None),
    ],
)
def test_whether_a_promise_is_held(sort, nominal, estimate, error, holds):
    assert _holds(Quantity(name="x", sort=sort, nominal=nominal), estimate, error) is holds


def test_the_command_prints_one_document(capsys):
    assert main(["simulate", "intervals", "--trials", "20", "--seed", "4", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["seed"], document["trials"]) == (4, 20)
    assert set(document["findings"][0]) == {
        *("kind", "method", "setting", "quantity", "nominal", "estimate", "error", "trials"),
        "holds",
    }


def test_a_person_reads_a_table(capsys):
    assert main(["simulate", "charts", "--trials", "20", "--quiet"]) == 0
    assert "points beyond the limits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["luck"], "no kind 'luck'"),
        (["charts", "--trials", "3"], "3 trials say nothing"),
        (["charts", "--seed", "-1"], "is negative"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_a_sentence(capsys, arguments, words):
    assert main(["simulate", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_no_trial_count_is_refused_by_the_library():
    with pytest.raises(BadInput):
        simulate(["charts"], trials=0)


def monthly(chart, values, sizes=None):
    return spc(np.array(values, dtype=float), denominators=sizes, chart=chart)[0]


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (lambda: monthly("p", [1, 2, 0] * 8, np.full(24, 40.0)), "fewer than 5 events a point"),
        (lambda: monthly("p", [9, 12, 10] * 8, np.full(24, 40.0)), None),
        (lambda: monthly("c", [1, 2, 0] * 8), "t chart of the times between events"),
        (lambda: monthly("c", [9, 12, 10] * 8), None),
        (lambda: monthly("u", [1, 2, 0] * 8, np.full(24, 300.0)), "fewer than 5 events a point"),
        (lambda: monthly("pp", [9, 12, 10] * 8, np.full(24, 40.0)), "about two times as many"),
        (lambda: monthly("pp", [1, 2, 0] * 8, np.full(24, 40.0)), "two to seven times as many"),
        (lambda: monthly("g", [9, 12, 10] * 8), "one point in a hundred"),
        (lambda: monthly("t", [9, 12, 10] * 8), None),
        (lambda: monthly("xmr", [1, 2, 0] * 8), "small for an XmR chart"),
        (lambda: monthly("xmr", [1.5, 2.5, 0.5] * 8), None),
        (lambda: monthly("xmr", [9, 12, 10] * 8), None),
    ],
)
def test_a_chart_that_does_not_hold_its_rate_says_so(series, words):
    said = caution_for_chart(series())
    assert said is None if words is None else words in said


def test_the_chart_command_says_so_on_standard_error(tmp_path, capsys):
    path = tmp_path / "counts.csv"
    path.write_text("x\n" + "1\n2\n0\n" * 8, encoding="utf-8")
    assert main(["spc", str(path), "--value", "x", "--chart", "c", "--json"]) == 0
    shown = capsys.readouterr()
    json.loads(shown.out)
    assert "t chart of the times between events" in shown.err


def test_each_caution_is_given_once_with_how_many_series_it_is_true_of():
    small, large, halves = [1, 2, 0] * 8, [9, 12, 10] * 8, [0.5, 2.5, 1] * 8
    everyone = spc(
        np.array(small + large + halves + small, dtype=float),
        series=["a"] * 24 + ["b"] * 24 + ["c"] * 24 + ["d"] * 24,
    )
    one_by_one = [caution_for_chart(series) for series in everyone]
    assert one_by_one[1:3] == [None, None]
    assert cautions_for_charts(everyone) == {one_by_one[0]: 2}
    assert one_by_one[0] == one_by_one[3]


def test_a_chart_of_two_points_that_marks_nothing_has_nothing_to_be_careful_of(tmp_path, capsys):
    path = tmp_path / "counts.csv"
    path.write_text("x\n1\n2\n", encoding="utf-8")
    assert main(["spc", str(path), "--value", "x", "--chart", "c"]) == 0
    assert not capsys.readouterr().err
    marked = spc(np.array([1.0, 0, 0, 0, 9, 0]), chart="c")
    assert marked[0].variation == "too_few_points"
    assert cautions_for_charts(marked)


@pytest.mark.parametrize(
    ("kind", "denominators", "options", "words"),
    [
        ("SR", [2.0, 20.0, 50.0], {}, "2 of 3 units expect 20 events or fewer"),
        ("SR", [2.0, 20.0, 50.0], {}, "standardise --method exact"),
        ("SR", [21.0, 200.0, 50.0], {}, None),
        ("SR", [10.0, 20.0, 50.0], {"target": 3.0}, None),
        ("RC", [100.0, 120.0, 150.0], {"target": 1.0}, "1 of 3 units expect 100 events or fewer"),
        ("RC", [110.0, 120.0, 150.0], {"target": 0.5}, "3 of 3 units"),
        ("RC", [110.0, 120.0, 150.0], {"target": 1.0}, None),
        ("PR", [100.0, 200.0, 300.0], {"target": 0.1}, "2 of 3 units expect 20 cases or fewer"),
        ("PR", [100.0, 200.0, 300.0], {"target": 0.1, "method": "exact"}, None),
        ("PR", [300.0, 400.0, 500.0], {"target": 0.1}, None),
        ("PR", [300.0, 400.0, 500.0], {"target": 0.99}, "3 of 3 units"),
    ],
)
def test_a_funnel_says_where_its_limits_do_not_hold_and_what_does(
    kind, denominators, options, words
):
    found = funnel(
        None,
        type=kind,
        unit=["a", "b", "c"],
        numerator=[1, 9, 40],
        denominator=denominators,
        **options,
    )
    assert len(found.cautions) == (words is not None)
    assert words is None or words in found.cautions[0]


def test_the_funnel_command_says_its_cautions_on_standard_error(tmp_path, capsys):
    path = tmp_path / "units.csv"
    path.write_text("u,x,n\na,1,2\nb,9,90\n", encoding="utf-8")
    columns = ("--unit", "u", "--numerator", "x", "--denominator", "n")
    assert main(["funnel", str(path), *columns, "--type", "SR", "--json"]) == 0
    shown = capsys.readouterr()
    json.loads(shown.out)
    assert "1 of 2 units expect 20 events or fewer" in shown.err


@pytest.mark.parametrize(
    ("trim", "says"), [("winsorise", True), ("truncate", True), ("none", False)]
)
def test_limits_widened_from_trimmed_z_say_what_they_leave_outside(trim, says):
    observed = [80, 130, 95, 160, 70, 100, 140, 60, 110, 90, 150, 75]
    found = funnel(
        None,
        type="SR",
        unit=[str(i) for i in range(12)],
        numerator=observed,
        denominator=[100.0] * 12,
        overdispersion="additive",
        trim=trim,
    )
    assert found.tau2 > 0
    assert bool(found.cautions) == says
    assert not says or "--trim none" in found.cautions[0]


def test_a_directly_standardised_rate_of_ten_events_or_so_says_what_to_read_instead(
    tmp_path, capsys
):
    path = tmp_path / "strata.csv"
    path.write_text("u,x,n,s\na,11,100,10\nb,15,100,10\nc,9,100,10\n", encoding="utf-8")
    columns = ("--unit", "u", "--observed", "x", "--population", "n", "--standard", "s")
    assert main(["standardise", str(path), *columns, "--json"]) == 0
    shown = capsys.readouterr()
    json.loads(shown.out)
    assert shown.err.startswith("1 of 3 units have 10 to 14 events.")


def test_random_effects_of_few_small_providers_say_what_they_rest_on():
    draw = np.random.default_rng(4)
    provider = np.repeat(np.arange(8), 40)
    risk = np.repeat([0.05, 0.1, 0.2, 0.4] * 2, 40)
    found = providers(
        None,
        outcome=(draw.random(320) < risk).astype(int),
        provider=provider,
        family="binomial",
        effects="random",
    )
    said = " ".join(found.notes())
    assert "drawn from 8 of them; below 10 it is hardly known" in said
    assert "8 of 8 providers expect fewer than 20 events" in said


def test_small_counts_of_a_proportion_say_which_interval_holds(tmp_path, capsys):
    assert caution_for_proportions(np.array([9.0]), np.array([40.0]), "wilson") is None
    assert caution_for_proportions(np.array([1.0]), np.array([40.0]), "exact") is None
    path = tmp_path / "counts.csv"
    path.write_text("x,n\n1,40\n20,40\n,\n", encoding="utf-8")
    columns = ("--numerator", "x", "--denominator", "n")
    assert main(["interval", str(path), "--kind", "proportion", *columns, "--json"]) == 0
    shown = capsys.readouterr()
    json.loads(shown.out)
    assert "1 of 2 rows have fewer than 5" in shown.err
    assert "--method exact" in shown.err


def test_a_mean_of_few_values_warns_of_skew(tmp_path, capsys):
    assert caution_for_means(200) is None
    path = tmp_path / "stays.csv"
    path.write_text("unit,stay\na,1\na,9\nb,2\nb,\n", encoding="utf-8")
    columns = ("--value", "stay", "--unit", "unit")
    assert main(["interval", str(path), "--kind", "mean", *columns, "--json"]) == 0
    assert "The smallest mean is of 1 values" in capsys.readouterr().err


@pytest.mark.soak
def test_at_large_numbers_every_method_holds_what_it_promises():
    large = simulate(trials=20_000, seed=11)
    for method, setting in (
        ("Wilson", "1000 cases, 30% true"),
        ("exact", "1000 cases, 30% true"),
        ("Jeffreys", "1000 cases, 30% true"),
        ("Byar", "500 events expected"),
        ("Student's t", "200 normal values"),
        ("Dobson, directly standardised", "500 events expected"),
        ("SR funnel, chance alone, exact", "1000 expected"),
        ("p chart", "24 points, 20 events in 400 cases"),
        ("u chart", "24 points, 20 events on average"),
        ("c chart", "24 points, counts of 20 on average"),
        ("t chart", "24 points, exponential times"),
    ):
        here = [f for f in large.findings if (f.method, f.setting) == (method, setting)]
        assert here
        assert not [f for f in here if f.holds is False], (method, setting)
    runs = [f for f in large.findings if f.quantity == "mean cases to a signal"]
    assert all(f.holds for f in runs)
