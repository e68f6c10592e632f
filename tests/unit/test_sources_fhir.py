"""FHIR R4 bulk NDJSON as data sets: references resolved, broken lines named, circles refused."""

import json
from datetime import date, datetime

import pytest

from clinmeasures.activity import UnreadableFile, prepare_load
from clinmeasures.sources import read_fhir
from other_sources import FHIR, encounter, fhir, resource, silent

TODAY = date(2026, 11, 28)
moment = datetime.fromisoformat


def rows(staged, dataset):
    """The accepted rows of a data set, and its report."""
    with prepare_load([staged], dataset, today=TODAY) as prepared:
        return prepared.rows().to_pylist(), prepared.report


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    place = tmp_path_factory.mktemp("fhir")
    return read_fhir(fhir(place / "tiny"), tmp_path_factory.mktemp("work"), progress=silent)


def test_every_kind_of_reference_is_resolved(tiny):
    (first, second), report = rows(tiny.datasets["spells"], "spells")
    assert (first["spell_id"], first["patient_id"], first["age_years"]) == ("e1", "H1", 75)
    assert first["discharging_consultant"] == "C1"
    assert (first["admission_method"], first["discharge_method"]) == ("emergency", "died")
    assert first["admitted_at"] == moment("2026-01-05T09:30")
    assert (second["patient_id"], second["admission_method"]) == ("H2", "IMP")
    assert first["admitting_consultant"] is None
    assert report.not_held["ready_at"].startswith("an encounter does not say")
    (reason,) = report.reasons
    assert (reason.column, reason.example_row) == ("patient_id", 4)


def test_a_name_that_two_share_is_counted_and_stays_as_it_stands(tiny):
    (_, second), _ = rows(tiny.datasets["spells"], "spells")
    assert second["discharging_consultant"] == "C2"
    said = "1 references to a Practitioner name nobody here, or more than one, for example "
    assert any(n.startswith(said + "Encounter.000.ndjson, line 2") for n in tiny.notes)
    assert any("Patient name nobody here" in n and "line 4" in n for n in tiny.notes)
    assert any("(1 AMB)" in note for note in tiny.notes)


def test_a_part_of_a_spell_is_an_episode_of_it_and_its_conditions_are_the_spells(tiny):
    episodes, _ = rows(tiny.datasets["episodes"], "episodes")
    assert sorted((e["spell_id"], e["episode"], e["consultant"]) for e in episodes) == [
        ("e1", 1, "C1"),
        ("e1", 2, "C1"),
        ("e2", 1, "C2"),
    ]
    (diagnosis,), report = rows(tiny.datasets["diagnoses"], "diagnoses")
    assert (diagnosis["spell_id"], diagnosis["code"], report.notes) == ("e1", "I50.0", ())
    (stay,), _ = rows(tiny.datasets["wardstays"], "wardstays")
    assert (stay["spell_id"], stay["ward"]) == ("e1", "Ward 3")
    assert len(rows(tiny.datasets["emergency"], "emergency")[0]) == 1
    assert rows(tiny.datasets["deaths"], "deaths")[0][0]["died_on"] == date(2026, 2, 3)
    assert tiny.empty == {"procedures": "no file holds Procedure resources"}


def test_vocabularies_other_than_ours_are_named_with_how_many_codes_are_in_each(tmp_path):
    place = {"encounter": {"reference": "Encounter/e1"}}
    said = [("http://snomed.info/sct", "84114007"), ("http://snomed.info/sct", "38341003")]
    conditions = [
        resource("Condition", f"c{n}", code={"coding": [{"system": system, "code": code}]}, **place)
        for n, (system, code) in enumerate([*said, ("http://hl7.org/fhir/sid/icd-10", "I50.0")])
    ]
    conditions.append(resource("Condition", "c9", code={"coding": [{"code": "hf"}]}, **place))
    found = read_fhir(fhir(tmp_path / "f", Condition=conditions), tmp_path, progress=silent)
    (note,) = found.datasets["diagnoses"].notes
    assert note.startswith(
        "3 of 4 codes are not known to be ICD-10 (2 in SNOMED CT, 1 in no stated vocabulary)"
    )


def test_what_was_withdrawn_or_did_not_take_place_is_left_out_and_counted(tmp_path):
    patient = {"reference": "Patient/p1"}
    stays = [
        encounter(name, patient) | {"status": status}
        for name, status in (("e1", "finished"), ("e2", "entered-in-error"), ("e3", "cancelled"))
    ]
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    wrong = resource("Condition", "c1", encounter={"reference": "Encounter/e1"}, **refuted)
    place = fhir(tmp_path / "f", Encounter=stays, Condition=[wrong])
    found = read_fhir(place, tmp_path, progress=silent)
    assert [each["spell_id"] for each in rows(found.datasets["spells"], "spells")[0]] == ["e1"]
    said = [note for note in found.notes if "by their own status" in note]
    assert [note.split(" left out")[0] for note in said] == [
        "2 Encounter resources",
        "1 Condition resource",
    ]


LINES = [json.dumps(each) for each in FHIR["Encounter"]]
IN_R5 = {**encounter("e1", {"reference": "Patient/p1"}), "class": [{"coding": [{"code": "IMP"}]}]}


def part(id_: str, of: str) -> dict:
    return encounter(id_, {"reference": "Patient/p1"}, partOf={"reference": f"Encounter/{of}"})


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"Encounter": None}, "no .ndjson file in it holds Encounter resources"),
        (
            {"Encounter": "\n".join([*LINES[:2], LINES[2][:-30], *LINES[3:]])},
            "Encounter.000.ndjson, line 3: is not JSON (",
        ),
        ({"Encounter": LINES[0] + "\n\n[1]\n"}, "line 3: is JSON, but no FHIR resource"),
        (
            {"Encounter": [FHIR["Encounter"][0], FHIR["Patient"][0]]},
            "Encounter.000.ndjson, line 2: is no Encounter, as the file's first line is",
        ),
        ({"Encounter": [IN_R5]}, "line 1: its class is a list, as in FHIR R5"),
        (
            {"Encounter": [part("a", "b"), part("b", "c"), part("c", "b")]},
            "line 2: Encounter/b is part of Encounter/c is part of Encounter/b, so it is part of",
        ),
        (
            {"Location": [resource("Location", "x", partOf={"reference": "Location/x"})]},
            "Location/x is part of Location/x",
        ),
        ({"Patient": [FHIR["Patient"][0]] * 2}, "line 2: Patient/p1 stands in 2 lines"),
    ],
    ids=["absent", "broken", "no resource", "two kinds", "R5", "circle", "own part", "twin"],
)
def test_what_is_broken_is_one_sentence_with_its_file_and_line(tmp_path, kinds, said):
    with pytest.raises(UnreadableFile) as refused:
        read_fhir(fhir(tmp_path / "fhir", **kinds), tmp_path, progress=silent)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_line_that_is_not_utf8_is_named(tmp_path):
    folder = fhir(tmp_path / "fhir")
    with (folder / "Encounter.000.ndjson").open("ab") as file:
        file.write(b'{"resourceType": "Encounter", "id": "\xff"}\n')
    with pytest.raises(UnreadableFile, match="line 8: is not UTF-8"):
        read_fhir(folder, tmp_path, progress=silent)


def test_the_public_bulk_export_is_read_whole(shared, tmp_path):
    found = read_fhir(shared / "data" / "fhir_synthea10", tmp_path, progress=silent)
    spells, _ = rows(found.datasets["spells"], "spells")
    assert len(spells) == 49
    assert all(len(each["discharging_consultant"]) == 10 for each in spells)
    assert not any("name nobody" in note for note in found.notes)
    assert len(rows(found.datasets["emergency"], "emergency")[0]) == 23
    assert len(rows(found.datasets["deaths"], "deaths")[0]) == 3
