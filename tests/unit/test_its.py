"""Interrupted time series: level and slope at a change, and what has to be true for them."""

import json
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.association import its
from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput

MONTHS = [f"{2020 + i // 12}-{i % 12 + 1:02}" for i in range(48)]


def noisy(seed=1, n=48, level=-5.0, slope=0.3, first=24):
    """A series with neighbours alike, and a known change."""
    draw = np.random.default_rng(seed)
    error = np.zeros(n)
    for i, step in enumerate(draw.normal(0, 1, n)):
        error[i] = 0.4 * error[i - 1] + step if i else step
    time = np.arange(n)
    after = time >= first
    return 50 + 0.2 * time + level * after + slope * (time - first) * after + error


def test_lines_without_noise_give_the_change_itself():
    # Before: 10, 11, 12, 13. After: 20, 22, 24, 26 where 14 would have come: level 6, slope +1.
    found = its(None, date=MONTHS[:8], value=[10, 11, 12, 13, 20, 22, 24, 26], change="2020-05")
    assert found.level.estimate == pytest.approx(6)
    assert found.slope.estimate == pytest.approx(1)
    assert found.level.se == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.otherwise, range(10, 18))
    assert found.after.tolist() == [False] * 4 + [True] * 4


@pytest.mark.parametrize("times", [1e300, 1e-300])
def test_the_size_of_the_values_changes_nothing_but_their_size(times):
    plain = its(None, date=MONTHS, value=noisy(), change="2022-01-01")
    found = its(None, date=MONTHS, value=noisy() * times, change="2022-01-01")
    assert found.level.se / times == pytest.approx(plain.level.se)
    assert found.slope.lower / times == pytest.approx(plain.slope.lower)


def test_a_hand_worked_step():
    # Before, at times -4 to -1: mean 2, slope 0.4, for
    # -1.5 x 1 - 0.5 x 3 + 0.5 x 1 + 1.5 x 3 = 2, over 5; at time 0 the line is 2 + 2.5 x 0.4 = 3.
    # After, at times 0 to 3: mean 5, slope -0.4; at time 0 it is 5 + 1.5 x 0.4 = 5.6.
    found = its(None, date=range(8), value=[1, 3, 1, 3, 6, 4, 6, 4], change=4)
    assert found.level.estimate == pytest.approx(2.6)
    assert found.slope.estimate == pytest.approx(-0.8)


def test_estimates_and_errors_agree_with_statsmodels():
    import statsmodels.api as sm

    values = noisy()
    found = its(None, date=MONTHS, value=values, change="2022-01-01")
    time = np.arange(48) - 24
    design = np.column_stack([np.ones(48), time, time >= 0, time * (time >= 0)]).astype(float)
    model = sm.OLS(values, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": found.lag, "use_correction": True}, use_t=True
    )
    limits = model.conf_int(0.05)
    for change, i in ((found.level, 2), (found.slope, 3)):
        assert change.estimate == pytest.approx(model.params[i])
        assert change.se == pytest.approx(model.bse[i])
        assert (change.lower, change.upper) == pytest.approx(tuple(limits[i]))
    assert found.lag == 3  # 4 x 0.48^(2/9) = 3.4


def test_the_lag_of_a_hundred_points_is_four():
    assert its(None, date=range(100), value=noisy(n=100), change=50).lag == 4


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-100, 100))
def test_another_unit_and_another_order_change_only_the_scale(seed, factor, shift):
    values = noisy(seed)
    order = np.random.default_rng(seed).permutation(48)
    first = its(None, date=MONTHS, value=values, change="2022-01")
    second = its(
        None,
        date=[MONTHS[i] for i in order],
        value=(values * factor + shift)[order],
        change="2022-01",
    )
    for one, other in ((first.level, second.level), (first.slope, second.slope)):
        assert other.estimate == pytest.approx(one.estimate * factor, rel=1e-7, abs=1e-9 * factor)
        assert other.se == pytest.approx(one.se * factor, rel=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(-2, 2))
def test_a_trend_that_goes_on_is_no_change(seed, trend):
    values = noisy(seed)
    tilted = values + trend * np.arange(48)
    first = its(None, date=MONTHS, value=values, change="2022-01")
    second = its(None, date=MONTHS, value=tilted, change="2022-01")
    assert second.level.estimate == pytest.approx(first.level.estimate, abs=1e-8)
    assert second.slope.estimate == pytest.approx(first.slope.estimate, abs=1e-8)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    found = [its(None, date=range(48), value=noisy(seed), change=24) for seed in range(200)]
    held = np.mean([one.level.lower <= -5 <= one.level.upper for one in found])
    assert 0.8 < held < 1  # Newey-West is known to be somewhat narrow in short series


def test_a_missing_month_is_a_gap_and_not_a_step():
    values = [10.0, 11, 12, 13, 20, 21, 22, 23]
    kept = [0, 1, 3, 4, 5, 7]
    found = its(
        None,
        date=[MONTHS[i] for i in kept],
        value=[values[i] for i in kept],
        change="2020-05",
    )
    assert found.level.estimate == pytest.approx(6)
    assert found.slope.estimate == pytest.approx(0, abs=1e-9)
    assert any("2 periods of a month without a value" in one for one in found.assumptions)
    blank = [value if i in kept else None for i, value in enumerate(values)]
    again = its(None, date=MONTHS[:8], value=blank, change="2020-05")
    assert again.level == found.level


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        (["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], "month"),
        (["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"], "quarter"),
        (["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"], "week"),
        (["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"], "day"),
        ([2, 4, 6, 8], "2 steps"),
    ],
)
def test_the_period_is_read_off_the_dates(dates, period):
    more = {
        "month": ["2024-05-31", "2024-06-30"],
        "quarter": ["2025-01-01", "2025-04-01"],
        "week": ["2024-01-29", "2024-02-05"],
        "day": ["2024-03-03", "2024-03-04"],
        "2 steps": [10, 12],
    }[period]
    found = its(None, date=dates + more, value=[1, 2, 3, 9, 10, 11], change=dates[3])
    assert found.period == period
    assert found.slope.estimate == pytest.approx(0, abs=1e-9)
    assert found.level.estimate == pytest.approx(5)


def test_a_change_between_two_points_begins_at_the_next():
    values = noisy()
    first = its(None, date=MONTHS, value=values, change="2021-12-15")
    assert first.level == its(None, date=MONTHS, value=values, change="2022-01-01").level


def test_a_comparison_takes_out_what_happened_everywhere():
    everywhere = np.where(np.arange(48) >= 24, 7.0, 0.0) + np.sin(np.arange(48))
    here = noisy(level=0, slope=0)
    data = {"month": MONTHS, "here": here + everywhere, "there": everywhere}
    alone = its(data, date="month", value="here", change="2022-01")
    compared = its(data, date="month", value="here", change="2022-01", comparison="there")
    assert alone.level.lower > 3
    assert compared.level.lower < 0 < compared.level.upper
    direct = its(None, date=MONTHS, value=here, change="2022-01")
    assert compared.level.estimate == pytest.approx(direct.level.estimate)
    assert any("differences from it" in one for one in compared.assumptions)


def test_a_season_is_taken_out_where_it_is_asked_for():
    wave = 10 * np.cos(2 * np.pi * np.arange(48) / 12)
    line = np.arange(48) * 0.5 + np.where(np.arange(48) >= 24, 4.0, 0.0)
    plain = its(None, date=MONTHS, value=line + wave, change="2022-01")
    found = its(None, date=MONTHS, value=line + wave, change="2022-01", season=True)
    assert found.level.estimate == pytest.approx(4)
    assert abs(plain.level.estimate - 4) > 1


def test_the_signal_that_started_the_change_is_left_out_and_its_return_is_stated():
    # A flat 10, then a chance 16, 16 that alarmed; the change, and 10 again.
    values = [10.0] * 10 + [16.0, 16.0] + [10.0] * 12
    naive = its(None, date=MONTHS[:24], value=values, change="2021-01")
    honest = its(None, date=MONTHS[:24], value=values, change="2021-01", signal="2020-11")
    assert naive.level.estimate < -3
    assert honest.level.estimate == pytest.approx(0, abs=1e-9)
    assert honest.to_the_mean == pytest.approx(-6)
    assert any("-6 on average (regression to the mean)" in one for one in honest.assumptions)
    assert honest.left_out.sum() == 2


def test_the_first_assumption_is_that_this_is_no_proof():
    found = its(None, date=MONTHS[:8], value=[1, 2, 3, 4, 5, 6, 7, 9], change="2020-05")
    assert found.assumptions[0].startswith("This is an association in time, not an effect")
    assert any("fewer than 8" in one for one in found.assumptions)


def test_a_season_that_the_points_cannot_show_is_refused():
    # July after July: every wave is the same at each point but those of the signal.
    dates = [f"20{year}-07-01" for year in range(10, 22)] + ["2021-08-01", "2021-09-01"]
    values = [float(i) for i in range(14)]
    with pytest.raises(BadInput, match="too few points to tell the season"):
        its(None, date=dates, value=values, change="2018-01", season=True)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_any_frame_gives_the_same(frame):
    data = {"month": [date(2020 + i // 12, i % 12 + 1, 1) for i in range(48)], "x": noisy()}
    found = its(frame(data), date="month", value="x", change=date(2022, 1, 1))
    assert found.level == its(None, date=MONTHS, value=noisy(), change="2022-01").level
    assert next(iter(found.to_frame()["date"])) == "2020-01-01"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"change": "2019-01"}, "must come after the first point"),
        ({"change": "2030-01"}, "must come after the first point"),
        ({"change": 7}, "not like the series' dates"),
        ({"change": "soon"}, "'soon' is not a date"),
        ({"change": "2020-03"}, "2 points before 2020-03"),
        ({"date": MONTHS[:7] + MONTHS[:1]}, "row 8 .*2020-01 appears twice"),
        ({"value": [None] * 8}, "no row has a value"),
        ({"value": [1, 2]}, "give one each"),
        ({"season": True}, "span 0.7 years"),
        ({"signal": "2020-06"}, "is not before the change"),
        ({"level": 95}, "not between 0 and 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(change, words):
    given = {"date": MONTHS[:8], "value": [1, 2, 3, 4, 5, 6, 7, 9], "change": "2020-05"}
    with pytest.raises(BadInput, match=words):
        its(None, **(given | change))


def test_the_command_prints_the_document_and_the_assumptions(tmp_path, capsys):
    path = tmp_path / "months.csv"
    rows = [f"{month},{value}" for month, value in zip(MONTHS, noisy(), strict=True)]
    path.write_text("\n".join(["month,stay", *rows]) + "\n")
    options = ["--date", "month", "--value", "stay", "--change", "2022-01-01"]
    assert main(["its", str(path), *options, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"level", "slope", "assumptions"}
    assert set(document["level"]) == {"estimate", "se", "lower", "upper"}
    assert main(["its", str(path), *options]) == 0
    assert "not an effect" in capsys.readouterr().out
