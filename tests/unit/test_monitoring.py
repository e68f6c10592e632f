"""Risk-adjusted CUSUM and VLAD: what holds for any cases, and what is refused."""

import json
import math
from datetime import date

import numpy as np
import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.monitoring import (
    average_run_length,
    cusum,
    limit_for_alpha,
    limit_for_run_length,
    simulated_run_lengths,
    two_sided,
)

RISKS = st.floats(0.001, 0.999)
CASES = st.lists(st.tuples(st.booleans(), RISKS), min_size=1, max_size=60)
MANY = st.lists(st.tuples(st.booleans(), RISKS, st.integers(0, 4)), min_size=1, max_size=200)
RATIOS = st.sampled_from([2.0, 1.5, 0.5, 3.0, 0.25])


def columns(cases):
    return {"outcome": [c[0] for c in cases], "risk": [c[1] for c in cases]}


def watched(cases, **options):
    return cusum(None, **columns(cases), **options)


def test_a_chart_worked_by_hand():
    # Odds ratio 2, risk 0.2: a survivor adds -log 1.2 = -0.1823, a death log 2 - 0.1823 = 0.5108.
    found = watched([(True, 0.2), (False, 0.2), (True, 0.2), (False, 0.2)], limit=0.8)
    assert found.value == pytest.approx([0.5108, 0.3285, 0.8393, 0.0], abs=1e-4)
    assert found.signal.tolist() == [False, False, True, False]
    assert found.vlad == pytest.approx([-0.8, -0.6, -1.4, -1.2])


def test_the_other_arm_climbs_on_survivors():
    # Odds ratio 1/2, risk 0.2: a survivor adds -log 0.9 = 0.1054, a death -0.6931 + 0.1054.
    found = watched([(False, 0.2), (False, 0.2), (True, 0.2)], odds_ratio=0.5, limit=0.2)
    assert found.value[:2] == pytest.approx([0.1054, 0.2107], abs=1e-4)
    assert found.signal.tolist() == [False, True, False]


@given(CASES, RATIOS, st.floats(0.05, 6), st.booleans())
def test_no_cusum_is_ever_below_zero(cases, odds_ratio, limit, reset):
    found = watched(cases, odds_ratio=odds_ratio, limit=limit, reset=reset)
    assert (found.value >= 0).all()


@given(CASES)
def test_the_vlad_ends_at_expected_less_observed(cases):
    found = watched(cases)
    expected, observed = sum(c[1] for c in cases), sum(c[0] for c in cases)
    assert found.vlad[-1] == pytest.approx(expected - observed, abs=1e-9)


@given(CASES, RATIOS, st.floats(0.05, 3))
def test_a_reset_is_a_new_start_at_the_next_case(cases, odds_ratio, limit):
    found = watched(cases, odds_ratio=odds_ratio, limit=limit)
    if found.signal.any():
        after = int(np.flatnonzero(found.signal)[0]) + 1
        if after < len(cases):
            again = watched(cases[after:], odds_ratio=odds_ratio, limit=limit)
            np.testing.assert_array_equal(found.value[after:], again.value)


@given(CASES, RATIOS, st.floats(0.05, 3), st.floats(0, 3))
def test_a_higher_limit_never_signals_earlier(cases, odds_ratio, limit, more):
    def first(at):
        found = watched(cases, odds_ratio=odds_ratio, limit=at)
        return int(np.argmax(found.signal)) if found.signal.any() else math.inf

    assert first(limit) <= first(limit + more)


@settings(max_examples=60)
@given(MANY, RATIOS, st.floats(0.1, 3), st.booleans())
def test_providers_together_are_as_one_by_one(cases, odds_ratio, limit, reset):
    options = {"odds_ratio": odds_ratio, "limit": limit, "reset": reset}
    found = watched(cases, provider=[c[2] for c in cases], **options)
    for series in found:
        own = [c for c in cases if str(c[2]) == series.name]
        alone = watched(own, **options)
        np.testing.assert_array_equal(series.value, alone.value)
        np.testing.assert_array_equal(series.vlad, alone.vlad)
        assert [(s.index, s.start_index) for s in series.signals] == [
            (s.index, s.start_index) for s in alone.signals
        ]


@pytest.mark.parametrize("lengths", [[300] * 40, [280, 300] * 20, [1] * 50 + [900] * 3, [2000]])
@pytest.mark.parametrize("together", [False, True])
def test_every_layout_of_providers_gives_the_plain_recursion(lengths, together):
    made = np.random.default_rng(7)
    provider = np.repeat(np.arange(len(lengths)), lengths)
    risk = made.beta(1, 6, len(provider))
    died = made.random(len(provider)) < risk
    limits = (1.1, 0.9)
    found = two_sided(
        None, outcome=died, risk=risk, provider=provider, limits=limits, together=together
    )
    values, now = [], [0.0, 0.0]
    for i in range(len(provider)):
        if i and provider[i] != provider[i - 1]:
            now = [0.0, 0.0]
        for arm, odds in enumerate((2.0, 0.5)):
            now[arm] = max(0.0, now[arm] + died[i] * np.log(odds) - np.log1p((odds - 1) * risk[i]))
        values.append(list(now))
        signals = [now[arm] >= limits[arm] for arm in (0, 1)]
        now = [0.0 if signals[arm] or (together and any(signals)) else now[arm] for arm in (0, 1)]
    np.testing.assert_allclose(np.array([found.worse.value, found.better.value]).T, values)
    for name in map(str, range(len(lengths))):
        series = next(s for s in found.worse if s.name == name)
        assert series.vlad[-1] == pytest.approx((series.risk - series.outcome).sum(), abs=1e-9)


@given(CASES, st.randoms())
def test_the_order_of_the_rows_does_not_matter(cases, random):
    rows = [(day, *case) for day, case in enumerate(cases)]
    shuffled = random.sample(rows, len(rows))
    found = cusum(
        {name: [r[i] for r in shuffled] for i, name in enumerate(("day", "died", "risk"))},
        outcome="died",
        risk="risk",
        date="day",
        limit=1,
    )
    np.testing.assert_array_equal(found.value, watched(cases, limit=1).value)


DAYS = ["2024-01-03", "2024-01-01", "2024-01-02"]


@pytest.mark.parametrize(
    "days",
    [
        DAYS,
        [date.fromisoformat(day) for day in DAYS],
        np.array(DAYS, dtype="datetime64[D]"),
        np.array(DAYS, dtype="datetime64[ns]"),
        polars.Series(DAYS).str.to_date(),
        polars.Series(DAYS).str.to_datetime(time_zone="UTC"),
        pandas.to_datetime(pandas.Series(DAYS)),
    ],
    ids=lambda days: type(days).__name__,
)
def test_dates_of_any_kind_are_put_in_order_and_read_alike(days):
    frame = pandas.DataFrame if isinstance(days, pandas.Series) else polars.DataFrame
    data = frame({"day": days, "died": [1, 0, 0], "risk": [0.3, 0.1, 0.2]})
    found = cusum(data, outcome="died", risk="risk", date="day")[0]
    assert found.risk.tolist() == [0.1, 0.2, 0.3]
    assert [text[:10] for text in found.dates] == sorted(DAYS)


def test_times_within_a_day_put_cases_in_order():
    times = np.array(["2024-01-01T10:00", "2024-01-01T09:00"], dtype="datetime64[m]")
    found = cusum(None, outcome=[1, 0], risk=[0.1, 0.2], date=times)[0]
    assert found.risk.tolist() == [0.2, 0.1]
    assert found.dates[0] == "2024-01-01T09:00:00"


def test_day_numbers_keep_their_digits():
    found = cusum(None, outcome=[1, 0], risk=[0.1, 0.2], date=np.array([12.0, 3.0]))[0]
    assert found.dates == ["3", "12"]


def test_cases_of_one_date_keep_the_order_of_the_rows_and_are_counted():
    table = {
        "day": ["2024-01-02", "2024-01-01", "2024-01-02"],
        "died": [1, 0, 0],
        "risk": [0.1, 0.2, 0.3],
    }
    found = cusum(table, outcome="died", risk="risk", date="day")
    assert found.cases.risk.tolist() == [0.2, 0.1, 0.3]
    assert found.cases.ties == 1


def test_a_signal_says_since_when_the_chart_had_climbed():
    days = [f"2024-01-{day:02}" for day in range(1, 7)]
    died = [0, 0, 1, 0, 1, 0]
    found = cusum(
        {"d": days, "y": died, "p": [0.2] * 6}, outcome="y", risk="p", date="d", limit=0.8
    )
    (signal,) = found.signals
    assert (signal.index, signal.date) == (5, "2024-01-05")
    assert (signal.start_index, signal.start_date) == (3, "2024-01-03")


def test_after_a_reset_the_climb_starts_at_the_next_case():
    found = watched([(True, 0.2)] * 4, limit=0.8)
    assert [(s.index, s.start_index) for s in found.signals] == [(2, 1), (4, 3)]


def test_without_reset_a_crossing_is_told_once():
    found = watched([(True, 0.2)] * 4 + [(False, 0.9)] * 4, limit=0.8, reset=False)
    assert found.signal.tolist()[:4] == [False, True, True, True]
    assert [s.index for s in found.signals] == [2]


@pytest.mark.parametrize(
    "frame", [pandas.DataFrame, polars.DataFrame, pyarrow.table, lambda columns: columns]
)
def test_any_frame_goes_in_and_its_kind_comes_out(frame):
    data = frame({"died": [0, 1, 1], "risk": [0.1, 0.2, 0.3], "who": ["b", "a", "b"]})
    found = cusum(data, outcome="died", risk="risk", provider="who", limit=4.0)
    assert [series.name for series in found] == ["b", "a"]
    out = found.to_frame()
    assert type(out).__name__ == ("Table" if isinstance(data, dict) else type(data).__name__)
    assert len(out["cusum"]) == 3


def test_blank_and_padded_names_in_a_frame_are_read_as_in_a_file():
    data = polars.DataFrame({"died": [0, 1], "risk": [0.1, 0.2], "who": ["b", " b "]})
    assert [s.name for s in cusum(data, outcome="died", risk="risk", provider="who")] == ["b"]
    for blank in ("", None):
        data = polars.DataFrame({"died": [0, 1], "risk": [0.1, 0.2], "who": ["b", blank]})
        with pytest.raises(BadInput, match=r"row 2 .*'who' is blank"):
            cusum(data, outcome="died", risk="risk", provider="who")


def test_whole_numbers_as_providers_keep_their_names_and_first_appearance():
    found = watched([(True, 0.2)] * 4, provider=np.array([7, 3, 7, 1_000]))
    assert [series.name for series in found] == ["7", "3", "1000"]
    assert found.cases.lengths.tolist() == [2, 1, 1]


def test_one_case_is_a_chart_of_one_case():
    document = watched([(True, 0.2)], limit=4).to_dict()
    assert len(document["series"][0]["points"]) == 1
    assert document["arl"] > 1


@pytest.mark.parametrize(
    ("risk", "limit", "odds_ratio"),
    [(0.001, 1.0, 2.0), (0.02, 2.0, 2.0), (0.3, 2.5, 2.0), (0.05, 1.0, 0.5), (0.5, 2.0, 1.5)],
)
def test_the_chain_is_right_for_risks_finer_than_usual_grids(risk, limit, odds_ratio):
    # 4,000 runs of about exponential length: Monte Carlo error 1.6%, three of them either way.
    lengths = simulated_run_lengths([risk], limit, runs=4_000, seed=1, odds_ratio=odds_ratio)
    chain = average_run_length([risk], limit, odds_ratio=odds_ratio)
    assert lengths.mean() == pytest.approx(chain, rel=0.048)


def test_run_lengths_worked_by_hand():
    # Odds ratio 2, risk 0.2. At a limit of 0.5 one death (+0.5108) signals: 1 / 0.2.
    assert average_run_length([0.2], 0.5) == pytest.approx(5, rel=1e-9)
    # At 0.6 a second death signals until three survivors (-0.1823 each) have taken it back:
    # E = 5 + A, A = 1 + 0.8 B, B = 1 + 0.8 C, C = 1 + 0.8 E, so E = 7.44 / 0.488.
    assert average_run_length([0.2], 0.6) == pytest.approx(7.44 / 0.488, rel=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.lists(RISKS, min_size=1, max_size=5), RATIOS, st.floats(0.2, 4), st.floats(0.05, 1))
def test_a_higher_limit_runs_longer(risks, odds_ratio, limit, more):
    lower = average_run_length(risks, limit, odds_ratio=odds_ratio)
    higher = average_run_length(risks, limit + more, odds_ratio=odds_ratio)
    assert higher >= lower * (1 - 1e-3)  # of discrete steps neighbouring limits may be the same


@settings(max_examples=6, deadline=None)
@given(st.lists(st.floats(0.01, 0.5), min_size=20, max_size=40, unique=True), RATIOS)
def test_a_limit_found_for_a_run_length_has_it(risks, odds_ratio):
    limit = limit_for_run_length(risks, 500, odds_ratio=odds_ratio)
    below, above = (
        average_run_length(risks, limit + by, odds_ratio=odds_ratio) for by in (-0.02, 0.02)
    )
    assert below * 0.99 <= 500 <= above * 1.01


def test_a_limit_by_false_signals_is_kept_by_fresh_cases():
    made = np.random.default_rng(3)
    risk = made.beta(1, 9, 150)
    limit = limit_for_alpha(risk, 0.1, seed=1, runs=8_000).limit
    fresh = made.choice(risk, 150 * 4_000)
    found = cusum(
        None,
        outcome=made.random(len(fresh)) < fresh,
        risk=fresh,
        provider=np.repeat(np.arange(4_000), 150),
        limit=limit,
        reset=False,
    )
    signalled = found.signal.reshape(4_000, 150).any(axis=1).mean()
    assert signalled == pytest.approx(0.1, abs=0.02)  # error of both simulations: 0.006


def test_simulations_are_the_same_for_the_same_seed():
    first, second = (limit_for_alpha([0.1] * 50, 0.05, seed=4, runs=2_000) for _ in range(2))
    assert first == second
    runs = [simulated_run_lengths([0.1], 1.0, runs=50, seed=2).tolist() for _ in range(2)]
    assert runs[0] == runs[1]


REFUSED = [
    ({"risk": [0.1, 1.0]}, "row 2 .*'risk' is 1; a risk is a probability above 0 and below 1"),
    ({"risk": [0.0, 0.1]}, "row 1 .*'risk' is 0;"),
    ({"risk": [0.1, math.nan]}, "row 2 .*'risk' is blank"),
    ({"risk": [0.1, 20]}, "a percentage is divided by 100"),
    ({"outcome": [0, 2]}, "row 2 .*'outcome' is 2; an outcome is 1 where the event came"),
    ({"outcome": [0, None]}, "row 2 .*'outcome' is blank"),
    ({"outcome": [], "risk": []}, "there are no rows"),
    ({"provider": ["a", ""]}, "'provider' is blank"),
    ({"odds_ratio": 1}, "an odds ratio of 1 looks for no change"),
    ({"odds_ratio": -2}, "is not above 0"),
    ({"limit": -3}, "the limit -3 is not above 0"),
    ({"limit": math.nan}, "is not above 0"),
    ({"arl": 0.5}, "a signal takes at least one case"),
    ({"arl": 2}, "the shortest is"),
    ({"arl": 1e30}, "ask for a shorter one"),
    ({"alpha": 0}, "not between 0 and 1"),
    ({"alpha": 0.9}, "no limit has a false-signal probability of 0.9"),
    ({"alpha": 1e-9}, "cannot be seen in"),
    ({"true_odds_ratio": 0}, "true odds ratio 0 is not above 0"),
    ({"limit": 3, "arl": 100}, "give one of limit, arl and alpha"),
    ({"risk": [0.1, 0.2, 0.3]}, "has 3 rows and outcome 2"),
]


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_used_is_refused_in_a_sentence(change, words):
    given_ = {"outcome": [0, 1], "risk": [0.1, 0.2], **change}
    with pytest.raises(BadInput, match=words):
        cusum(None, **given_)


def file_of(tmp_path, text):
    path = tmp_path / "cases.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


COMMON = ("--outcome", "died", "--risk", "risk")


def test_the_command_prints_one_document(tmp_path, capsys):
    path = file_of(tmp_path, "day,died,risk\n2024-01-02,1,0.2\n2024-01-01,FALSE,0.3\n")
    assert main(["cusum", path, *COMMON, "--date", "day", "--limit", "4.5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["limit"] == 4.5
    assert document["arl"] > 4.5
    (series,) = document["series"]
    assert series["provider"] is None
    first, second = series["points"]
    assert (first["index"], first["date"], first["outcome"]) == (1, "2024-01-01", 0)
    assert set(second) == {
        *("index", "date", "outcome", "risk", "score", "cusum", "signal", "vlad"),
    }
    assert second["cusum"] == pytest.approx(math.log(2) - math.log(1.2))


def test_a_limit_asked_for_by_run_length_is_in_the_document(tmp_path, capsys):
    rows = "".join(f"{i % 10 == 0:d},{0.05 + i % 7 / 50}\n" for i in range(200))
    path = file_of(tmp_path, "died,risk\n" + rows)
    assert main(["cusum", path, *COMMON, "--arl", "1000", "--odds-ratio", "0.5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["limit"] > 0
    assert document["arl"] == pytest.approx(1000, rel=0.01)


def test_without_a_limit_nothing_signals_and_it_says_so(tmp_path, capsys):
    path = file_of(tmp_path, "died,risk\n1,0.2\n")
    assert main(["cusum", path, *COMMON, "--json"]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["limit"] is document["arl"] is None
    assert document["series"][0]["points"][0]["signal"] is None
    assert "No limit was given" in shown.err


def test_a_person_reads_the_signals_first(tmp_path, capsys):
    path = file_of(tmp_path, "died,risk\n" + "1,0.2\n" * 3)
    assert main(["cusum", path, *COMMON, "--limit", "0.8"]) == 0
    assert "signal at case 2, climbing since case 1" in capsys.readouterr().out


def test_a_wrong_cell_is_one_sentence_with_file_row_and_column(tmp_path, capsys):
    path = file_of(tmp_path, "died,risk\n1,0.2\n1,1.2\n")
    assert main(["cusum", path, *COMMON, "--limit", "3", "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "cases.csv: row 2 (line 3" in shown.err
