"""Pages of records and challenges: who sees them, what they do, what is logged."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinlead.history.queries import readings_about, verify
from clinlead.validation.actions import draw_audit_sample, raise_challenge
from clinlead.validation.challenging import Said
from clinlead.validation.models import AuditSample, Challenge, Confirmation
from clinlead.validation.policies import ChallengeReason
from conftest import NOW
from hospital import HIS, MISATTRIBUTED, open_hospital

RECORD = f"/records/spells:{MISATTRIBUTED}/"


@pytest.fixture
def hospital(trust, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return open_hospital(trust, settings, tmp_path, at=NOW)


@pytest.fixture
def as_(client, hospital):
    def signed_in(login):
        client.force_login(hospital.trust.accounts[login])
        return client

    return signed_in


def raised(hospital, *, reason=ChallengeReason.NOT_MINE, to="peer"):
    said = Said(reason=reason, goes_to=hospital.trust.person(to) if to else None)
    by = hospital.trust.clinician
    return raise_challenge(dataset="spells", key=MISATTRIBUTED, said=said, by=by, at=NOW)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_my_records_say_how_many_by_when_and_how_long(as_):
    page = as_("clinician").get("/me/records/")
    assert page.status_code == 200
    assert "You have 60 records to check by 16 July 2026: about 8 minutes." in text(page)
    assert "0 of 60 checked" in text(page)
    assert "Wednesday 8 April 2026" in text(page)
    assert page.content.decode().count('name="record"') == HIS
    assert page.content.decode().count(" checked>") == HIS


def test_one_post_confirms_what_was_left_selected_and_undo_takes_it_back(as_):
    client = as_("clinician")
    found = re.findall(
        r'name="record" value="([^"]+)"', client.get("/me/records/").content.decode()
    )
    page = client.post("/me/records/confirm/", {"record": found[:-1]}, follow=True)
    assert "59 records confirmed." in text(page)
    assert "59 of 60 checked" in text(page)
    batch = re.search(r'name="batch" value="(\d+)"', page.content.decode())[1]
    page = client.post("/me/records/undo/", {"batch": batch}, follow=True)
    assert "0 of 60 checked" in text(page)
    assert client.post("/me/records/undo/", {"batch": "999999"}).status_code == 404


def test_nothing_is_offered_to_undo_once_the_window_is_over(as_, monkeypatch):
    client = as_("clinician")
    found = re.findall(
        r'name="record" value="([^"]+)"', client.get("/me/records/").content.decode()
    )
    page = client.post("/me/records/confirm/", {"record": found}, follow=True)
    assert 'name="batch"' in page.content.decode()
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=90))
    page = as_("clinician").get("/me/records/")
    assert "60 of 60 checked" in text(page)
    assert 'name="batch"' not in page.content.decode()


def test_confirming_nothing_is_explained_and_nothing_changes(as_):
    answer = as_("clinician").post("/me/records/confirm/", {"record": ["spells:S0061"]})
    assert answer.status_code == 403
    assert "only confirm records that count for you" in text(answer)
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("login", ["analyst", "chief", "executive", "hr", "dpo"])
def test_who_has_no_records_has_no_such_page(as_, login):
    for path in ("/me/records/", "/me/records/away/", "/me/records/missing/"):
        assert as_(login).get(path).status_code == 404
    assert as_(login).post("/me/records/confirm/", {"record": ["spells:S0001"]}).status_code in {
        403,
        404,
    }


def test_a_stranger_without_a_window_is_told_why_and_what_next(as_):
    page = as_("stranger").get("/me/records/")
    assert "Nobody has asked your department to check its records yet." in text(page)


def test_an_owner_reads_a_record_in_words(as_, hospital):
    page = as_("clinician").get(RECORD)
    assert page.status_code == 200
    said = text(page)
    assert "2 April 2026, 10:00am" in said
    assert "Consultant at discharge Dr Clinician" in said
    assert "Consultant of episode 1 Dr Peer" in said
    assert "Length of stay" in said
    assert "spells.csv" in said
    assert "Row 7" in said
    assert not readings_about(hospital.trust.person("clinician").pk).exists()


@pytest.mark.parametrize(
    "login", ["stranger", "otherlead", "second", "chief", "operations", "executive", "hr", "dpo"]
)
def test_a_stranger_cannot_tell_that_a_record_exists(as_, login):
    client = as_(login)
    for path in (RECORD, "/records/spells:S9999/", "/records/nothing:1/", f"{RECORD}challenge/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": "because"}).status_code == 404


def test_the_lead_says_why_and_the_owner_reads_it(as_, hospital):
    client = as_("lead")
    assert "Say why first" in text(client.get("/records/spells:S0001/"))
    assert not readings_about(hospital.trust.person("clinician").pk).exists()
    page = client.post("/records/spells:S0001/", {"reason": "Preparing the release"}, follow=True)
    assert "Consultant at discharge" in text(page)
    entry = readings_about(hospital.trust.person("clinician").pk).get()
    assert entry.facts["details"] == {"reason": "Preparing the release"}
    assert "Say why first" in text(client.get("/records/spells:S0002/"))


def test_the_analyst_reads_a_record_and_is_seen_reading(as_, hospital):
    assert as_("analyst").get(RECORD).status_code == 200
    assert readings_about(hospital.trust.person("clinician").pk).count() == 1


def test_a_challenge_is_raised_answered_and_settled_on_pages(as_, hospital):
    client = as_("clinician")
    form = {"reason": "not mine", "goes_to": hospital.trust.person("peer").code}
    page = client.post(f"{RECORD}challenge/", form, follow=True)
    assert "Waits for Dr Peer to answer. To be settled by 15 July 2026." in text(page)
    one = Challenge.objects.get()
    address = f"/challenges/{one.pk}/"
    assert "Your challenge" in text(client.get("/me/records/"))

    page = as_("lead").get(address)
    assert "has not answered" in text(page)
    assert "disabled" in page.content.decode()

    assert "Answer Dr Clinician about S0007" in text(as_("peer").get("/me/records/"))
    page = client.post(f"{address}answer/", {"answer": "agree", "text": "Mine"}, follow=True)
    assert "Agreed: “Mine”" in text(page)

    client = as_("lead")
    assert "For you to settle (1)" in text(client.get("/challenges/"))
    page = client.post(
        f"{address}settle/", {"decision": "accept", "because": "The notes say so"}, follow=True
    )
    said = text(page)
    assert "Dr Lead accepted it on 1 July 2026: “The notes say so”" in said
    assert "Length of stay, April 2026" in said
    assert MISATTRIBUTED not in text(as_("clinician").get("/me/records/"))
    page = as_("peer").get(RECORD)
    assert "Consultant at discharge : from C-clinician to C-peer" in text(page)
    assert verify() is None


def test_settling_without_a_reason_is_explained(as_, hospital):
    one = raised(hospital, to=None)
    answer = as_("lead").post(f"/challenges/{one.pk}/settle/", {"decision": "accept"})
    assert answer.status_code == 403
    assert "Say why" in text(answer)
    assert as_("lead").post(f"/challenges/{one.pk}/settle/", {}).status_code == 404


def test_a_wrong_value_stands_beside_its_field(as_):
    form = {"reason": "wrong date", "date_field": "discharged_at", "date_value": "May"}
    page = as_("clinician").post(f"{RECORD}challenge/", form)
    assert "Give the discharged as a date and time, for example 2026-03-27 14:30." in text(page)
    assert 'id="id_date_value-error"' in page.content.decode()


def test_a_claimant_is_not_told_whose_the_record_is_nor_whether_it_is_there(as_, hospital):
    client = as_("stranger")
    for named in (MISATTRIBUTED, "S9999"):
        page = client.post("/me/records/missing/", {"named": named, "text": "x"}, follow=True)
        said = text(page)
        assert "Dr Clinician" not in said
        assert "Dr Peer" not in said
        assert "Waits for a decision" in said
    listed = text(client.get("/challenges/"))
    assert "Dr Clinician" not in listed
    assert "to answer" not in listed


@pytest.mark.parametrize("login", ["stranger", "otherlead", "second", "executive", "hr", "chief"])
def test_a_stranger_cannot_tell_that_a_challenge_exists(as_, hospital, login):
    one = raised(hospital)
    client = as_(login)
    assert client.get(f"/challenges/{one.pk}/").status_code == 404
    for act in ("settle", "answer", "withdraw", "evidence", "find", "change"):
        form = {"decision": "accept", "because": "x", "answer": "agree", "text": "x"}
        assert client.post(f"/challenges/{one.pk}/{act}/", form).status_code == 404


def test_those_who_see_counts_see_counts_alone(as_, hospital):
    raised(hospital)
    for login in ("projectteam", "executive"):
        said = text(as_(login).get("/challenges/"))
        assert "Challenges in numbers" in said
        assert "Open 1" in said.replace("open", "Open")
        assert "Dr " not in said
        assert MISATTRIBUTED not in said
    for login in ("hr", "operations", "evaluator", "wardstaff", "dpo", "sysadmin"):
        assert as_(login).get("/challenges/").status_code == 404


def test_empty_lists_say_what_to_do(as_):
    assert "You have not challenged a record" in text(as_("clinician").get("/challenges/"))
    assert "Nobody has challenged a record yet." in text(as_("analyst").get("/challenges/"))


def test_a_window_shows_every_state_apart_and_the_sample_is_the_analysts(as_, hospital):
    page = text(as_("lead").get(f"/windows/{hospital.window.pk}/"))
    assert "0 of 73 records checked" in page
    assert "Confirmed 0" in page
    assert "Accepted by silence 0" in page
    assert "Draw a random sample" not in page
    assert as_("lead").post(f"/windows/{hospital.window.pk}/draw/").status_code == 403
    assert as_("clinician").get(f"/windows/{hospital.window.pk}/").status_code == 404
    client = as_("analyst")
    page = client.post(f"/windows/{hospital.window.pk}/draw/", {"size": 5}, follow=True)
    assert "5 of 73 unchallenged records drawn." in text(page)
    sample = AuditSample.objects.first()
    page = client.post(f"/audits/{sample.pk}/", {"outcome": "wrong", "note": ""})
    assert "Say what you found." in text(page)
    found = {"outcome": "wrong", "note": "No", "reason": "other"}
    page = client.post(f"/audits/{sample.pk}/", found, follow=True)
    assert "Wrong 1" in text(page)
    assert as_("lead").get(f"/audits/{sample.pk}/").status_code == 404


def test_no_page_asks_the_database_more_than_twenty_times(as_, hospital):
    one = raised(hospital)
    draw_audit_sample(window=hospital.window, size=5, seed=1, by=hospital.trust.analyst, at=NOW)
    sample = AuditSample.objects.first()
    pages = [
        ("clinician", "/me/records/"),
        ("clinician", RECORD),
        ("clinician", "/records/spells:S0001/challenge/"),
        ("clinician", f"/challenges/{one.pk}/"),
        ("clinician", "/challenges/"),
        ("lead", "/challenges/"),
        ("lead", f"/challenges/{one.pk}/"),
        ("analyst", "/challenges/"),
        ("analyst", f"/challenges/{one.pk}/"),
        ("analyst", f"/windows/{hospital.window.pk}/"),
        ("analyst", f"/audits/{sample.pk}/"),
        ("executive", "/challenges/"),
    ]
    asked = {}
    for login, path in pages:
        client = as_(login)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked[login, path] = len(queries)
    assert not {page: count for page, count in asked.items() if count > 20}
