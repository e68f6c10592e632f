"""Extracts in other shapes, loaded by the command: whole or not at all, recognised, withdrawn."""

import json

import pytest
from django.conf import settings

from clinlead.cli import main
from clinlead.intake.actions import withdraw_load
from clinlead.intake.models import Load, LoadState
from clinlead.intake.queries import activity, store
from other_sources import OMOP, omop

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
