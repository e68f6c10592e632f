"""Tallies add up exactly, and figures are read off them rightly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.figures.sums import (
    MILLION,
    NOTHING,
    Sums,
    bars_of,
    deviation,
    figure_of,
    percentile,
    together,
    unit_of_figure,
    value_of,
)
from clinmeasures.definitions import library

READMISSION = library()["emergency-readmission-30d"]
STAY = library()["length-of-stay"]
MEDIAN = library()["length-of-stay-median"]


def proportion(events: int, cases: int) -> Sums:
    return Sums(
        n=cases,
        numerator=events * MILLION,
        denominator=cases * MILLION,
        weight=cases * MILLION,
        weight_squared=cases * MILLION**2,
    )


def mean(values: list[int]) -> Sums:
    n = len(values)
    return Sums(
        n=n,
        numerator=sum(values) * MILLION,
        denominator=n * MILLION,
        weight=n * MILLION,
        weight_squared=n * MILLION**2,
        value_sum=sum(values),
        value_sum_squared=sum(v * v for v in values),
    )


def test_nine_of_212_is_4_2_per_cent_with_its_wilson_interval():
    # Wilson: (9 + z²/2 ± z sqrt(9 × 203 / 212 + z²/4)) / (212 + z²) with z = 1.959964.
    figure = figure_of(proportion(9, 212), READMISSION)
    assert figure.value == pytest.approx(9 / 212)
    assert (figure.lower, figure.upper) == pytest.approx((0.022493, 0.078699), abs=1e-6)


def test_a_mean_has_students_interval():
    # 2, 4, 9: mean 5, sd sqrt(13), t(2) 4.3027: 5 ± 8.957.
    figure = figure_of(mean([2, 4, 9]), STAY)
    assert figure.value == 5
    assert figure.upper - 5 == pytest.approx(4.302653 * math.sqrt(13 / 3), rel=1e-6)


def test_without_records_there_is_no_figure():
    assert value_of(NOTHING, READMISSION) is None
    assert figure_of(NOTHING, STAY).value is None


def test_different_values_are_counted_anew_whenever_months_are_put_together():
    range_of_work = library()["range-of-procedures"]
    first, second = (
        Sums(n=3, weight=3 * MILLION, histogram=bars_of(text))
        for text in ('{"K40":2000000,"T20":1000000}', '{"K40":1000000,"007":1000000,"7":1000000}')
    )
    assert value_of(first, range_of_work) == 2
    assert value_of(first + second, range_of_work) == 4  # K40, T20, and two that look like seven
    assert together([first, second]) == first + second
    assert value_of(NOTHING, range_of_work) is None


def test_shares_count_as_their_effective_number():
    # Four halves carry what two whole records carry.
    halves = Sums(
        n=4,
        numerator=MILLION,
        denominator=2 * MILLION,
        weight=2 * MILLION,
        weight_squared=4 * (MILLION // 2) ** 2,
    )
    assert halves.fractional
    assert halves.effective_n == 4
    assert figure_of(halves, READMISSION).value == 0.5


def test_a_median_is_the_smallest_value_that_half_do_not_exceed():
    bars = {1: 2 * MILLION, 3: MILLION, 10: MILLION}
    assert percentile(bars, 0.5) == 1
    assert percentile(bars, 0.51) == 3
    assert percentile({}, 0.5) is None


def test_each_measure_is_shown_in_the_unit_people_use():
    assert unit_of_figure(READMISSION).name == "%"
    assert unit_of_figure(STAY).name == "days"
    assert unit_of_figure(MEDIAN).name == "days"


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.integers(1, 39))
def test_months_added_up_are_as_if_counted_together(values, cut):
    together = mean(values)
    apart = mean(values[:cut]) + mean(values[cut:]) if values[cut:] else mean(values[:cut])
    assert together == apart
    assert deviation(together) == deviation(apart)
