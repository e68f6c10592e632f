"""No page asks the database more than twenty questions, whoever reads it.

`count_queries` walks pages as one person; rooms add their pages to PAGES.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinlead.measures.actions import register_library
from conftest import NOW
from people import OFFICES

MOST = 20
LOGINS = ["clinician", "lead", "otherlead", *OFFICES]
PAGES = [
    "/",
    "/me/",
    "/me/readings/",
    "/me/second-factor/",
    "/rules/",
    "/help/",
    "/search/?q=ca",
    "/departments/",
    "/departments/cardiology/",
    "/measures/",
    "/measures/length-of-stay/",
    "/grants/",
    "/grants/give/",
    "/roles/",
    "/history/",
    "/challenges/",
    "/releases/",
    "/loads/",
    "/me/records/",
    "/me/figures/",
    "/departments/cardiology/figures/",
]


def count_queries(client, path: str) -> int:
    """How many questions one page asks, sessions and sign-in included."""
    client.get(path)  # what is only asked once a process is not counted
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(path)
    return len(asked)


@pytest.fixture
def lived_in(trust):
    register_library(at=NOW)
    return trust


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_asks_more_than_twenty_questions(client, lived_in, login):
    client.force_login(lived_in.accounts[login])
    asked = {path: count_queries(client, path) for path in PAGES}
    assert not {path: number for path, number in asked.items() if number > MOST}
