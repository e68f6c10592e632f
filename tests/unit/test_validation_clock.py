"""Absence stops the clock, and silence is a state of its own."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinlead.validation.clock import last_day, state_of
from clinlead.validation.policies import RecordState

OPENS, CLOSES = date(2026, 6, 1), date(2026, 6, 21)  # 21 days, both included


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ([], june(21)),
        ([(june(8), june(14))], june(28)),  # a week off adds a week
        ([(date(2026, 5, 1), june(7))], june(28)),  # already away when it opened
        ([(june(8), june(14)), (june(10), june(12))], june(28)),  # the same days count once
        ([(june(8), june(9)), (june(10), june(11))], june(25)),
        ([(june(25), june(30))], june(21)),  # away only after it closed
        ([(june(21), june(23))], june(24)),  # away on the last day
        ([(june(20), june(22)), (june(24), june(26))], june(27)),  # away again while it runs on
        ([(date(2026, 1, 1), date(2026, 1, 31))], june(21)),
        ([(june(8), None)], None),  # not back yet: the clock stands still
        ([(june(30), None)], june(21)),  # their time was over before they left
    ],
)
def test_the_last_day_moves_by_the_days_away(away, expected):
    assert last_day(OPENS, CLOSES, away) == expected


SPANS = st.lists(
    st.tuples(st.integers(-20, 60), st.integers(0, 25)).map(
        lambda span: (
            OPENS + timedelta(days=span[0]),
            OPENS + timedelta(days=span[0] + span[1]),
        )
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine
@given(SPANS, st.integers(0, 40))
def test_everyone_has_the_same_number_of_days_at_work(away, length):
    closes = OPENS + timedelta(days=length)
    last = last_day(OPENS, closes, away)
    assert last is not None
    days = [OPENS + timedelta(days=n) for n in range((last - OPENS).days + 1)]
    here = [day for day in days if not any(first <= day <= end for first, end in away)]
    assert len(here) == length + 1
    assert here[-1] == last


@pytest.mark.parametrize(
    ("confirmed", "challenged", "over", "expected"),
    [
        (False, False, False, RecordState.NOT_YET),
        (False, False, True, RecordState.SILENT),
        (True, False, False, RecordState.CONFIRMED),
        (True, False, True, RecordState.CONFIRMED),
        (False, True, True, RecordState.CHALLENGED),
        (True, True, False, RecordState.CHALLENGED),
    ],
)
def test_confirmed_silent_challenged_and_not_checked_are_never_the_same(
    confirmed, challenged, over, expected
):
    assert state_of(confirmed=confirmed, challenged=challenged, over=over) is expected
