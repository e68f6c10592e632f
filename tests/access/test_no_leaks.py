"""What is hidden is not counted, not hinted at in errors, and not found by searching."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from world import OWNERS_NAME, VIEWERS, World, made_world

from kept_worlds import world_of

pytestmark = pytest.mark.django_db
OUTSIDE = ("stranger", "otherlead", "hr", "executive", "wardstaff", "dpo", "evaluator", "sysadmin")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> World:
    with world_of(made_world, tmp_path_factory.mktemp("leaks"), django_db_blocker) as world:
        yield world


def text(world: World, viewer: str, address: str) -> str:
    return world.ask(viewer, "GET", address, {}).content.decode()


@pytest.mark.parametrize("viewer", OUTSIDE)
def test_lists_count_nothing_that_is_not_the_readers(world, db, viewer):
    for path in ("releases", "challenges"):
        answer = world.ask(viewer, "GET", f"/api/v1/{path}", {})
        assert answer.json()["count"] == 0, path
    assert "Cardiology" not in text(world, viewer, "/releases/")


@pytest.mark.parametrize("viewer", OUTSIDE)
def test_what_is_hidden_is_answered_as_what_does_not_exist(world, db, viewer):
    """Word for word, apart from the address: nobody learns that it is there."""
    pairs = [
        ("/releases/{released}/", "/releases/987654/"),
        ("/records/{record}/", "/records/spells:NOTHERE/"),
        ("/challenges/{challenge}/", "/challenges/987654/"),
        ("/api/v1/records/{record}", "/api/v1/records/spells:NOTHERE"),
        ("/api/v1/releases/{released}", "/api/v1/releases/987654"),
    ]
    for hidden, absent in pairs:
        one, other = (world.ask(viewer, "GET", path, {}) for path in (hidden, absent))
        assert one.status_code == other.status_code == 404, hidden
        assert without_addresses(one, hidden, world) == without_addresses(other, absent, world)


def without_tokens(text: str) -> str:
    """The form's token differs from page to page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def without_addresses(response, path: str, world: World) -> str:
    text = response.content.decode().replace(path.format(**world.names), "")
    return without_tokens(text)


@pytest.mark.parametrize(
    "viewer", sorted(set(VIEWERS) - {"clinician", "lead", "analyst", "director", "streamlead"})
)
def test_searching_for_a_name_finds_nobody_whose_figures_are_hidden(world, db, viewer):
    page = without_tokens(text(world, viewer, "/search/?q=Clinician"))
    assert OWNERS_NAME not in page
    missing = without_tokens(text(world, viewer, "/search/?q=Nobodyatall"))
    assert page.replace("Clinician", "") == missing.replace("Nobodyatall", "")


def test_a_file_of_records_holds_the_owners_own_and_nothing_that_names_a_patient(world, db):
    response = world.ask("clinician", "GET", "/me/figures/length-of-stay/records.csv", {})
    rows = b"".join(response.streaming_content) if response.streaming else response.content
    head = rows.decode("utf-8-sig").splitlines()[0]
    assert "patient_id" not in head
    assert "patient_key" not in head
    assert response["Content-Disposition"].startswith("attachment")
