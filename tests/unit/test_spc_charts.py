"""Charts over time: worked by hand, and properties that hold for any series."""

import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.errors import BadInput
from clinmeasures.spc import spc
from clinmeasures.spc.boxes import box_for, few_or_long
from clinmeasures.spc.phases import Runs


def months(count, year=2024):
    return [f"{year + i // 12}-{i % 12 + 1:02}-01" for i in range(count)]


def chart(values, **options):
    return spc(values, dates=months(len(values)), **options)[0]


def test_xmr_limits_match_a_hand_worked_series():
    # Mean 11.6; moving ranges 2, 1, 2, 1 have mean 1.5; 2.66 x 1.5 = 3.99.
    limits = chart([10, 12, 11, 13, 12])
    assert limits.centre[0] == pytest.approx(11.6)
    assert limits.lower[0] == pytest.approx(7.61)
    assert limits.upper[0] == pytest.approx(15.59)


def test_a_huge_moving_range_is_dropped_before_limits_are_drawn():
    # Ranges 1 x 9 and 2 of 100: mean 209/11 = 19.0; 100 > 3.267 x 19 = 62.1 is dropped, leaving 1.
    values = [10, 11, 10, 11, 10, 11, 111, 11, 10, 11, 10, 11]
    screened, kept = chart(values), chart(values, screen=False)
    assert screened.upper[0] - screened.centre[0] == pytest.approx(2.66)
    assert kept.upper[0] - kept.centre[0] == pytest.approx(2.66 * 209 / 11)
    assert screened.signals[6] == ["outside_limits"]


def test_p_limits_match_a_hand_worked_month():
    # 30 of 300: centre 0.1; for 100 cases sigma = sqrt(0.1 x 0.9 / 100) = 0.03, so 0.01 to 0.19.
    found = chart([10, 8, 12], denominators=[100, 100, 100], chart="p")
    assert found.lower[0] == pytest.approx(0.01)
    assert found.upper[0] == pytest.approx(0.19)


def test_a_month_without_cases_is_a_gap_and_no_zero():
    found = chart([10, 0, 12], denominators=[100, 0, 100], chart="p")
    assert math.isnan(found.values[1])
    assert found.centre[0] == pytest.approx(0.11)
    assert found.to_dict()["points"][1]["value"] is None


def test_a_blank_month_leaves_no_range_across_the_gap():
    # Ranges 1 (10, 11) and 1 (20, 21); the step of 9 over the missing month is not one.
    found = chart([10, 11, None, 20, 21], screen=False)
    assert found.upper[0] - found.centre[0] == pytest.approx(2.66)


def test_seven_points_on_one_side_are_a_shift_and_six_are_not():
    # The baseline alternates around 12, so the frozen mean is 12.
    before = [10, 14] * 6
    six = chart([*before, 11, *[12.5, 13] * 3], baseline=12)
    assert not any("shift" in signals for signals in six.signals)
    seven = chart([*before, 11, *[12.5, 13] * 3, 12.5], baseline=12, improvement="increase")
    assert ["shift" in signals for signals in seven.signals] == [False] * 13 + [True] * 7
    assert seven.variation == "improvement_high"


def test_seven_rising_points_are_a_trend_and_a_tie_breaks_it():
    start = [12, 9, 12, 9, 12, 9]
    rising = chart([*start, 9, 9.5, 10, 10.5, 11, 11.5, 12], improvement="decrease")
    assert sum("trend" in signals for signals in rising.signals) == 7
    tied = chart([*start, 9, 9.5, 10, 10, 11, 11.5, 12])
    assert not any("trend" in signals for signals in tied.signals)


def test_a_constant_series_has_no_signal_and_meets_its_own_target():
    found = chart([100.0] * 14, improvement="increase", target=100)
    assert found.lower[0] == found.centre[0] == found.upper[0] == 100
    assert not any(found.signals)
    assert (found.variation, found.assurance) == ("common_cause", "pass")


def test_a_target_above_the_upper_limit_is_never_met():
    values = [10, 12, 11, 13, 12, 11, 12, 10, 11, 12, 13, 12]
    assert chart(values, improvement="increase", target=50).assurance == "fail"
    assert chart(values, improvement="decrease", target=50).assurance == "pass"
    assert chart(values, improvement="increase", target=12).assurance == "hit_or_miss"
    assert chart(values, target=50).assurance is None


def test_rebasing_starts_a_phase_with_limits_of_its_own():
    found = chart([*[10, 11] * 6, *[20, 21] * 6], rebase=["2025-01-01"])
    assert found.phase.tolist() == [1] * 12 + [2] * 12
    assert found.centre[[0, -1]].tolist() == [10.5, 20.5]
    assert not any(found.signals)


def test_a_baseline_freezes_limits_so_that_a_later_shift_shows():
    found = chart([*[10, 11] * 6, *[20, 21] * 6], baseline=12)
    assert set(found.centre.tolist()) == {10.5}
    assert all("outside_limits" in signals for signals in found.signals[12:])


def test_an_excluded_point_is_drawn_and_counts_for_nothing():
    values = [10, 11, 10, 11, 90, 10, 11, 10, 11, 10, 11, 10, 11]
    found = chart(values, exclude=["2024-05-01"], screen=False)
    assert found.centre[0] == pytest.approx(10.5)
    assert found.values[4] == 90
    assert found.signals[4] == ["outside_limits"]


def test_fewer_than_twelve_points_say_so():
    assert chart([10, 11] * 5).variation == "too_few_points"
    assert chart([10, 11] * 6).variation == "common_cause"


def test_a_long_run_names_only_its_own_points_better_or_worse():
    values = [*[5, 1] * 6, *[9] * 12]
    found = chart(values, chart="run", improvement="increase")
    assert found.phases[0].longest_run > found.phases[0].longest_run_max
    assert found.readings[-1] == "improvement"
    assert found.variation == "improvement_high"


def test_a_point_outside_the_long_run_of_its_phase_shows_nothing_itself():
    # Ten high months after ten that swing around the line: the rule holds for the whole phase.
    values = [*[5, 1] * 5, *[9] * 10, 1]
    found = chart(values, chart="run", improvement="increase")
    assert all("long_run" in signals for signals in found.signals)
    assert [bool(own) for own in found.own_signals] == [False] * 10 + [True] * 10 + [False]
    assert found.readings[-1] == "neither"


def test_median_of_a_run_chart_and_ties_with_it():
    # Median 3; the two threes are not useful and do not break the run 4, 5.
    found = chart([1, 2, 3, 4, 3, 5, 2], chart="run")
    assert found.centre[0] == 3
    assert found.phases[0].n_useful == 5
    assert found.phases[0].longest_run == 2


def test_subgroups_are_gathered_by_date():
    values, dates = [1, 3, 4, 6, None], ["2024-01-01"] * 2 + ["2024-02-01"] * 2 + ["2024-03-01"]
    found = spc(values, dates=dates, chart="xbar")[0]
    assert found.values[:2].tolist() == [2, 5]
    assert math.isnan(found.values[2])
    assert found.centre[0] == 3.5


def test_rare_events_have_limits_by_hand():
    # Mean 4: 3 x sqrt(4 x 5) = 13.416; the line is the median.
    found = chart([2, 4, 6, 4], chart="g")
    assert found.upper[0] == pytest.approx(4 + 3 * math.sqrt(20))
    assert (found.lower[0], found.centre[0]) == (0, 4)


def test_series_are_computed_apart_and_keep_their_order():
    frame = {"unit": ["b", "a", "b", "a"], "when": ["2024-02", "2024-02", "2024-01", "2024-01"]}
    result = spc(frame | {"v": [3, 30, 1, 10]}, value="v", date="when", series="unit")
    assert [series.name for series in result] == ["b", "a"]
    assert result[0].values.tolist() == [1, 3]
    assert result[1].centre.tolist() == [20, 20]


def test_any_data_frame_gives_its_own_kind_back():
    table = pa.table({"v": [1.0, 2.0, None], "d": [dt.date(2024, 1, i) for i in (1, 2, 3)]})
    result = spc(table, value="v", date="d")
    frame = result.to_frame()
    assert isinstance(frame, pa.Table)
    assert frame["date"].to_pylist() == ["2024-01-01", "2024-01-02", "2024-01-03"]


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([1, 2], {"dates": ["2024-01-01", "2024-01-01"]}, "appears twice"),
        ([1, 2], {"dates": ["2024-01-01", "01/02/2024"]}, "not a date"),
        ([1, 2], {"dates": ["2024-01-01", ""]}, "the date is blank"),
        ([1, 2], {"dates": ["2024-01-01", "3"]}, "mixes dates"),
        ([1, 2], {"dates": ["2024-01-01"]}, "has 1 rows"),
        (["1", "1,5"], {}, "row 2 .*'1,5' is not a number"),
        (["1", "inf"], {}, "row 2 .*'inf' is not a number"),
        (["1", "nan"], {}, "row 2 .*'nan' is not a number"),
        ([], {}, "no rows"),
        ([1, 2], {"chart": "p"}, "needs a denominator"),
        ([1, 2], {"chart": "c", "denominators": [1, 2]}, "takes no denominator"),
        ([1, -2], {"chart": "c"}, "row 2 .* is negative"),
        ([1, 3], {"chart": "p", "denominators": [2, 2]}, "row 2 .* more than"),
        ([1, 2], {"chart": "xbar"}, "needs dates"),
        ([1, 2], {"chart": "pie"}, "not known"),
        ([1, 2], {"baseline": 1}, "too short"),
        ([1, 2], {"rebase": ["2024-01-01"]}, "needs dates"),
        ([1, 2], {"dates": months(2), "rebase": ["2030-01-01"]}, "not after the last"),
        ([1, 2], {"dates": months(2), "exclude": ["2030-01-01"]}, "no point has that date"),
    ],
)
def test_wrong_input_is_refused_in_words(values, options, words):
    with pytest.raises(BadInput, match=words):
        spc(values, **options)


series = st.lists(
    st.floats(min_value=-1000, max_value=1000, allow_nan=False).map(lambda x: round(x, 3)),
    min_size=1,
    max_size=40,
)
kinds = st.sampled_from(["xmr", "run", "i", "mr"])


@given(values=series, kind=kinds, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values, kind, order):
    rows = list(zip(values, months(len(values)), strict=True))
    order.shuffle(rows)
    shuffled = spc([v for v, _ in rows], dates=[d for _, d in rows], chart=kind)
    assert shuffled.to_dict() == spc(values, dates=months(len(values)), chart=kind).to_dict()


@given(values=series, kind=kinds)
def test_doubling_the_unit_changes_only_the_scale(values, kind):
    once, twice = chart(values, chart=kind), chart([2 * v for v in values], chart=kind)
    assert once.signals == twice.signals
    np.testing.assert_array_equal(2 * once.upper, twice.upper)


@given(value=st.floats(0.001, 1e6), count=st.integers(1, 40), kind=kinds)
def test_what_never_varies_never_signals(value, count, kind):
    found = chart([value] * count, chart=kind)
    assert not any(found.signals)
    assert set(found.readings) == {"common_cause"}


@given(values=series)
def test_better_and_worse_swap_with_the_direction(values):
    up, down = chart(values, improvement="increase"), chart(values, improvement="decrease")
    swap = {"improvement": "concern", "concern": "improvement"}
    assert [swap.get(word, word) for word in up.readings] == down.readings


@given(
    cases=st.lists(
        st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=30,
    ),
    kind=st.sampled_from(["p", "pp", "u", "up", "xmr", "run"]),
)
def test_limits_of_proportions_stay_possible_and_never_warn(cases, kind):
    found = chart([x for x, _ in cases], denominators=[n for _, n in cases], chart=kind)
    shown = np.isfinite(found.lower) & (found.lower <= found.upper)
    assert (shown | np.isnan(found.lower)).all()
    if kind in {"p", "pp"}:
        assert (found.lower[shown] >= 0).all()
        assert (found.upper[shown] <= 1).all()


@settings(max_examples=30)
@given(st.lists(series, min_size=1, max_size=5))
def test_many_series_at_once_are_the_same_as_one_by_one(many):
    values = [v for one in many for v in one]
    names = [f"s{i}" for i, one in enumerate(many) for _ in one]
    dates = [d for one in many for d in months(len(one))]
    together = spc(values, dates=dates, series=names).to_dict()["series"]
    apart = [spc(one, dates=months(len(one))).to_dict()["series"][0] for one in many]
    for each in together:
        each["series"] = None
    assert len(together) == len(apart)
    for ours, alone in zip(together, apart, strict=True):
        assert ours["variation"] == alone["variation"]
        assert [p["signals"] for p in ours["points"]] == [p["signals"] for p in alone["points"]]


def test_run_limits_match_the_published_table():
    # Anhøj & Olesen 2014: 10 points: runs to 6, 2 crossings; 24: 8 and 8; 60: 9 and 23.
    found = [(box_for(n, "anhoej").longest, box_for(n, "anhoej").crossings) for n in (10, 24, 60)]
    assert found == [(6, 2), (8, 8), (9, 23)]


def every_series_of(length):
    """Longest run and crossings of every possible series of so many sides."""
    sides = (np.arange(1 << length)[:, None] >> np.arange(length)) & 1
    changes = np.diff(sides, axis=1) != 0
    longest = [max(map(len, "".join("01"[int(c)] for c in row).split("1"))) + 1 for row in changes]
    return np.array(longest), changes.sum(axis=1)


@pytest.mark.parametrize("rules", ["bestbox", "cutbox"])
def test_a_box_raises_few_false_alarms_counted_over_every_possible_series(rules):
    # All 4,096 series of 12 sides are equally likely; the paper's specificity is 0.925 or more.
    longest, crossings = every_series_of(12)
    runs = Runs(np.full(4096, 12), longest, crossings, longest)
    allowed = few_or_long(runs, rules)
    assert 0 < (allowed.too_long | allowed.too_few).mean() <= 0.075


def phase_of(useful, longest, crossings, rules="anhoej"):
    given_ = (np.array([n]) for n in (useful, longest, crossings, longest))
    found = few_or_long(Runs(*given_), rules)
    return bool(found.too_long[0]), bool(found.too_few[0])


@pytest.mark.parametrize("rules", ["anhoej", "bestbox", "cutbox"])
def test_a_run_as_long_as_is_allowed_is_not_too_long_where_crossings_are_too_few(rules):
    box = box_for(24, rules)
    assert phase_of(24, box.longest, box.crossings - 1, rules) == (False, True)
    assert phase_of(24, box.longest + 1, box.crossings, rules) == (True, False)


def test_a_cut_corner_breaks_both_rules():
    box = box_for(26, "cutbox")
    assert phase_of(26, box.longest, box.crossings, "cutbox") == (True, True)


def test_only_the_rules_that_hold_are_named():
    # 16 points off the mean: runs to 7 are allowed, and 4 crossings needed; here 7, and 2.
    found = chart([1.0] * 7 + [5.0] * 7 + [1.0] * 2, chart="i", screen=False)
    assert (found.phases[0].longest_run, found.phases[0].crossings) == (7, 2)
    assert all("long_run" not in names and "few_crossings" in names for names in found.signals)
