"""What every test may rely on: the same people everywhere (settings: suite_settings.py)."""

import gc
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as properties

# No test is held to a clock. What needs more or fewer examples says so itself.
properties.register_profile(
    "untimed", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
properties.load_profile("untimed")


def pytest_collection_finish() -> None:
    """What was imported stays: looking it over for garbage again and again took a twentieth."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
TODAY = date(2026, 7, 1)


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    """Hashing a password slowly is the point of Argon2, and not the point of these tests."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Whose words are refused here as PostgreSQL would; SQLite keeps words of any length.
MEASURED = {"history", "notices", "evaluation", "coding", "learning", "framework"}


@pytest.fixture(autouse=True, scope="session")
def nothing_is_longer_than_its_column():
    from django.db.models.signals import pre_save

    pre_save.connect(refuse_too_long, dispatch_uid="lengths")


def refuse_too_long(sender, instance, **_) -> None:
    if sender._meta.app_label not in MEASURED:
        return
    for field in sender._meta.concrete_fields:
        value = instance.__dict__.get(field.attname)
        most = getattr(field, "max_length", None)
        assert not (most and isinstance(value, str) and len(value) > most), (field, value)


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Path:
    """A data directory as `clinlead upgrade` makes it. Copy what you would change."""
    from made_once import made_once

    made = made_once("upgraded", upgrade, tmp_path_factory.getbasetemp())
    return shutil.copytree(made, tmp_path_factory.mktemp("installation"), dirs_exist_ok=True)


def upgrade(folder: Path) -> None:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("CLINLEAD_")}
    done = subprocess.run(
        [sys.executable, "-m", "clinlead.cli", "upgrade"],
        env={**surroundings, "CLINLEAD_DATA_DIR": str(folder), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def shared() -> Path:
    """The public data and reference results beside the project; skipped without them."""
    if not SHARED.exists():
        pytest.skip("needs ../shared beside the project")
    return SHARED


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def trust(db):
    """A small trust: two departments in two divisions, and the people every test knows."""
    from people import small_trust

    return small_trust()


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker, tmp_path_factory):
    """A quarter being prepared, the same for every file; what each test changes is rolled back."""
    from kept_worlds import world_of
    from small_release import quarter_prepared

    with world_of(
        quarter_prepared, tmp_path_factory.mktemp("prepared"), django_db_blocker
    ) as found:
        yield found


@pytest.fixture(scope="module")
def let_out(django_db_setup, django_db_blocker, tmp_path_factory):
    """The same quarter, released."""
    from kept_worlds import world_of
    from small_release import quarter_let_out

    with world_of(quarter_let_out, tmp_path_factory.mktemp("let-out"), django_db_blocker) as found:
        yield found
