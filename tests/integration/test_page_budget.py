"""No page asks the database more than twenty questions, whoever reads it.

`count_queries` counts one page's; rooms add their pages to PAGES. The trust is in the middle of a
quarter: records to check, a challenge to settle, a release on its way.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lived_in import MEASURES, live_in
from people import OFFICES
from small_activity import computed_trust
from strategy_stated import stated

MOST = 20
FEWEST = 2  # the session and who it is: below that the counting itself is broken
LOGINS = ["clinician", "peer", "lead", "otherlead", *OFFICES]
PAGES = [
    "/",
    "/me/",
    "/me/readings/",
    "/me/second-factor/",
    "/rules/",
    "/help/",
    "/search/?q=dr",
    "/departments/",
    "/departments/cardiology/",
    "/departments/cardiology/names/",
    "/departments/cardiology/profiles/",
    "/measures/",
    "/measures/length-of-stay/",
    "/measures/length-of-stay/breaks/",
    "/strategy/",
    "/strategy/map/",
    "/strategy/measures/length-of-stay/",
    "/strategy/objectives/home-on-time/",
    "/strategy/outcomes/short-stays/",
    "/strategy/poor-performance/",
    "/strategy/mandates/",
    "/strategy/mandates/cardiology/",
    "/grants/",
    "/grants/give/",
    "/roles/",
    "/history/",
]


@pytest.fixture(scope="module")
def lived_in(django_db_setup, django_db_blocker, tmp_path_factory):
    with computed_trust(django_db_blocker, tmp_path_factory.mktemp("data"), MEASURES) as trust:
        live_in(trust)
        stated(trust)
        yield trust


def count_queries(client, path: str) -> int:
    """How many questions one page asks, sessions and sign-in included."""
    client.get(path)  # what is only asked once a process is not counted
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_asks_more_than_twenty_questions(client, db, lived_in, login):
    client.force_login(lived_in.accounts[login])
    asked = {path: count_queries(client, path) for path in PAGES}
    assert min(asked.values()) >= FEWEST
    assert not {path: number for path, number in asked.items() if number > MOST}


def test_the_quarters_steps_are_few_questions_too(client, db, lived_in):
    client.force_login(lived_in.lead)
    path = f"/quarters/{lived_in.release.pk}/"
    assert client.get(path).status_code == 200
    assert FEWEST <= count_queries(client, path) <= MOST
