"""Every route × every role × owner, teammate and stranger, generated from the URL resolver.

A route without a row fails; a row without a route fails; a method that no row names must not work.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction

sys.path.insert(0, str(Path(__file__).parent))
from routes import every_route
from rows import EVERYBODY, Row
from table import ROWS
from world import OWNER, OWNERS_NAME, VIEWERS, World, made_world

from kept_worlds import world_of

pytestmark = pytest.mark.django_db
ROUTES = every_route()
WORKS = {200, 201, 422}  # an answer that did something, or would have with other input
TRIES_OTHER_METHODS = ("clinician", "lead", "analyst", "sysadmin")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> World:
    with world_of(made_world, tmp_path_factory.mktemp("access"), django_db_blocker) as world:
        yield world


def answer(world: World, viewer: str | None, row: Row, method: str = "") -> tuple[int, str]:
    """Status and text; whatever the request changed is rolled back."""
    with transaction.atomic():
        response = world.ask(viewer, method or row.method, row.address, dict(row.data))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
        transaction.set_rollback(True)
    return response.status_code, body.decode(errors="replace")


def test_every_route_has_a_row_and_every_row_a_route():
    rows = {row.route for row in ROWS}
    assert set(ROUTES) - rows == set(), "routes without a row in tests/access/rooms"
    assert rows - set(ROUTES) == set(), "rows whose route is gone"


def test_the_table_names_only_people_there_are_and_each_once_a_row():
    assert set(EVERYBODY.split()) == set(VIEWERS)
    for row in ROWS:
        named = [who for answers in row.answers.values() for who in answers.split()]
        assert set(named) <= set(VIEWERS), row
        assert len(named) == len(set(named)), row


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_viewer_is_answered_as_the_table_says(world, db, row):
    expected = {viewer: row.expected(viewer) for viewer in (None, *VIEWERS)}
    answers = {viewer: answer(world, viewer, row) for viewer in expected}
    assert {viewer: status for viewer, (status, _) in answers.items()} == expected
    named = {v for v, (_, text) in answers.items() if OWNERS_NAME in text} - {OWNER}
    assert named <= row.readers, "the owner's name was shown to others"
    texts = (text for status, text in answers.values() if status == 200 and "</h1>" in text)
    assert not (jumps := {jump for text in texts for jump in jumps_in(text)}), jumps


def jumps_in(page: str) -> list[str]:
    """Headings that come more than one level below the one before them."""
    found = re.findall(r"<h([1-6])[ >].*?</h", page, re.DOTALL)
    return [f"h{b} after h{a}" for a, b in pairwise(map(int, found)) if b > a + 1]


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_method_without_a_row_does_nothing_for_anybody(world, db, route):
    rows = [row for row in ROWS if row.route == route]
    unnamed = {"GET", "POST"} - {row.method for row in rows}
    for method in unnamed:
        for viewer in TRIES_OTHER_METHODS:
            status, _ = answer(world, viewer, rows[0], method)
            assert status not in WORKS, f"{method} as {viewer}"
