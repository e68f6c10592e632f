"""What a record in the list behind a figure says, by data set and by kind of measure."""

from datetime import date, datetime

import pytest

from clinlead.pages.figures.listing import HELD, SHOWN, columns_listed, counts_words, words_of
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions import fields_of, library

MILLION = 1_000_000


def row(**fields) -> dict:
    return {"weight_millionths": MILLION, "value": None, "denominator": MILLION, **fields}


def test_a_day_of_a_job_plan_says_what_was_held_and_what_was_planned():
    day = row(theatre_sessions=1, clinic_sessions=1, endoscopy_sessions=0, acute_sessions=None)
    assert words_of(day, "jobplans") == "1 half-day in theatre, 1 half-day in clinic"
    assert words_of(row(leave_kind="study"), "jobplans") == "on leave (study)"
    assert words_of(row(leave_kind=None), "jobplans") == "nothing held"
    held = row(numerator=2000 * MILLION, denominator=1500 * MILLION)
    assert counts_words(held, library()["job-plan-sessions-delivered"]) == "2 of 1.50 sessions"
    weighed = row(numerator=1250 * MILLION, denominator=200 * MILLION)
    said = counts_words(weighed, library()["workload-stays"])
    assert said == "1.25 weighted stays, 0.20 whole-time weeks"


@pytest.mark.parametrize("code", library())
def test_every_column_that_a_line_speaks_of_is_read(code):
    definition = library()[code]
    read = columns_listed(definition)
    assert read[0] == RECORD_TYPES[definition.record].month_of
    known = {each.name for each in RECORD_TYPES[definition.record].columns}
    assert set(read) <= known | set(fields_of(definition.record))
    assert set(SHOWN.get(definition.record, HELD)) <= set(read)


def test_an_operation_says_its_theatre_and_the_minutes_it_adds():
    case = row(theatre="Theatre 4", specialty="110", session_planned_start=datetime(2026, 3, 2, 9))  # noqa: DTZ001
    assert words_of(case, "theatre") == "Theatre 4, 110"
    minutes = row(numerator=45 * MILLION, denominator=240 * MILLION)
    assert counts_words(minutes, library()["theatre-utilisation-capped"]) == "45 of 240 minutes"
    later = minutes | {"denominator": 0}  # the planned minutes stand with the list's first case
    assert counts_words(later, library()["theatre-utilisation-capped"]) == "45 minutes"


def test_an_attendance_says_its_outcome_and_which_total_it_adds_to():
    seen = row(attendance_type="follow_up", outcome="late_seen", slot_at=date(2026, 3, 2))
    assert words_of(seen, "clinics") == "follow up, late seen"
    seen |= {"numerator": MILLION, "denominator": 0}
    assert counts_words(seen, library()["follow-up-ratio"]) == "1 to 0"
    missed = row(numerator=0, denominator=MILLION)
    assert counts_words(missed, library()["did-not-attend"]) == "not counted"
