"""Figure pages once a quarter is out: released figures for whom they were released."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinlead.access.actions import agree_to_names, grant_sight
from clinlead.history.queries import readings_about
from kept_worlds import world_of
from small_release import AT, quarter_let_out


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with (
        world_of(quarter_let_out, tmp_path_factory.mktemp("data"), django_db_blocker) as out,
        transaction.atomic(),
    ):
        out.trust.release = out.release
        yield out.trust
        transaction.set_rollback(True)


@pytest.fixture
def released(world, db):
    return world


def words(client, trust, login, address) -> str:
    client.force_login(trust.accounts[login])
    answer = client.get(address)
    assert answer.status_code == 200, (login, address)
    text = re.sub(r"<svg.*?</svg>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_owner_sees_what_is_out_and_colleagues_unnamed(client, released):
    text = words(client, released, "clinician", "/me/figures/died-in-hospital/")
    assert "Released up to March 2026. April to June 2026 are not released yet." in text
    assert "Colleague A" in text
    assert "Dr Peer" not in text


def test_work_that_is_not_alike_stands_beside_no_released_figure_and_it_is_said(client, released):
    person = released.person("peer")
    person.profiles.create(
        starts_on="2026-07-01", role="Locum", comparable=False, caveat="Sees the sickest."
    )
    text = words(client, released, "clinician", "/me/figures/died-in-hospital/")
    assert (
        "Colleagues are shown, unnamed, where at least 5 others have figures; here 4 have." in text
    )
    assert "2 colleagues are left out: 1 whose role profile says that the work is not like" in text
    assert "1 lest one figure be worked out by taking away." in text
    assert "Colleague A" not in text
    assert "Peer" not in text
    assert "sickest" not in text
    own = words(client, released, "peer", "/me/figures/died-in-hospital/")
    assert "This work is not like the colleagues" in own
    assert "left out" not in own
    person.profiles.update(ends_on="2026-07-31")  # after the period that is released
    assert "Colleague A" in words(client, released, "clinician", "/me/figures/died-in-hospital/")
    person.profiles.update(starts_on="2026-03-01", ends_on="2026-03-31")
    assert "left out" in words(client, released, "clinician", "/me/figures/died-in-hospital/")


def test_beside_named_colleagues_the_own_figure_asks_twenty_questions_at_most(client, released):
    for login in ("clinician", "peer", "lead", "second", "third", "fourth", "fifth"):
        agree_to_names(department=released.cardiology, by=released.accounts[login], at=AT)
    address = "/me/figures/died-in-hospital/"
    assert "Dr Peer" in words(client, released, "clinician", address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    framing = ("SAVEPOINT", "RELEASE")
    questions = [each for each in asked if not each["sql"].startswith(framing)]
    assert 2 <= len(questions) <= 20


def test_the_team_total_is_out_for_those_who_may_and_not_beyond_march(client, released):
    address = "/departments/cardiology/figures/length-of-stay/"
    for login in ("clinician", "chief", "operations", "projectteam", "director"):
        text = words(client, released, login, address)
        assert "March 2026" in text
        assert "April 2026" not in text
        assert "Its clinicians" not in text


def test_seven_people_are_too_few_for_an_executive(client, released):
    text = words(client, released, "executive", "/departments/cardiology/figures/")
    assert "Fewer than 10 clinicians stand behind this total" in text


def test_the_director_reads_released_figures_for_a_purpose_and_no_records(client, released):
    person = released.person("clinician")
    base = f"/departments/cardiology/people/{person.code}/figures/"
    text = words(client, released, "director", f"{base}length-of-stay/?purpose=Revalidation")
    assert "March 2026" in text
    assert "April 2026" not in text
    assert "See the" not in text
    assert client.get(f"{base}length-of-stay/records/?reason=Revalidation").status_code == 404
    entry = readings_about(person.pk).first()
    assert (entry.by, entry.facts["details"]) == (released.director, {"reason": "Revalidation"})


def test_a_grant_opens_released_figures_and_is_logged(client, released):
    person = released.person("clinician")
    address = f"/departments/cardiology/people/{person.code}/figures/length-of-stay/"
    client.force_login(released.chief)
    assert client.get(address).status_code == 404
    grant_sight(
        to=released.chief,
        department=released.cardiology,
        named=True,
        reason="A joint review",
        agreement="Minutes of May",
        until=AT.date().replace(year=2099),
        by=released.lead,
        at=AT,
    )
    text = words(client, released, "chief", address)
    assert "April 2026" not in text
    assert readings_about(person.pk).first().by == released.chief


MEMBERS = ("clinician", "peer", "lead", "second", "third", "fourth", "fifth")
COMPARED = "/me/figures/died-in-hospital/"


def agree(client, trust, logins=MEMBERS):
    for login in logins:
        client.force_login(trust.accounts[login])
        client.post("/departments/cardiology/names/", {"answer": "agree"})


def test_colleagues_stay_unnamed_while_one_member_has_not_agreed(client, released):
    agree(client, released, MEMBERS[:-1])
    assert "6 of 7 members have agreed" in words(
        client, released, "clinician", "/departments/cardiology/names/"
    )
    text = words(client, released, "clinician", COMPARED)
    assert "Colleague A" in text
    assert "Dr Peer" not in text
    assert not readings_about(released.person("peer").pk).filter(by=released.clinician).exists()


def test_once_all_have_agreed_names_stand_in_their_own_order_and_the_reading_is_logged(
    client, released
):
    agree(client, released)
    text = words(client, released, "clinician", COMPARED)
    assert "Colleague A" not in text
    assert text.index("Dr Fifth") < text.index("Dr Fourth") < text.index("Dr Peer")
    seen = readings_about(released.person("peer").pk).first()
    assert (seen.by, seen.object_id) == (released.clinician, "cardiology/died-in-hospital")


def test_one_withdrawal_takes_every_name_away_at_once(client, released):
    agree(client, released)
    client.force_login(released.fifth)
    client.post("/departments/cardiology/names/", {"answer": "withdraw"})
    text = words(client, released, "clinician", COMPARED)
    assert "Colleague A" in text
    assert "Dr Peer" not in text


def test_names_agreed_inside_the_department_reach_nobody_outside_it(client, released):
    agree(client, released)
    person = released.person("clinician").code
    address = f"/departments/cardiology/people/{person}/figures/died-in-hospital/?purpose=Review"
    assert "Dr Peer" not in words(client, released, "director", address)
    client.force_login(released.stranger)
    assert client.get("/departments/cardiology/names/").status_code == 404


def test_whoever_has_left_is_not_named_by_those_who_stayed(client, released):
    agree(client, released)
    post = released.person("peer").posts.get()
    post.ends_on = AT.date().replace(day=1)
    post.save()
    text = words(client, released, "clinician", COMPARED)
    assert "Colleague A" in text
    assert "Dr Peer" not in text
    assert "Dr Fifth" in text
