"""Released figures as FHIR: what the pages show, to whom they show it, and nothing else."""

import json

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from clinlead.access.queries import reader_of
from clinlead.api.tokens import make_token
from clinlead.history.queries import readings_about
from clinlead.releases import actions, live
from clinlead.releases.models import Release
from clinlead.releases.queries import seen_by
from people import small_trust
from small_release import AT, Quarter, quarter

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/fhir/MeasureReport"


@pytest.fixture(scope="module")
def released(django_db_setup, django_db_blocker, tmp_path_factory) -> Quarter:
    """January to March are out; April to June are being prepared."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(settings.CONFIGURATION, "data_dir", tmp_path_factory.mktemp("fhir"))
        with transaction.atomic():
            ready = quarter(small_trust())
            ready.through()
            actions.prepare(
                department=ready.trust.cardiology, period=ready.release.period.next(), at=AT
            )
            yield ready
            transaction.set_rollback(True)
            live._assembled.clear()


@pytest.fixture
def ask(released, db, client):
    """ask("lead", measure="…") → the reports, each read again by the FHIR library."""

    def asking(login: str, expected: int = 200, **query):
        token = make_token(account=released.trust.accounts[login], days=1, at=timezone.now())
        answer = client.get(ADDRESS, query, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == expected, answer.content
        if expected != 200:
            return []
        assert answer["Content-Type"] == "application/fhir+json"
        bundle = Bundle.model_validate_json(answer.content)
        return [json.loads(entry.resource.model_dump_json()) for entry in bundle.entry or ()]

    return asking


def people_of(reports) -> set[str]:
    return {r["subject"]["identifier"]["value"] for r in reports if "subject" in r}


def test_a_proportion_has_its_counts_and_its_score_in_percent(ask, released):
    unit = released.trust.person("clinician").code
    reports = ask("clinician", measure="died-in-hospital")
    mine = next(r for r in reports if "subject" in r)
    figure = released.release.figures.get(measure="died-in-hospital", unit=unit)
    group = mine["group"][0]
    counts = {p["code"]["coding"][0]["code"]: p["count"] for p in group["population"]}
    assert counts["denominator"] == figure.statistics["cases"]
    share = 100 * counts["numerator"] / counts["denominator"]
    assert group["measureScore"]["value"] == pytest.approx(share, abs=1e-6)
    assert group["measureScore"]["code"] == "%"
    assert (mine["period"]["start"], mine["period"]["end"]) == ("2026-01-01", "2026-03-31")
    assert mine["measure"] == "urn:clinlead:measure:died-in-hospital|1"
    assert figure.statistics["sentence"] in mine["text"]["div"]


def test_a_mean_is_in_days_as_on_the_pages(ask, released):
    team = next(r for r in ask("lead", measure="length-of-stay") if "subject" not in r)
    figure = released.release.figures.get(measure="length-of-stay", unit=released.release.team_unit)
    score = team["group"][0]["measureScore"]
    assert score["value"] == pytest.approx(figure.statistics["value"] / 1440, abs=1e-6)
    assert (score["unit"], score["code"]) == ("days", "d")
    assert team["group"][0]["population"][0]["count"] == figure.statistics["cases"]


@pytest.mark.parametrize(
    "login", ["clinician", "peer", "lead", "chief", "operations", "projectteam", "analyst"]
)
def test_each_reader_gets_what_the_release_shows_them_and_no_more(ask, released, login):
    account = released.trust.accounts[login]
    shown = seen_by(released.release, reader_of(account, timezone.localdate()))
    assert {r["id"] for r in ask(login)} == {f"figure-{each.pk}" for each in shown}


@pytest.mark.parametrize("login", ["stranger", "otherlead", "hr", "executive", "dpo", "evaluator"])
def test_whoever_sees_no_release_gets_an_empty_bundle_and_finds_none(ask, released, login):
    assert ask(login) == []
    ask(login, expected=404, release=released.release.pk)


def test_a_clinician_reads_their_own_and_no_colleagues(ask, released):
    assert people_of(ask("clinician")) == {released.trust.person("clinician").code}


def test_the_medical_director_states_no_purpose_here_so_nobody_is_named(ask):
    assert people_of(ask("director")) == set()
    assert ask("director")


def test_what_is_being_prepared_or_was_replaced_is_not_there(ask, released):
    preparing = Release.objects.get(state="preparing")
    ask("lead", expected=404, release=preparing.pk)
    assert {r["period"]["end"] for r in ask("lead")} == {"2026-03-31"}
    Release.objects.filter(pk=released.release.pk).update(state="superseded")
    assert ask("lead") == []


def test_nobody_is_named_and_only_departments_say_which_way_is_better(ask):
    reports = ask("lead")
    assert "Dr " not in json.dumps(reports)
    for report in reports:
        assert ("improvementNotation" in report) is ("subject" not in report)


def test_reading_somebody_elses_is_logged_and_ones_own_is_not(ask, released):
    ask("lead")
    assert readings_about(released.trust.person("peer").pk).first().by == released.trust.lead
    before = readings_about(released.trust.person("clinician").pk).count()
    ask("clinician")
    assert readings_about(released.trust.person("clinician").pk).count() == before
