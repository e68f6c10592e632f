"""`clinlead load` as a person in a terminal meets it."""

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

from clinlead.cli import main
from clinlead.intake.models import Load

pytestmark = pytest.mark.django_db

CSV = (
    "spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant\n"
    "S1,P1,2026-01-05T09:30,2026-01-07,elective,C-clinician\n"
    "S2,P2,2026-01-06T09:30,2026-01-05,elective,C-clinician\n"
)


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    monkeypatch.setattr(settings, "AFTER_LOADS", [])


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text(CSV)
    return path


def refusal(capsys, *arguments) -> str:
    """The one sentence of a refused command."""
    assert main(["load", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert not Load.objects.filter(state="active").exists()
    return err


def test_a_load_says_what_became_of_every_row(trust, extract, capsys):
    assert main(["load", "spells", str(extract)]) == 0
    said = capsys.readouterr().out
    assert "Load 1: 1 of 2 rows of spells accepted, 1 quarantined" in said
    assert "negative stay, for example row 2: discharged_at 2026-01-05 00:00 is before" in said
    assert main(["load", "spells", str(extract)]) == 0
    assert "This extract is loaded already: load 1 of" in capsys.readouterr().out


def test_a_dry_run_names_the_checks_that_rows_fail(trust, tmp_path, capsys):
    plan = tmp_path / "plans.csv"
    plan.write_text("person_code,from,activity,sessions_per_week\nP1,2026-01-01,dcc,99\n")
    assert main(["load", "jobplans", str(plan), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "pass every check" not in said
    assert (
        "a serious check fails in 1 of 1 rows, for example row 1: No activity takes more than 14 "
        "sessions a week. Human resources answers for it; the rows count." in said
    )


def test_json_is_one_document_and_nothing_else(trust, extract, capsys):
    assert main(["load", "spells", str(extract), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["load"] == 1
    assert said["report"]["accepted"] == 1
    assert {each["part"] for each in said["quality"]["parts"]} >= {"completeness", "attribution"}


def test_a_dry_run_writes_the_quarantine_and_loads_nothing(trust, extract, capsys, tmp_path):
    out = tmp_path / "aside.csv"
    assert main(["load", "spells", str(extract), "--dry-run", "--quarantine", str(out)]) == 0
    assert "Nothing was loaded (dry run)" in capsys.readouterr().out
    assert "is before admitted_at" in out.read_text()
    assert not Load.objects.exists()


def test_standard_input_is_read(trust, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(CSV.encode())))
    assert main(["load", "spells", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"]["accepted"] == 1


def test_what_is_wrong_is_one_sentence_and_exit_status_2(trust, extract, tmp_path, capsys):
    assert "'spell' is no data set" in refusal(capsys, "spell", extract)
    assert "no such file" in refusal(capsys, "spells", tmp_path / "absent.csv")
    assert "no file was given" in refusal(capsys, "spells")
    assert "--covers" in refusal(capsys, "spells", extract, "--covers", "January")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[columns]\nspel = 'x'\n")
    said = refusal(capsys, "spells", extract, "--mapping", wrong)
    assert "wrong.toml, line 2: spel is no column of spells" in said


def test_a_database_that_is_not_set_up_is_told_without_a_traceback(extract, tmp_path):
    surroundings = os.environ | {"CLINLEAD_DATA_DIR": str(tmp_path / "fresh"), "DATABASE_URL": ""}
    command = [sys.executable, "-m", "clinlead.cli", "load", "spells", str(extract)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Run `clinlead upgrade`" in done.stderr
    assert "Traceback" not in done.stderr
