"""A change of recording: who may note it, and what it does to a chart and its reading."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.figures.charting import breaks_within, charted, next_month, reading
from clinlead.figures.sums import MILLION, MonthSums, Sums
from clinlead.measures.policies import (
    Break,
    BreakFacts,
    why_not_record_break,
    why_not_withdraw_break,
)
from clinlead.releases.statistics import kept_breaks, statistics_of
from clinmeasures.definitions import library

READMISSION = library()["emergency-readmission-30d"]
HERE = BreakFacts(department_id=1)
LEAD = Reader(account_id=1, on=date(2026, 7, 1), leads=frozenset({1}), roles=frozenset({Role.LEAD}))
ANALYST = Reader(account_id=2, on=date(2026, 7, 1), roles=frozenset({Role.ANALYST}))


@pytest.mark.parametrize(
    ("reader", "change", "reason", "expected"),
    [
        (LEAD, {}, "A new form", None),
        (ANALYST, {}, "A new form", None),
        (ANALYST, {"department_id": None}, "A new form", None),
        (LEAD, {"department_id": None}, "A new form", Reason.NOT_A_LEAD),
        (LEAD, {"department_id": 2}, "A new form", Reason.NOT_A_LEAD),
        (LEAD, {"used_here": False}, "A new form", Reason.WRONG_STAGE),
        (LEAD, {}, " ", Reason.NO_REASON_GIVEN),
        (replace(LEAD, leads=frozenset()), {}, "A new form", Reason.NOT_A_LEAD),
    ],
)
def test_who_may_note_a_change_of_recording(reader, change, reason, expected):
    refusal = why_not_record_break(reader, replace(HERE, **change), reason)
    assert (refusal and refusal.reason) == expected


def test_withdrawing_needs_a_reason_and_happens_once():
    assert why_not_withdraw_break(LEAD, HERE, "Wrong ward") is None
    assert why_not_withdraw_break(LEAD, HERE, " ").reason is Reason.NO_REASON_GIVEN
    withdrawn = replace(HERE, withdrawn=True)
    assert why_not_withdraw_break(LEAD, withdrawn, "Again").reason is Reason.ALREADY_DONE
    other = replace(HERE, department_id=2)
    assert why_not_withdraw_break(LEAD, other, "Not mine").reason is Reason.NOT_A_LEAD


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 3, 1), "2026-03"),
        (date(2026, 3, 2), "2026-04"),
        (date(2026, 1, 31), "2026-02"),
        (date(2026, 12, 15), "2027-01"),
    ],
)
def test_limits_start_anew_with_the_first_whole_month(day, month):
    assert Break(on=day, reason="x").month == month


def months(pairs) -> list[MonthSums]:
    return [
        MonthSums(
            month=next_month("2024-01", place),
            complete=True,
            sums=Sums(
                n=cases,
                numerator=events * MILLION,
                denominator=cases * MILLION,
                weight=cases * MILLION,
                weight_squared=cases * MILLION**2,
            ),
        )
        for place, (events, cases) in enumerate(pairs)
    ]


# Fifteen months of about 10%, then fifteen of about 40%: one row of limits calls every one of them
# unusual, two rows call none so.
STEP = months([(4, 40), (5, 40), (3, 40)] * 5 + [(16, 40), (17, 40), (15, 40)] * 5)
FORM = Break(on=date(2025, 4, 1), reason="A new form at discharge.")


def test_without_the_break_a_new_form_looks_like_a_change_of_care():
    assert charted(STEP, READMISSION).signals()


def test_with_the_break_each_stretch_has_its_own_limits_and_no_signal():
    chart = charted(STEP, READMISSION, breaks=[FORM])
    assert chart.signals() == []
    assert chart.series.centre[0] == pytest.approx(0.1)
    assert chart.series.centre[-1] == pytest.approx(0.4)
    assert chart.breaks == {"2025-04": "A new form at discharge"}


def test_the_reading_says_from_when_and_why():
    said = reading(charted(STEP, READMISSION, breaks=[FORM]))
    assert said.startswith("No signal")
    assert said.endswith(
        "Limits start anew in April 2025, because the recording changed: A new form at discharge."
    )


def test_a_break_outside_the_chart_changes_nothing():
    early, late = (Break(on=day, reason="x") for day in (date(2024, 1, 1), date(2030, 1, 1)))
    plain, same = charted(STEP, READMISSION), charted(STEP, READMISSION, breaks=[early, late])
    assert same.signals() == plain.signals()
    assert "anew" not in reading(same)


def test_two_breaks_in_one_month_are_one_with_both_reasons():
    other = Break(on=date(2025, 3, 20), reason="Another ward")
    assert breaks_within(STEP, [FORM, other]) == {
        "2025-04": "Another ward; A new form at discharge"
    }


def test_what_is_kept_of_a_figure_gives_the_same_statistics_again():
    period = ("2026-04", "2026-05", "2026-06")
    kept = statistics_of(READMISSION, STEP, period, team=False, breaks=[FORM])
    again = statistics_of(READMISSION, STEP, period, team=False, breaks=kept_breaks(kept))
    assert again == kept
    assert kept_breaks({}) == []
