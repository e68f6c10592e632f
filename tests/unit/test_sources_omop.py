"""OMOP CDM 5.4 as data sets: what is read, what is not invented, what is refused."""

from datetime import date, datetime

import pytest

from clinmeasures.activity import UnreadableFile, prepare_load
from clinmeasures.sources import read_omop
from other_sources import OMOP, omop, silent

TODAY = date(2026, 11, 28)


moment = datetime.fromisoformat


def rows(staged, dataset):
    """The accepted rows of a data set, and its report."""
    with prepare_load([staged], dataset, today=TODAY) as prepared:
        return prepared.rows().to_pylist(), prepared.report


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    place = tmp_path_factory.mktemp("omop")
    work = tmp_path_factory.mktemp("work")
    return read_omop(omop(place / "tiny"), work, progress=silent)


def test_visits_become_spells_with_the_sources_own_words_where_ours_would_be_invented(tiny):
    spells, report = rows(tiny.datasets["spells"], "spells")
    first, second = spells
    assert (first["spell_id"], first["patient_id"], first["age_years"]) == ("10", "H1", 75)
    assert first["admitted_at"] == moment("2026-01-05T09:30")
    assert (first["admission_method"], first["discharge_method"]) == ("Inpatient Visit", "home")
    assert (first["discharging_consultant"], first["site"]) == ("C7", "Ward 3")
    assert first["admitting_consultant"] is None
    assert (second["admission_method"], second["discharge_method"]) == ("emergency", "died")
    assert (second["discharging_consultant"], second["age_years"]) == ("8", None)
    assert [(each.code, each.rows) for each in report.unlisted] == [("Inpatient Visit", 1)]
    assert "one provider a visit" in report.not_held["admitting_consultant"]
    assert report.not_held["ready_at"] == "OMOP does not say when a patient was ready to leave"


def test_a_visit_of_somebody_who_is_no_person_is_set_aside_by_its_row(tiny):
    _, report = rows(tiny.datasets["spells"], "spells")
    (reason,) = report.reasons
    assert (reason.kind, reason.column, reason.example_row) == ("missing", "patient_id", 5)


def test_episodes_ward_stays_diagnoses_attendances_and_deaths_come_along(tiny):
    episodes, _ = rows(tiny.datasets["episodes"], "episodes")
    by_start = sorted((e["started_at"], e["episode"], e["consultant"]) for e in episodes)
    assert by_start == [
        (moment("2026-01-05T09:30"), 1, "C7"),
        (moment("2026-01-06T08:00"), 2, "C7"),
    ]
    wards, _ = rows(tiny.datasets["wardstays"], "wardstays")
    assert [(ward["wardstay_id"], ward["ward"]) for ward in wards] == [("100", "Ward 3")]
    diagnoses, report = rows(tiny.datasets["diagnoses"], "diagnoses")
    assert {d["position"]: d["code"] for d in diagnoses} == {1: "I50.0", 2: "91302008"}
    assert "1 of 2 codes are not known to be ICD-10 (1 in SNOMED CT)" in report.notes[0]
    (attendance,), _ = rows(tiny.datasets["emergency"], "emergency")
    assert (attendance["reviewed_by"], attendance["decision"]) == ("C7", "admit")
    (death,), _ = rows(tiny.datasets["deaths"], "deaths")
    assert (death["patient_id"], death["died_on"]) == ("H2", date(2026, 2, 3))


def test_what_no_data_set_takes_is_said(tiny):
    assert tiny.empty == {"procedures": "there is no table PROCEDURE_OCCURRENCE"}
    assert tiny.notes[0].startswith("1 visits of the kind Outpatient Visit are left out")


def test_midnight_throughout_is_no_time_of_day(tmp_path):
    visits = OMOP["VISIT_OCCURRENCE"]
    for time in ("09:30", "10:00", "23:10", "08:00", "14:00", "16:30", "09:00"):
        visits = visits.replace(f" {time}:00", " 00:00:00")
    found = read_omop(omop(tmp_path / "d", VISIT_OCCURRENCE=visits), tmp_path, progress=silent)
    _, report = rows(found.datasets["spells"], "spells")
    assert report.without_time == {"admitted_at": 3, "discharged_at": 3}
    assert "days without a time of day" in report.notes[0]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"PERSON": None}, "has no table PERSON (PERSON.csv or .parquet), without which OMOP"),
        ({"CDM_SOURCE": None}, "has no table CDM_SOURCE"),
        ({"CDM_SOURCE": "cdm_version\n5.3\n"}, "CDM_SOURCE.csv: is of CDM version 5.3; only 5.4"),
        ({"CDM_SOURCE": "cdm_version,x\n,y\n"}, "CDM_SOURCE.csv: does not say the CDM's version"),
        ({"PERSON": "person,id\n1,2\n"}, "PERSON.csv: has no column person_id, which OMOP"),
        (
            {"PERSON": "person_id,year_of_birth\n1,1950\n2,1951\n1,1952\n"},
            "PERSON.csv, row 3: person_id 1 stands in 2 rows",
        ),
    ],
)
def test_what_is_no_cdm_of_ours_is_one_sentence(tmp_path, tables, said):
    with pytest.raises(UnreadableFile) as refused:
        read_omop(omop(tmp_path / "omop", **tables), tmp_path, progress=silent)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_broken_row_is_set_aside_with_its_number(tmp_path):
    visits = OMOP["VISIT_OCCURRENCE"] + "15,1,9201\n"
    found = read_omop(omop(tmp_path / "d", VISIT_OCCURRENCE=visits), tmp_path, progress=silent)
    _, report = rows(found.datasets["spells"], "spells")
    ragged = next(each for each in report.reasons if each.kind == "ragged row")
    assert (ragged.example_row, ragged.rows) == (6, 1)
    assert report.rows == report.accepted + report.quarantined == 4


def test_the_public_synthetic_cdm_is_read_whole(shared, tmp_path):
    found = read_omop(shared / "data" / "omop_synthea27nj", tmp_path, progress=silent)
    accepted = {name: len(rows(each, name)[0]) for name, each in found.datasets.items()}
    assert accepted == {
        "spells": 13,
        "episodes": 13,
        "diagnoses": 2,
        "procedures": 39,
        "emergency": 56,
        "deaths": 3,
    }
    spells, _ = rows(found.datasets["spells"], "spells")
    assert all(each["discharging_consultant"] for each in spells)
    assert found.notes[0].startswith("1,722 visits of the kind Outpatient Visit are left out")
