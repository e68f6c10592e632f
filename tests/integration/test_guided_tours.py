"""Guided tours: every step of every tour is a real page, in the demonstration alone."""

import json
import re
from datetime import date

import pytest

from clinlead.demo.touring import tours
from clinlead.measures.models import DepartmentMeasure
from clinlead.releases.models import Release
from clinlead.releases.periods import Period
from clinlead.releases.preparing import prepare
from concerned import opened
from lived_in import MEASURES, PERIOD, live_in
from people import OFFICES
from small_activity import LOADED_AT, computed_trust
from strategy_stated import stated

LOGINS = ["clinician", "peer", "stranger", "lead", "otherlead", *OFFICES]
STEPS = [(code, number) for code in tours() for number in range(1, len(tours()[code].steps) + 1)]


@pytest.fixture(scope="module")
def lived_in(django_db_setup, django_db_blocker, tmp_path_factory):
    with computed_trust(django_db_blocker, tmp_path_factory.mktemp("data"), MEASURES) as trust:
        live_in(trust)
        stated(trust)
        release_both(trust)
        opened(trust, LOADED_AT)
        yield trust


def release_both(trust) -> None:
    """A release out and one being prepared in each department, as in the demonstration."""
    DepartmentMeasure.objects.update(decided_on=date(2025, 1, 1))
    for department in (trust.cardiology, trust.surgery):
        prepare(department=department, period=PERIOD, at=LOADED_AT)
        before = prepare(department=department, period=Period("2026-01", "2026-03"), at=LOADED_AT)
        Release.objects.filter(pk=before.pk).update(
            state="released",
            released_at=LOADED_AT,
            released_by=trust.lead,
            checked_by=trust.analyst,
            checked_at=LOADED_AT,
            digest="x" * 64,
        )


@pytest.fixture
def demonstration(lived_in, db, settings, tmp_path):
    story = {
        "code": "misfiled-month",
        "account": "clinician",
        "person": lived_in.person("clinician").code,
        "starts_on": "2026-05-01",
    }
    data = settings.CONFIGURATION.data_dir
    (data / "stories.json").write_text(json.dumps([story]))
    (data / "accounts.json").write_text("[]")
    changed = {"demonstration": True}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=changed)
    return lived_in


def test_every_role_of_the_demonstration_has_a_tour_of_four_to_seven_steps():
    assert {each.account for each in tours().values()} == set(LOGINS)
    assert all(4 <= len(each.steps) <= 7 for each in tours().values())


@pytest.mark.parametrize("code", tours())
def test_each_step_of_a_tour_is_a_page_that_shows_what_it_says(client, demonstration, code):
    tour = tours()[code]
    client.force_login(demonstration.accounts[tour.account])
    for number, step in enumerate(tour.steps, start=1):
        answer = client.get(f"/tours/{code}/{number}/", follow=True)
        text = re.sub(r"\s+", " ", answer.content.decode())
        assert answer.status_code == 200, (code, number, answer.redirect_chain)
        assert answer.redirect_chain, (code, number)
        assert "not there any more" not in text, (code, number)
        main = text[text.index('id="maincontent"') :]
        assert step.see in main, (code, number, step.see)
        assert f"{tour.title}: step {number} of {len(tour.steps)}." in text


def test_a_tour_goes_along_until_it_is_left(client, demonstration):
    client.force_login(demonstration.lead)
    client.get("/tours/lead/2/")
    assert "step 2 of" in client.get("/measures/").content.decode()
    client.get("/tours/leave/")
    page = client.get("/measures/").content.decode()
    assert "step 2 of" not in page
    assert "Take a guided tour" in page


def test_a_step_whose_object_is_gone_says_so(client, demonstration):
    Release.objects.filter(state="preparing").delete()
    client.force_login(demonstration.lead)
    page = client.get("/tours/lead/3/", follow=True).content.decode()
    assert "What this step shows is not there any more." in page


def test_a_tour_is_its_own_roles_alone(client, demonstration):
    client.force_login(demonstration.clinician)
    assert client.get("/tours/lead/1/").status_code == 404
    assert client.get("/tours/clinician/99/").status_code == 404
    assert "A month that is not yours" in client.get("/tours/").content.decode()


def test_there_is_no_tour_outside_the_demonstration(client, lived_in, db):
    client.force_login(lived_in.lead)
    for path in ("/tours/", "/tours/lead/1/", "/tours/leave/"):
        assert client.get(path).status_code == 404
    session = client.session
    session["tour"] = ("lead", 1)
    session.save()
    page = client.get("/").content.decode()
    assert "step 1 of" not in page
    assert "guided tour" not in page


def test_the_opening_page_begins_a_tour_as_its_role(client, demonstration, settings):
    accounts = [{"login": "lead", "name": "Dr Lead", "what": "Clinical director, Cardiology"}]
    (settings.CONFIGURATION.data_dir / "accounts.json").write_text(json.dumps(accounts))
    page = client.get("/sign-in/").content.decode()
    assert "The clinical director’s hour" in page
    assert 'value="/tours/lead/1/"' in page
    given = {"play": "lead", "next": "/tours/lead/1/"}
    answer = client.post("/sign-in/", given, follow=True)
    assert "step 1 of" in answer.content.decode()
