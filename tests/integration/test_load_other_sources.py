"""Extracts in other shapes, loaded by the command: whole or not at all, recognised, withdrawn."""

import json
from datetime import datetime

import pytest
from django.conf import settings
from openpyxl import Workbook

from clinlead.cli import main
from clinlead.intake.actions import withdraw_load
from clinlead.intake.models import Load, LoadState
from clinlead.intake.queries import activity, store
from databases import postgres_server
from other_sources import FHIR, OMOP, fhir, omop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    monkeypatch.setattr(settings, "AFTER_LOADS", [])


def refusal(capsys, *arguments) -> str:
    """The one sentence of a refused command; nothing is in use or in the store."""
    assert main(["load", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert not Load.objects.filter(state="active").exists()
    assert not list(store().rglob("*.parquet"))
    assert not list(store().parent.glob("intake/reading/*"))
    return err


def said_by(capsys, *arguments) -> dict:
    """The JSON document of a command."""
    assert main(["load", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_omop_folder_is_loaded_whole_recognised_and_withdrawn(trust, tmp_path, capsys, now):
    folder = omop(tmp_path / "omop")
    said = said_by(capsys, "omop", folder)
    loads = {each["dataset"]: each for each in said["loads"]}
    assert [loads[name]["report"]["accepted"] for name in ("spells", "deaths")] == [2, 1]
    assert loads["spells"]["report"]["quarantined"] == 1
    assert "ready_at" in loads["spells"]["report"]["not_held"]
    assert said["not_loaded"]["procedures"] == "there is no table PROCEDURE_OCCURRENCE"
    assert set(activity().active) == set(loads)
    assert set(Load.objects.values_list("source", flat=True)) == {"omop"}
    again = said_by(capsys, "omop", folder)
    assert all(each["already_loaded"] for each in again["loads"])
    assert Load.objects.count() == len(loads)
    withdraw_load(number=loads["spells"]["load"], because="wrong cut", by=trust.analyst, at=now)
    assert "spells" not in activity().active


def test_a_mapping_puts_our_words_in_place_of_the_sources(trust, tmp_path, capsys):
    mapping = tmp_path / "ours.toml"
    mapping.write_text(
        'dataset = "spells"\nsource = "warehouse"\n'
        '[values.admission_method]\n"Inpatient Visit" = "elective"\n'
    )
    said = said_by(capsys, "omop", omop(tmp_path / "o"), "--mapping", mapping, "--dry-run")
    assert said["loads"][0]["report"]["unlisted"] == []
    assert not Load.objects.exists()
    mapping.write_text('[values.admission_method]\n"x" = "elective"\n')
    assert "does not say which data set" in refusal(
        capsys, "omop", tmp_path / "o", "--mapping", mapping
    )


def test_one_data_set_that_cannot_be_used_stops_them_all(trust, tmp_path, capsys):
    deaths = "person_id,death_date\n2,soon\n"
    said = refusal(capsys, "omop", omop(tmp_path / "omop", DEATH=deaths))
    assert "deaths: none of the 1 rows can be used; nothing was loaded" in said
    assert {each.state for each in Load.objects.all()} == {LoadState.FAILED}


def test_what_is_no_omop_folder_is_one_sentence(trust, tmp_path, capsys):
    assert "is no folder" in refusal(capsys, "omop", tmp_path / "absent")
    assert "give the one folder" in refusal(capsys, "omop")
    empty = dict.fromkeys(OMOP, None) | {
        "CDM_SOURCE": OMOP["CDM_SOURCE"],
        "PERSON": OMOP["PERSON"],
        "VISIT_OCCURRENCE": OMOP["VISIT_OCCURRENCE"].split("10,1")[0] + "13,1,9202,,,,,,,,,\n",
    }
    assert "no data set has a row" in refusal(capsys, "omop", omop(tmp_path / "none", **empty))


def test_a_fhir_export_is_loaded_whole_and_a_broken_line_keeps_all_of_it_out(
    trust, tmp_path, capsys
):
    broken = "\n".join([json.dumps(FHIR["Condition"][0]), "{"])
    said = refusal(capsys, "fhir", fhir(tmp_path / "fhir", Condition=broken))
    assert "Condition.000.ndjson, line 2: is not JSON" in said
    said = said_by(capsys, "fhir", fhir(tmp_path / "fhir"))
    loads = {each["dataset"]: each for each in said["loads"]}
    assert loads["spells"]["report"]["accepted"] == 2
    assert loads["spells"]["report"]["quarantined"] == 1
    assert any("name nobody here" in note for note in said["notes"])
    assert set(activity().active) == set(loads)


ROWS = (
    "SELECT * FROM (VALUES ('S1', 'P1', CAST('2026-01-05 09:30' AS timestamp), 'elective', 70.0), "
    "('S2', 'P%1:x', CAST('2026-01-06 09:30' AS timestamp), 'elective', 200.5)) AS rows "
    "(spell_id, patient_id, admitted_at, admission_method, age_years)"
)


def test_a_query_of_postgresql_fills_a_data_set(trust, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("OURS", postgres_server().get_uri())
    asked = ["spells", "--query", ROWS, "--dsn", "env:OURS", "--source", "PAS"]
    said = said_by(capsys, *asked)
    assert (said["report"]["accepted"], said["report"]["quarantined"]) == (1, 1)
    assert said["report"]["files"][0]["label"] == "the query"
    assert said["report"]["not_held"]["discharged_at"] == "the source has no column for it"
    assert said_by(capsys, *asked)["already_loaded"]
    assert Load.objects.get().file_name == "the query"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM nowhere", 'refused the query: relation "nowhere" does not exist'),
        ("SELECT 1 AS a, 2 AS a", "returns two columns named 'a'"),
        ("SELECT 1 AS spell_id WHERE false", "the query found no row"),
        ("CREATE TABLE ours (a int)", 'refused the query: syntax error at or near "CREATE". Mend'),
    ],
)
def test_what_is_wrong_with_a_query_is_one_sentence(trust, capsys, query, said):
    address = postgres_server().get_uri()
    assert said in refusal(capsys, "spells", "--query", query, "--dsn", address)


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("nonsense", "is no connection string"),
        ("foo://host/base", "'foo' is no kind of database"),
        ("mssql+pyodbc://us:secret@host/base", "the driver for mssql+pyodbc is not installed"),
        ("postgresql://us:secret@127.0.0.1:1/base", "the database cannot be reached"),
        ("env:NOT_THERE", "there is no environment variable NOT_THERE"),
        ("", "give --query and --dsn together"),
    ],
)
def test_what_is_wrong_with_a_connection_string_is_said_without_its_password(
    trust, capsys, dsn, said
):
    refused = refusal(capsys, "spells", "--query", "SELECT 1", "--dsn", dsn)
    assert said in refused
    assert "secret" not in refused


def test_a_workbook_is_loaded_by_its_sheet(trust, tmp_path, capsys):
    book = Workbook()
    book.active.append(["spell_id", "patient_id", "admitted_at", "admission_method"])
    book.active.append(["S1", 4001, datetime.fromisoformat("2026-01-05T09:30"), "elective"])
    book.create_sheet("Notes")
    book.save(tmp_path / "pas.xlsx")
    assert "has no sheet 'May'" in refusal(
        capsys, "spells", tmp_path / "pas.xlsx", "--sheet", "May"
    )
    said = said_by(capsys, "spells", tmp_path / "pas.xlsx", "--sheet", "Sheet")
    assert said["report"]["accepted"] == 1
    assert Load.objects.get(state="active").file_name == "pas.xlsx"
