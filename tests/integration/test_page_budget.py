"""No page asks the database more than twenty questions, whoever reads it.

`count_queries` counts one page's; rooms add their pages to PAGES. The trust is in the middle of a
quarter: records to check, a challenge to settle, a release on its way.
"""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import rated
from clinlead.figures.keeping import department_months
from clinlead.figures.models import TallyMonth
from clinlead.figures.queries import Wanted, is_person, membership
from clinlead.framework.starting import before_and_after, measured
from lived_in import MEASURES, live_in
from people import OFFICES
from reviewed import agreed, begun
from small_activity import computed_trust
from strategy_stated import stated
from streams_run import set_up

MOST = 20
FEWEST = 2  # the session and who it is: below that the counting itself is broken
REVIEW_PAGES = ("", "write/", "agreed/", "objective/")
NOW = timezone.now()
LOGINS = ["clinician", "peer", "lead", "otherlead", *OFFICES]
PAGES = [
    "/",
    "/home/meetings/",
    "/home/streams/",
    "/me/",
    "/me/readings/",
    "/me/export/",
    "/me/second-factor/",
    "/rules/",
    "/help/",
    "/search/?q=dr",
    "/departments/",
    "/departments/cardiology/",
    "/departments/cardiology/names/",
    "/departments/cardiology/profiles/",
    "/job-plans/",
    "/job-plans/cardiology/",
    "/learning/",
    "/learning/?topic=variation",
    "/learning/lessons/variation/",
    "/forum/",
    "/coding/",
    "/results/",
    "/framework/",
    "/framework/starts/",
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
    "/streams/",
    "/streams/heart-failure/",
    "/streams/heart-failure/history/",
    "/streams/heart-failure/people/",
    "/streams/heart-failure/members/",
    "/streams/heart-failure/back/",
    "/streams/heart-failure/waive/sponsor/",
    "/streams/template/",
    "/streams/template/edit/",
    "/streams/preconditions/",
    "/streams/help/",
    "/improvement/",
    "/improvement/drivers/",
    "/improvement/drivers/short-stays/",
    "/governance/",
    "/safety/",
    "/feedback/",
    "/feedback/begin/",
    "/reviews/",
    "/reviews/begin/",
    "/reviews/counts/",
    "/releases/",
    "/opened/",
    "/corrections/",
    "/case-mix/",
    "/quality/spells/rows/",
    "/evaluation/",
    "/evaluation/begin/",
    "/data-protection/retention/",
    "/data-protection/requests/",
    "/data-protection/disclosures/",
    "/me/erasure/",
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
        set_up(trust)
        set_up(trust, "Chest pain", trust.cardiology, trust.surgery)
        trust.review = agreed(trust, begun(trust, NOW), NOW)
        begun(trust, NOW, about="peer")
        trust.round = rated.asked(trust, NOW)
        yield trust


def count_queries(client, path: str) -> int:
    """How many questions one page asks, sessions and sign-in included."""
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_asks_more_than_twenty_questions(client, db, lived_in, login):
    client.force_login(lived_in.accounts[login])
    client.get("/")  # what is only asked once a session is not counted
    asked = {path: count_queries(client, path) for path in PAGES}
    assert min(asked.values()) >= FEWEST
    assert not {path: number for path, number in asked.items() if number > MOST}


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("lead", "/quarters/{}/"),
        ("lead", "/releases/{}/"),
        ("analyst", "/releases/{}/"),
        ("lead", "/departments/cardiology/figures/length-of-stay/"),
        *(
            (who, f"/reviews/{{1}}/{page}")
            for who in ("lead", "clinician")
            for page in REVIEW_PAGES
        ),
    ],
)
def test_the_quarters_pages_are_few_questions_too(client, db, lived_in, login, path):
    client.force_login(lived_in.accounts[login])
    path = path.format(lived_in.release.pk, lived_in.review.pk, lived_in.round.pk)
    assert client.get(path).status_code == 200
    assert FEWEST <= count_queries(client, path) <= MOST


def test_a_departments_months_are_added_up_once_until_they_are_others(db, lived_in):
    who, wanted = membership(lived_in.cardiology), Wanted("length-of-stay", 1, "discharging")
    first = department_months(who, [wanted], by_unit_of=wanted)
    with CaptureQueriesContext(connection) as asked:
        assert department_months(who, [wanted], by_unit_of=wanted) is first
    assert len(asked) == 1
    shown = TallyMonth.objects.shown().filter(measure=wanted.measure, rule=wanted.rule)
    month = shown.filter(month=first.months[wanted][-1].month).get()
    month.tallies.filter(unit=person_in(month)).update(n=999)
    shown.filter(pk=month.pk).update(digest="of others")
    again = department_months(who, [wanted], by_unit_of=wanted)
    assert again.months[wanted][:-1] == first.months[wanted][:-1]
    assert again.months[wanted][-1].sums.n > first.months[wanted][-1].sums.n
    assert (
        department_months(replace(who, posts=()), [wanted]).months[wanted] != again.months[wanted]
    )


def test_a_measure_beside_the_starts_is_worked_out_once_until_its_months_are_others(db, lived_in):
    today, shown = NOW.date(), TallyMonth.objects.shown()
    measure = next(m for m in measured(today) if shown.filter(measure=m.code).exists())
    first = before_and_after(measure, today)
    assert before_and_after(measure, today) is first
    shown.filter(measure=measure.code).update(digest="of others")
    assert before_and_after(measure, today) is not first


def person_in(month) -> str:
    return next(unit for unit in month.tallies.values_list("unit", flat=True) if is_person(unit))
