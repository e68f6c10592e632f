"""The traps that MEASURES names for stays, by a store worked out by hand: one consultant a measure.

What each test proves is listed in docs/reference/traps.md, with the traps of the other measures.
"""

from pathlib import Path

import pytest

from clinmeasures.definitions import library
from clinmeasures.engine import Activity, compute_tallies

MILLION = 1_000_000
# L, lengths: a stay of 78 nights ends in March, ten of them after the patient was ready; two short
# ones, and a day case. A, readmissions of April (B has what follows them). P, predictions of May.
# S, summaries of May.
SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,ready_at,admission_method,patient_class,\
discharge_method,primary_diagnosis,admitting_consultant,discharging_consultant
1,P1,2026-01-01T10:00,2026-03-20T10:00,2026-03-10T09:00,emergency,inpatient,home,I214,L,L
2,P2,2026-03-01T10:00,2026-03-03T10:00,,emergency,inpatient,home,I214,L,L
3,P3,2026-03-02T08:00,2026-03-02T17:00,,elective,day_case,home,I214,L,L
4,P4,2026-03-05T10:00,2026-03-09T10:00,,emergency,inpatient,home,I214,L,L
11,P11,2026-04-01T10:00,2026-04-03T10:00,,emergency,inpatient,home,I214,B,A
12,P11,2026-04-20T10:00,2026-04-22T10:00,,emergency,inpatient,home,I214,B,B
13,P13,2026-04-01T10:00,2026-04-02T10:00,,emergency,inpatient,died,I214,A,A
14,P14,2026-04-01T10:00,2026-04-02T10:00,,emergency,inpatient,transferred,I214,A,A
15,P14,2026-04-05T10:00,2026-04-06T10:00,,emergency,inpatient,home,I214,B,B
16,P16,2026-04-01T10:00,2026-04-02T10:00,,emergency,inpatient,home,C509,A,A
17,P16,2026-04-05T10:00,2026-04-06T10:00,,emergency,inpatient,home,I214,B,B
18,P18,2026-04-01T10:00,2026-04-02T10:00,,maternity,inpatient,home,I214,A,A
19,P19,2026-04-01T10:00,2026-04-02T10:00,,emergency,inpatient,home,O800,A,A
20,P20,2026-04-01T08:00,2026-04-01T17:00,,elective,day_case,home,I214,A,A
21,P20,2026-04-10T10:00,2026-04-11T10:00,,emergency,inpatient,home,I214,B,B
22,P22,2026-04-01T10:00,2026-04-03T10:00,,emergency,inpatient,home,I214,A,A
23,P22,2026-05-02T10:00,2026-05-04T10:00,,emergency,inpatient,home,I214,B,B
24,P24,2026-04-01T10:00,2026-04-03T10:00,,emergency,inpatient,home,I214,A,A
25,P24,2026-05-03T10:00,2026-05-04T10:00,,emergency,inpatient,home,I214,B,B
26,P26,2026-04-05T10:00,2026-04-06T10:00,,emergency,inpatient,home,I214,A,A
27,P26,2026-04-10T10:00,2026-04-11T10:00,,elective,inpatient,home,I214,B,B
31,P31,2026-05-01T10:00,2026-05-02T10:00,,emergency,inpatient,home,I214,P,P
32,P32,2026-05-01T10:00,2026-05-02T10:01,,emergency,inpatient,home,I214,P,P
33,P33,2026-05-01T10:00,2026-05-05T10:00,,emergency,inpatient,home,I214,P,P
34,P34,2026-05-01T10:00,2026-05-09T10:00,2026-05-04T12:00,emergency,inpatient,home,I214,P,P
35,P35,2026-05-01T10:00,2026-05-09T10:00,,emergency,inpatient,home,I214,P,P
41,P41,2026-05-01T10:00,2026-05-05T10:00,,emergency,inpatient,home,I214,S,S
42,P42,2026-05-01T10:00,2026-05-05T10:00,,emergency,inpatient,died,I214,S,S
43,P43,2026-05-01T10:00,2026-05-05T10:00,,emergency,inpatient,home,I214,S,S
44,P44,2026-05-05T08:00,2026-05-05T17:00,,elective,day_case,home,I214,S,S
"""
# 33: the first entry on the second day, wrong, and put right on the last. 34: right for the day on
# which the patient was ready. 35: entered too late, and revised before that by nobody.
PREDICTIONS = """\
spell_id,entered_at,predicted_discharge_date,entered_by
31,2026-05-01T11:00,2026-05-02,N
32,2026-05-02T10:00,2026-05-02,N
33,2026-05-02T09:00,2026-05-02,N
33,2026-05-04T18:00,2026-05-05,N
34,2026-05-01T12:00,2026-05-04,N
35,2026-05-02T10:30,2026-05-09,N
"""
DOCUMENTS = """\
document_id,kind,refers_to,sent_at,author
D1,discharge_summary,41,2026-05-06T09:00,N
D2,discharge_summary,41,2026-05-06T18:00,N
D3,discharge_summary,43,2026-05-06T10:01,N
D4,discharge_summary,44,2026-05-05T16:00,N
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Activity:
    place: Path = tmp_path_factory.mktemp("activity")
    files = {"spells": SPELLS, "predictions": PREDICTIONS, "documents": DOCUMENTS}
    for name, text in files.items():
        (place / f"{name}.csv").write_text(text)
    return Activity(directory=place)


def figure(code: str, store: Activity, unit: str, month: str) -> tuple[int, int, int | None]:
    """Of one consultant's month: above the line, below it, and the values added up."""
    rows = compute_tallies([library()[code]], store).to_pylist()
    [row] = [each for each in rows if (each["unit"], each["month"]) == (unit, month)]
    return row["numerator"] // MILLION, row["denominator"] // MILLION, row["value_sum"]


def test_one_long_stay_makes_the_month_of_its_discharge_look_worse_and_stands_apart(store):
    # 78, 2 and 4 nights: a mean of 28, where the other two have one of 3. The day case is out.
    assert figure("length-of-stay", store, "L", "2026-03")[1:] == (3, 84)
    assert figure("length-of-stay-21-days", store, "L", "2026-03")[:2] == (1, 3)
    assert figure("length-of-stay-7-days", store, "L", "2026-03")[:2] == (1, 3)
    rows = compute_tallies([library()["length-of-stay-median"]], store).to_pylist()
    [median] = [row for row in rows if (row["unit"], row["month"]) == ("L", "2026-03")]
    assert median["histogram"] == '{"2":1000000,"4":1000000,"78":1000000}'


def test_days_after_the_patient_was_ready_stand_apart(store):
    assert figure("days-after-ready", store, "L", "2026-03")[1:] == (1, 10)


def test_an_index_is_no_death_transfer_cancer_pregnancy_or_day_case_and_counts_for_who_discharged(
    store,
):
    # 11 (back on day 17), 22 (on day 29), 24 (on day 30: too late), 26 (back, but as planned).
    assert figure("emergency-readmission-30d", store, "A", "2026-04")[:2] == (2, 4)
    # B admitted 11, and has only what came back: 12, 15, 17, 21 and 27.
    assert figure("emergency-readmission-30d", store, "B", "2026-04")[:2] == (0, 5)


def test_late_months_of_readmission_wait_for_look_ahead_and_coding(store):
    measure = library()["emergency-readmission-30d"]
    for last, complete in (("2026-06-19", False), ("2026-06-20", True)):
        rows = compute_tallies([measure], store, complete_to={"spells": last}).to_pylist()
        assert {r["complete"] for r in rows if r["month"] == "2026-04"} == {complete}


def test_the_first_entry_of_a_predicted_discharge_counts_and_short_stays_do_not(store):
    # 31 stayed 24 hours to the minute. 32 by the minute, 33 and 34 in time; 35 half an hour late.
    assert figure("predicted-discharge-recorded", store, "P", "2026-05")[:2] == (3, 4)


def test_a_prediction_is_judged_by_its_first_entry_and_against_the_day_of_being_ready(store):
    # 31, 32 and 35 on the day; 34 on the day of being ready. 33 was put right too late.
    assert figure("predicted-discharge-accuracy", store, "P", "2026-05")[:2] == (4, 5)


def test_a_summary_counts_by_its_first_sending_and_the_dead_need_none(store):
    # 41 after 23 hours and once more, 44 before the patient left; 43 a minute too late.
    assert figure("discharge-summary-24h", store, "S", "2026-05")[:2] == (2, 3)
