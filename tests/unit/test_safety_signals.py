"""Signals recognised, and risks worked out: the pure parts of the safety room."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.safety.expecting import (
    OTHER,
    Coded,
    Terms,
    baseline_end,
    fitted,
    is_due_again,
    risks,
)
from clinlead.safety.matching import Climb, matched
from clinlead.safety.models import Expectation
from clinlead.safety.monitored import Drawn, reading_of, said_of
from clinlead.safety.wording import case_by_case, climb_words

FIRST = date(2025, 1, 1)


def climb(start: int, days: int = 30, *, whose: str = "one", key: str = "") -> Climb:
    started = FIRST + timedelta(days=start)
    ended = started + timedelta(days=days)
    return Climb(
        whose=whose, started_on=started, signalled_on=ended, signal_key=key or f"{whose}-{ended}"
    )


climbs = st.lists(
    st.builds(climb, st.integers(0, 700), st.integers(0, 90), whose=st.sampled_from("abc")),
    max_size=8,
    unique_by=lambda one: one.signal_key,
)


@given(climbs)
def test_the_same_figures_again_find_the_same_signals(some):
    assert matched(some, some) == [(i, i) for i in range(len(some))]


@given(climbs, climbs)
def test_nothing_kept_is_lost_and_nothing_found_is_kept_twice(kept, found):
    pairs = matched(kept, found)
    assert sorted(old for old, _ in pairs if old is not None) == list(range(len(kept)))
    assert sorted(new for _, new in pairs if new is not None) == list(range(len(found)))
    for old, new in pairs:
        if old is not None and new is not None:
            assert kept[old].whose == found[new].whose


def test_a_climb_that_a_correction_moved_is_the_same_signal():
    before, after = climb(0, 60), climb(10, 80)
    assert matched([before], [after]) == [(0, 0)]


def test_another_clinicians_climb_of_the_same_days_is_another_signal():
    assert matched([climb(0, whose="a")], [climb(0, whose="b")]) == [(0, None), (None, 0)]


def test_a_later_climb_is_another_signal():
    assert matched([climb(0)], [climb(0), climb(60)]) == [(0, 0), (None, 1)]


def levels(**given: list[str]) -> dict[str, Coded]:
    found = {}
    for name, values in given.items():
        names, codes = np.unique(values, return_inverse=True)
        found[name] = Coded(codes=codes, names=tuple(names.tolist()))
    return found


def test_risks_of_one_covariate_are_its_levels_own_rates():
    # 20 of 100 young and 60 of 100 old: a logistic model of one covariate gives these rates.
    ages = levels(age=["young"] * 100 + ["old"] * 100)
    events = np.array([True] * 20 + [False] * 80 + [True] * 60 + [False] * 40)
    found = risks(fitted(ages, events).terms, ages, 200)
    assert found[0] == pytest.approx(0.2, abs=1e-6)
    assert found[-1] == pytest.approx(0.6, abs=1e-6)


def test_a_rare_level_is_taken_together_with_other_rare_ones():
    # 5 of 50 in each of two wards: neither has ten events, so both are "other": 10 of 100.
    wards = levels(ward=["a"] * 200 + ["b"] * 50 + ["c"] * 50)
    events = np.array([True] * 40 + [False] * 160 + ([True] * 5 + [False] * 45) * 2)
    terms = fitted(wards, events).terms
    assert set(terms.levels["ward"]) == {"a", OTHER}
    assert risks(terms, wards, 300)[-1] == pytest.approx(0.1, abs=1e-6)


def test_a_level_that_was_never_seen_before_has_the_rare_ones_risk():
    wards = levels(ward=["a"] * 200 + ["b"] * 50)
    events = np.array([True] * 40 + [False] * 160 + [True] * 5 + [False] * 45)
    terms = fitted(wards, events).terms
    new = levels(ward=["brand new"])
    assert risks(terms, new, 1)[0] == pytest.approx(0.1, abs=1e-6)


def test_without_anything_to_tell_cases_apart_the_trusts_own_rate_is_expected():
    alike = levels(ward=["a"] * 100)
    events = np.array([True] * 25 + [False] * 75)
    terms = fitted(alike, events).terms
    assert terms.levels == {}
    assert risks(terms, alike, 100)[0] == pytest.approx(0.25)


def test_what_is_kept_of_a_model_gives_the_same_risks_again():
    ages = levels(age=["young"] * 100 + ["old"] * 100)
    events = np.array([True] * 20 + [False] * 80 + [True] * 60 + [False] * 40)
    terms = fitted(ages, events).terms
    again = Terms.from_json(terms.as_json())
    assert np.array_equal(risks(terms, ages, 200), risks(again, ages, 200))


def test_a_short_baseline_is_worked_out_again_and_a_long_one_never():
    assert baseline_end(FIRST, date(2030, 1, 1)) == date(2027, 1, 2)
    assert baseline_end(FIRST, date(2025, 6, 1)) == date(2025, 6, 1)
    assert is_due_again(FIRST, date(2025, 6, 1), date(2025, 9, 1))
    assert not is_due_again(FIRST, date(2025, 6, 1), date(2025, 8, 1))
    assert not is_due_again(FIRST, date(2026, 6, 1), date(2030, 1, 1))


def test_a_climb_in_words_has_its_denominator():
    said = climb_words(14, 155, 4.984)
    assert said == "14 of 155 cases (9.0%), where 5.0 were expected"


def test_a_chart_that_reached_its_lower_limit_is_not_called_without_a_signal():
    drawn = Drawn(cases=400, observed=5, expected=14.0, lows=(date(2025, 3, 1), date(2026, 1, 9)))
    assert reading_of(drawn, 0) == (
        "Unusually low, most lately on 9 January 2026: fewer than expected."
    )
    assert reading_of(drawn, 1).startswith("1 signal so far")
    (said,) = [one for one in said_of(drawn, Expectation(run_length=20_000)) if "lower" in one]
    assert "reached its limit 2 times, most lately on 9 January 2026" in said


def test_a_signal_of_cases_beside_their_own_risks_is_not_called_crude():
    assert case_by_case("Death within 30 days of admission (crude)") == (
        "Death within 30 days of admission"
    )
