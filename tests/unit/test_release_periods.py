from datetime import date

import pytest

from clinlead.releases.periods import Period, last_whole_period, period_holding


def test_a_quarter_has_three_months_and_ends_with_its_last_day():
    period = Period("2025-12", "2026-02")
    assert period.months == ("2025-12", "2026-01", "2026-02")
    assert (period.starts_on, period.ends_on) == (date(2025, 12, 1), date(2026, 2, 28))


def test_february_of_a_leap_year_ends_on_the_29th():
    assert Period("2028-02", "2028-02").ends_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 7, 1), 3, Period("2026-04", "2026-06")),
        (date(2026, 9, 30), 3, Period("2026-04", "2026-06")),
        (date(2026, 1, 1), 3, Period("2025-10", "2025-12")),
        (date(2026, 7, 1), 1, Period("2026-06", "2026-06")),
        (date(2026, 7, 1), 12, Period("2025-01", "2025-12")),
        (date(2026, 2, 1), 5, Period("2025-11", "2025-12")),
    ],
)
def test_the_newest_period_that_is_over(day, months, expected):
    assert last_whole_period(day, months) == expected


def test_periods_follow_one_another_without_a_gap():
    assert Period("2025-10", "2025-12").next() == Period("2026-01", "2026-03")


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period("2026-01", "2026-03"), "January to March 2026"),
        (Period("2025-12", "2026-02"), "December 2025 to February 2026"),
        (Period("2026-01", "2026-01"), "January 2026"),
    ],
)
def test_a_period_is_named_as_people_say_it(period, words):
    assert str(period) == words


@pytest.mark.parametrize("months", range(1, 13))
def test_every_day_falls_in_a_period_that_holds_it(months):
    for month in range(1, 13):
        day = date(2026, month, 15)
        period = period_holding(day, months)
        assert period.starts_on <= day <= period.ends_on
