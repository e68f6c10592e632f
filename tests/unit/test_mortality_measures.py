"""Deaths within 30 days: crude, against a model and case by case, on a store worked out by hand."""

from pathlib import Path

import pytest

from clinmeasures.definitions import library
from clinmeasures.engine import Activity, compute_records, compute_tallies

# P1: two stays within 30 days, then death at home: the later stay's alone, with two procedures.
# P2: dies on day 30; P3 on day 31. P4: a day case. P5: no risk, for no age was recorded.
# P6: dies in hospital, and the linked data say so too. P7: goes home.
SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,patient_class,discharge_method,discharging_consultant,primary_procedure
1,P1,2026-03-01T10:00,2026-03-03T10:00,emergency,inpatient,home,A,
2,P1,2026-03-10T10:00,2026-03-14T10:00,emergency,inpatient,home,B,K40.1
3,P2,2026-03-05T10:00,2026-03-06T10:00,elective,inpatient,home,A,
4,P3,2026-03-05T10:00,2026-03-07T10:00,elective,inpatient,home,A,
5,P4,2026-03-05T10:00,2026-03-05T18:00,elective,day_case,home,A,
6,P5,2026-03-05T10:00,2026-03-08T10:00,emergency,inpatient,died,A,
7,P6,2026-03-05T10:00,2026-03-09T10:00,emergency,inpatient,died,A,
8,P7,2026-03-05T10:00,2026-03-04T10:00,emergency,inpatient,home,A,
9,P7,2026-03-08T10:00,2026-03-11T10:00,emergency,inpatient,home,A,
"""
DEATHS = """\
patient_id,died_on,source
P1,2026-03-20,linked
P2,2026-04-04,linked
P3,2026-04-05,linked
P4,2026-03-06,linked
P6,2026-03-09,linked
"""
PROCEDURES = """\
procedure_id,spell_id,code,performed_at,surgeon
1,2,K40.1,2026-03-11T09:00,S
2,2,K63.3,2026-03-12T09:00,T
"""
RISKS = (
    "key,risk\n1,100000000\n2,400000000\n3,50000000\n4,50000000\n5,1000000\n7,300000000\n"
    "8,1000000\n9,200000000\n"
)
MILLION = 1_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Activity:
    place: Path = tmp_path_factory.mktemp("activity")
    files = {"spells": SPELLS, "deaths": DEATHS, "procedures": PROCEDURES}
    for name, text in files.items():
        (place / f"{name}.csv").write_text(text)
    (place / "risks").mkdir()
    (place / "risks" / "mortality-30d.csv").write_text(RISKS)
    return Activity(directory=place)


def test_each_death_is_counted_once_and_set_against_the_same_stays_risks(store):
    measure = library()["mortality-30d-expected"]
    rows = compute_tallies([measure], store).to_pylist()
    names = ("n", "observed", "risk_sum")
    # A: 3 (day 30), 4 (day 31, alive), 7, 9. Not 1 (another stay follows within 30 days), 5 (day
    # case), 6 (no risk), 8 (followed by 9). B: 2, once.
    assert {row["unit"]: tuple(row[name] for name in names) for row in rows} == {
        "A": (4, 2, 600_000_000),
        "B": (1, 1, 400_000_000),
    }
    behind = compute_records(measure, store, unit="A").to_pylist()
    assert {row["_key"] for row in behind} == {"3", "4", "7", "9"}
    assert sum(row["risk"] for row in behind) == 600_000_000
    assert sum(row["numerator"] for row in behind) == 2 * MILLION


def test_two_procedures_of_one_stay_are_one_death_of_one_surgeon(store):
    measure = library()["mortality-30d-expected"]
    rows = compute_tallies([measure], store, rules=["operating"]).to_pylist()
    assert [(r["unit"], r["observed"], r["n"]) for r in rows if r["unit"] != "unattributed"] == [
        ("S", 1, 1)
    ]


def test_cases_stand_in_the_order_of_discharge_with_their_risks(store):
    found = compute_records(library()["mortality-30d-sequence"], store, unit="A").to_pylist()
    assert [(row["_key"], row["numerator"] // MILLION, row["risk"]) for row in found] == [
        ("3", 1, 50_000_000),
        ("4", 0, 50_000_000),
        ("7", 1, 300_000_000),
        ("9", 0, 200_000_000),
    ]
    assert compute_tallies([library()["mortality-30d-sequence"]], store).num_rows == 0


def test_the_crude_figure_counts_the_stay_that_no_model_could_score(store):
    rows = compute_tallies([library()["mortality-30d"]], store).to_pylist()
    crude = {row["unit"]: (row["numerator"] // MILLION, row["n"]) for row in rows}
    assert crude == {"A": (3, 5), "B": (1, 1)}
