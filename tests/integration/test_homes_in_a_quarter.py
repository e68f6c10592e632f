"""Homes in the middle of a quarter, on computed figures."""

import pytest
from django.utils import timezone

from clinlead.access.queries import reader_of
from clinlead.pages.homes import home_of
from clinlead.validation.policies import RecordState
from clinlead.validation.queries import checking_of
from lived_in import MEASURES, live_in
from small_activity import computed_trust


@pytest.fixture
def today():
    return timezone.localdate()


def home(trust, login: str, today):
    return home_of(reader_of(trust.accounts[login], today))


def said(page) -> str:
    return " | ".join(line.text for line in [*page.tasks, *page.news])


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with computed_trust(django_db_blocker, tmp_path_factory.mktemp("data"), MEASURES) as made:
        live_in(made)
        yield made


def test_a_clinician_is_asked_to_check_records_by_a_day(db, world, today):
    page = home(world, "clinician", today)
    task = next(one for one in page.tasks if one.href == "/me/records/")
    checking = checking_of(world.person("clinician"), today)
    left = sum(one.state is RecordState.NOT_YET for one in checking.states)
    assert left > 10
    assert task.text.startswith(f"Check {left} records (about ")
    assert task.when.startswith("by ")
    assert home(world, "stranger", today).tasks == []


def test_a_colleague_is_asked_whether_a_patient_was_theirs(db, world, today):
    assert "Answer: was it your patient? 1 record" in said(home(world, "peer", today))
    assert "Answer" not in said(home(world, "second", today))


def test_a_lead_reads_what_is_left_of_the_quarter(client, db, world, today):
    page = home(world, "lead", today)
    assert "Release Cardiology’s figures for April to June 2026" in said(page)
    client.force_login(world.lead)
    steps = client.get(page.paths[0].address).content.decode()
    assert "Settle challenges" in steps
    assert "1 challenge left" in steps
    assert "minutes of work left" in steps


@pytest.mark.parametrize("login", ["clinician", "otherlead", "chief", "analyst", "hr"])
def test_the_quarters_steps_are_the_leads_alone(client, db, world, login):
    client.force_login(world.accounts[login])
    assert client.get(f"/quarters/{world.release.pk}/").status_code == 404
