"""Readings by rule: one phrase for each kind of uncertainty, and never a reassurance."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.association import its
from clinmeasures.spc import spc
from clinmeasures.wording import (
    compared,
    expected_chance_signals,
    in_words,
    reading_of,
    smallest_detectable_difference,
    smallest_detectable_rate_ratio,
    smallest_detectable_ratio,
    unit_of,
)
from clinmeasures.wording.association import association_words, regression_words


def months(count):
    return [f"{2023 + i // 12}-{i % 12 + 1:02}-01" for i in range(count)]


def read(values, **options):
    words = {key: options.pop(key) for key in ("unit", "cases", "provisional") if key in options}
    return reading_of(spc(values, dates=months(len(values)), **options)[0], **words)


def test_no_signal_says_what_could_have_shown():
    found = read([6, 5, 7, 6, 5, 7] * 2, denominators=[60] * 12, chart="p", cases=58)
    assert found.startswith("No signal. With 58 patients, only a difference of more than ")
    assert found.endswith(" times would show.")


def test_a_point_outside_the_limits_says_what_where_and_when():
    found = read([4, 5, 4, 6, 5] * 3 + [40], screen=False, unit="days")
    assert found.startswith("Unusually high in April 2024: 40 days, where chance alone seldom")


def test_a_run_says_how_long_it_is():
    found = read([4, 8] * 6 + [7, 8] * 4, baseline=12)
    assert found == ("Higher than expected by chance alone: 9 months in a row above the average.")


def test_a_run_that_is_over_says_when_it_ended():
    values = [*[5, 1] * 5, *[9] * 10, 1]
    assert read(values, chart="run") == (
        "Higher than expected by chance alone for a time: 10 months in a row above the median up "
        "to August 2024. The latest month is no part of that run."
    )


def test_too_few_months_cannot_tell():
    assert read([4, 5, 6, 5, 4]).startswith("Cannot tell yet: 5 months so far")
    assert read([None]).startswith("Cannot tell yet: there is no settled month")


def test_a_provisional_month_is_not_read():
    flags = [False] * 15 + [True]
    values = [4, 5, 4, 6, 5] * 3 + [40]
    assert read(values, exclude=months(16)[-1:], provisional=flags) == "No signal."


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_no_reading_reassures_or_blames(values):
    found = read(values).lower()
    assert not any(w in found for w in ("normal", "fine", "good", "concern", "outlier", "fail"))


def test_detectable_ratio_by_hand():
    # 100 cases at 10%: P(X >= 21) = 0.00081 and P(X >= 20) = 0.00198, so 21 is the count; 80% of
    # results reach it when the true proportion is 0.2384 (R: qbeta(0.8, 21, 80)).
    found = smallest_detectable_ratio(100, 0.1)
    assert found.above == pytest.approx(2.384, abs=0.03)


@settings(deadline=None)
@given(cases=st.integers(5, 600), baseline=st.floats(0.01, 0.6))
def test_the_detectable_proportion_signals_four_times_in_five(cases, baseline):
    from scipy.stats import binom

    found = smallest_detectable_ratio(cases, baseline)
    if found.above is None:
        assert binom.sf(cases - 1, cases, baseline) > 0.001
        return
    counts = np.arange(cases + 1)
    beyond = counts[binom.sf(counts - 1, cases, baseline) <= 0.001][0]
    assert binom.sf(beyond - 1, cases, found.above * baseline) == pytest.approx(0.8, abs=1e-6)
    assert found.above > 1


@settings(deadline=None, max_examples=40)
@given(st.floats(0.5, 2000))
def test_the_detectable_rate_signals_four_times_in_five(expected):
    from scipy.stats import poisson

    found = smallest_detectable_rate_ratio(expected)
    counts = np.arange(5000)
    beyond = counts[poisson.sf(counts - 1, expected) <= 0.001][0]
    assert poisson.sf(beyond - 1, found.above * expected) == pytest.approx(0.8, abs=1e-6)
    if found.below is not None:
        below = counts[poisson.cdf(counts, expected) <= 0.001][-1]
        assert poisson.cdf(below, found.below * expected) == pytest.approx(0.8, abs=1e-6)


def test_more_cases_show_smaller_differences():
    ratios = [smallest_detectable_ratio(n, 0.1).above for n in (50, 200, 800, 3200)]
    assert ratios == sorted(ratios, reverse=True)
    assert smallest_detectable_ratio(2, 0.1).above is None
    assert smallest_detectable_difference(25, 5.0) == pytest.approx(3.0902 + 0.8416, abs=1e-3)


def test_chance_signals_are_two_in_a_thousand():
    assert expected_chance_signals(500) == pytest.approx(1.0)


def test_a_unit_beyond_the_outer_limits_is_unusual_and_beyond_the_inner_is_not():
    assert compared(outside_99_8=True, outside_95=True, ratio=2, cases=58) == (
        "Unusually high for 58 patients."
    )
    assert compared(outside_99_8=False, outside_95=True, ratio=2).startswith("No signal.")


def test_numbers_and_dates_are_read_as_people_say_them():
    percent = unit_of("%")
    assert [percent.text(v) for v in (0.0424, 1.0, math.nan)] == ["4.2%", "100%", "none"]
    assert unit_of("days").text(3.14159) == "3.14 days"
    assert in_words("2026-03-01") == "March 2026"
    assert in_words("2026-03-31") == "31 March 2026"


def interrupted(values, **options):
    return its(None, date=months(len(values)), value=values, **({"change": "2023-05"} | options))


def test_a_change_in_level_and_slope_is_two_sentences_and_claims_no_effect():
    # Lines near 10, 11, 12, 13 before and 20, 22, 24, 26 after, where 14 would have come.
    values = [10, 11, 12.1, 13, 20, 22, 24, 26.1]
    level, slope = association_words(interrupted(values), unit_of("days"))
    assert level.startswith("In May 2023 the figure stood 5.93 days higher (95% interval ")
    assert level.endswith(" days higher) than the line before would have led to.")
    assert slope.startswith("Since then its slope is, a month, 1.02 days higher ")
    assert "effect" not in level + slope


def test_a_change_that_chance_could_make_says_so_in_percentage_points():
    level, slope = association_words(
        interrupted([0.10, 0.12, 0.09, 0.11, 0.12, 0.10, 0.11, 0.09]), unit_of("%")
    )
    assert "so chance alone could make it" in level
    assert "percentage points" in level
    assert "lower" in slope


@pytest.mark.parametrize(("peak", "way"), [(30, "lower"), (-10, "higher")])
def test_the_return_expected_by_chance_is_said_of_points_that_started_a_change(peak, way):
    values = [10, 11, 10, 11, peak, peak, 10, 11, 10]
    found = interrupted(values, change="2023-07", signal="2023-05")
    said = regression_words(found, unit_of("days"))
    assert said.startswith("The 2 points that started this are left out.")
    assert f" {way} (regression to the mean)." in said


def test_one_point_that_started_a_change_is_one_point():
    found = interrupted([10, 11, 10, 11, 30, 10, 11, 10], change="2023-06", signal="2023-05")
    assert regression_words(found, unit_of("days")).startswith("The point that started this ")


def test_without_a_signal_nothing_is_said_of_a_return():
    assert regression_words(interrupted([1, 2, 1, 2, 3, 4, 3, 4]), unit_of("days")) == ""
