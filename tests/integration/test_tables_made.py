"""Tables are made from the models where there are none, and are those that migrating makes."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import sqlglot

KILLED = """
import django; django.setup()
from clinlead.pages import tables
tables.make_from_models()
"""


def run(data, *command):
    surroundings = os.environ | {
        "CLINLEAD_DATA_DIR": str(data),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "clinlead.settings",
    }
    done = subprocess.run(
        [sys.executable, *command], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def made_in(data) -> dict[str, list[str]]:
    """Each table and index with its columns and constraints, in no order."""
    with closing(sqlite3.connect(data / "clinlead.sqlite3")) as held:
        found = held.execute("select name, sql from sqlite_master where sql is not null")
        return {name: parts(sql) for name, sql in found if not name.startswith("sqlite_")}


def parts(sql: str) -> list[str]:
    made = sqlglot.parse_one(sql, "sqlite")
    columns = getattr(made.this, "expressions", [])
    return sorted(each.sql("sqlite") for each in columns) or [made.sql("sqlite")]


def noted_in(data) -> set:
    with closing(sqlite3.connect(data / "clinlead.sqlite3")) as held:
        return {*held.execute("select app, name from django_migrations")}


def test_they_are_what_migrating_from_the_first_version_makes(installation, tmp_path):
    run(tmp_path, "-m", "django", "migrate", "--verbosity", "0")
    run(tmp_path, "-m", "django", "createcachetable")
    assert len(made_in(tmp_path)) > 300
    assert made_in(installation) == made_in(tmp_path)
    assert noted_in(installation) == noted_in(tmp_path)


def test_a_making_that_was_killed_is_gone_on_with(tmp_path, installation):
    run(tmp_path, "-c", KILLED)
    with pytest.raises(sqlite3.OperationalError):
        noted_in(tmp_path)
    assert "now of this version" in run(tmp_path, "-m", "clinlead.cli", "upgrade")
    assert made_in(tmp_path) == made_in(installation)
    assert noted_in(tmp_path) == noted_in(installation)
    assert "already of this version" in run(tmp_path, "-m", "clinlead.cli", "upgrade")
