"""Checks of data sets as data: every data set has some, each with an owner; no pass for nothing."""

from datetime import date

import pytest

from clinmeasures.activity import RECORD_TYPES, prepare_load
from clinmeasures.activity.expectations import (
    answered,
    checked,
    expectation,
    expectations,
    failing,
    owner_of,
)
from clinmeasures.errors import BadInput

TODAY = date(2026, 11, 28)
CSV = """spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant,\
patient_class,decided_to_admit_at
S1,P1,2026-01-05 09:30,2026-01-07,elective,,day_case,
S2,P1,2026-01-05 09:30,,elective,C1,inpatient,2026-02-02
S3,P1,2026-01-05 09:30,2026-01-04,elective,C1,inpatient,
"""


@pytest.mark.parametrize("dataset", RECORD_TYPES)
def test_every_data_set_has_checks_with_an_owner_and_a_severity(dataset):
    rules = expectations(dataset)
    assert rules
    assert len({rule.code for rule in rules}) == len(rules)
    assert all(rule.owner and rule.says.endswith(".") for rule in rules)
    assert owner_of(dataset)


@pytest.fixture
def prepared(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text(CSV)
    with prepare_load([path], "spells", today=TODAY) as load:
        yield load


def test_only_rows_that_a_check_applies_to_can_pass_it(prepared):
    found = {each.code: each for each in checked(prepared)}
    consultant = found["consultant-at-discharge"]
    assert (consultant.answer, consultant.applicable, consultant.failed) == ("failed", 1, 1)
    assert consultant.examples == (1,)
    assert (found["decided-before-admission"].failed, found["no-overnight-day-case"].failed) == (
        1,
        1,
    )
    absent = found["diagnosis-in-icd10"]
    assert (absent.answer, absent.applicable) == ("cannot be checked", 0)
    assert absent.because == "primary_diagnosis: the source has no column for it"


@pytest.mark.parametrize(
    ("found", "answer"),
    [((0, 0, None), "not applicable"), ((3, 0, None), "passed"), ((3, 1, [2]), "failed")],
)
def test_nothing_to_ask_is_never_a_pass(found, answer):
    assert answered(expectations("spells")[0], found, {}).answer == answer


def test_every_failing_row_is_listed_with_its_owner(prepared):
    rows = {(each.code, each.key, each.row): each.owner for each in failing(prepared)}
    assert rows == {
        ("consultant-at-discharge", "S1", 1): "Patient administration system",
        ("no-overnight-day-case", "S1", 1): "Patient administration system",
        ("decided-before-admission", "S2", 2): "Patient administration system",
        ("set aside: negative stay", "S3", 3): "Patient administration system",
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"severity": "awful"}, "its severity must be serious or minor"),
        ({"weight": 3}, "weight is no part of a check"),
        ({"holds": [{"field": "colour", "present": True}]}, "colour is no column of spells"),
        ({"holds": [{"field": "sex", "sounds_like": "x"}]}, "sounds_like is no test"),
    ],
)
def test_a_check_outside_the_grammar_is_refused(changed, said):
    rule = {"code": "a", "says": "b.", "severity": "minor", "holds": []} | changed
    with pytest.raises(BadInput, match=said):
        expectation(rule, "us", RECORD_TYPES["spells"])
