"""The API: the pages' own rules, over tokens."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given as hypothesis_given

from clinlead.api.models import Token
from clinlead.api.tokens import account_of, digest_of, make_token, revoke_tokens
from clinlead.cli import main
from clinlead.figures.records import counting_for
from clinlead.history.queries import readings_about
from clinlead.releases.models import Release
from clinlead.validation.models import Challenge
from small_release import AT, Quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(prepared, db) -> Quarter:
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    return prepared


@pytest.fixture
def ask(ready, client):
    """ask("lead", "releases") → status and JSON; with a body, it is posted."""

    def asking(login: str, path: str, body: dict | None = None, at=None):
        from django.utils import timezone

        account = ready.trust.accounts[login]
        token = make_token(account=account, days=1, at=timezone.now())
        given = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        address = f"/api/v1/{path}"
        if body is None:
            response = client.get(address, **given)
        else:
            text = json.dumps(body)
            response = client.post(address, text, content_type="application/json", **given)
        return response.status_code, response.json()

    return asking


def a_stay_of(ready: Quarter, login: str) -> str:
    unit = ready.trust.person(login).code
    found = counting_for([unit], "spells", months=["2026-02"], rules=["discharging"])
    return f"spells:{found[0].key}"


def test_without_a_token_in_force_nothing_is_answered(ready, client):
    token = make_token(account=ready.trust.lead, days=1, at=AT - timedelta(days=9999))
    for header in ({}, {"HTTP_AUTHORIZATION": "Bearer no"},
                   {"HTTP_AUTHORIZATION": f"Bearer {token}"}):  # fmt: skip
        response = client.get("/api/v1/releases", **header)
        assert (response.status_code, response.json()) == (401, {"detail": "Unauthorized"})


def test_signing_in_with_a_browser_opens_no_api(ready, client):
    client.force_login(ready.trust.lead)
    assert client.get("/api/v1/releases").status_code == 401


def test_only_a_tokens_digest_is_kept_and_it_can_be_ended(ready):
    token = make_token(account=ready.trust.lead, days=1, at=AT)
    assert Token.objects.get().digest == digest_of(token) != token
    assert account_of(token, AT) == ready.trust.lead
    assert account_of(token, AT + timedelta(days=1)) is None
    assert revoke_tokens(account=ready.trust.lead, at=AT) == 1
    assert account_of(token, AT) is None


def test_the_command_prints_a_token_and_refuses_an_unknown_account(ready, capsys):
    assert main(["token", "lead"]) == 0
    from django.utils import timezone

    assert account_of(capsys.readouterr().out.strip(), timezone.now()) == ready.trust.lead
    assert main(["token", "nobody"]) == 2
    assert "'nobody'" in capsys.readouterr().err
    assert main(["token", "lead", "--days", "9999"]) == 2


def test_ones_own_figures_are_given_with_their_months(ready, ask):
    status, answer = ask("clinician", "me/figures")
    assert (status, answer["count"]) == (200, 2)
    stay = next(f for f in answer["figures"] if f["measure"] == "length-of-stay")
    assert stay["unit"] == ready.trust.person("clinician").code
    march = next(month for month in stay["months"] if month["month"] == "2026-03")
    assert march["value"] == pytest.approx(march["numerator"] / march["denominator"])
    assert (march["complete"], march["released"]) == (True, False)
    ready.through()
    stay = ask("clinician", "me/figures")[1]["figures"]
    assert all(m["released"] is (m["month"] <= "2026-03") for m in stay[0]["months"])


def test_an_account_without_a_person_has_no_figures_of_its_own(ask):
    for path in ("me/figures", "me/records", "me/readings"):
        assert ask("analyst", path)[0] == 404


def test_a_departments_figures_are_live_for_its_lead_and_as_released_for_others(ready, ask):
    status, answer = ask("lead", "departments/cardiology/figures")
    assert status == 200
    assert {f["unit"] for f in answer["figures"]} >= {"department:cardiology", "P000", "P001"}
    assert readings_about(ready.trust.person("clinician").pk).count() == 1
    assert ask("peer", "departments/cardiology/figures") == (200, {"count": 0, "figures": []})
    ready.through()
    answer = ask("peer", "departments/cardiology/figures")[1]
    own = ready.trust.person("peer").code
    assert {f["unit"] for f in answer["figures"]} == {"department:cardiology", own}
    for login in ("stranger", "otherlead", "hr", "dpo", "wardstaff"):
        assert ask(login, "departments/cardiology/figures")[0] == 404


def test_releases_are_listed_and_opened_by_those_who_may_know_of_them(ready, ask):
    assert ask("lead", "releases")[1]["count"] == 1
    assert ask("clinician", "releases")[1] == {"count": 0, "page": 1, "pages": 1, "results": []}
    path = f"releases/{ready.release.pk}"
    assert ask("clinician", path)[0] == 404
    status, answer = ask("lead", path)
    assert (status, answer["state"]) == (200, "preparing")
    assert {c["code"]: c["passed"] for c in answer["gate"]}["totals"] is False
    assert ask("lead", path + "/manifest")[0] == 404


def test_releasing_is_refused_in_the_gates_words_and_done_once_it_is_open(ready, ask):
    path = f"releases/{ready.release.pk}/release"
    status, answer = ask("lead", path, {"invitation": "Come and talk."})
    assert status == 403
    assert "The BI check is not done." in answer["detail"]
    assert ask("lead", path, {"invitation": " "})[0] == 422
    ready.all_but_release()
    assert ask("clinician", path, {})[0] == 404
    assert ask("lead", path, {})[0] == 422
    assert ask("clinician", path, {"invitation": "x"})[0] == 404
    assert ask("analyst", path, {"invitation": "x"})[0] == 403
    status, answer = ask("lead", path, {"invitation": "Come and talk."})
    assert (status, answer["state"]) == (200, "released")
    manifest = ask("clinician", f"releases/{ready.release.pk}/manifest")[1]
    assert manifest["digest"] == answer["digest"]


def test_ones_own_records_are_listed_by_page(ready, ask):
    answer = ask("clinician", "me/records?size=5")[1]
    assert len(answer["results"]) == 5 < answer["count"]
    assert answer["pages"] == -(-answer["count"] // 5)
    assert ask("clinician", "me/records?state=confirmed")[1]["count"] == 0
    assert ask("clinician", "me/records?size=0")[0] == 422


def test_a_record_opens_for_its_owner_and_for_a_lead_who_says_why(ready, ask):
    name = a_stay_of(ready, "clinician")
    status, answer = ask("clinician", f"records/{name}")
    assert (status, answer["id"]) == (200, name)
    assert ask("stranger", f"records/{name}")[0] == 404
    status, answer = ask("lead", f"records/{name}")
    assert (status, "why" in answer["detail"].lower()) == (403, True)
    assert ask("lead", f"records/{name}?reason=Settling")[0] == 200
    reading = ask("clinician", "me/readings")[1]["results"][0]
    assert (reading["what"], reading["reason"]) == ("record", "Settling")
    assert ask("clinician", "records/spells:NONE")[0] == 404
    assert ask("clinician", "records/nothing")[0] == 404


def test_a_challenge_is_raised_followed_and_settled(ready, ask):
    name = a_stay_of(ready, "clinician")
    body = {"reason": "not mine", "text": "I was on leave."}
    assert ask("stranger", f"records/{name}/challenge", body)[0] == 404
    status, answer = ask("clinician", f"records/{name}/challenge", body)
    assert (status, answer["record"], answer["state"]) == (201, name, "open")
    path = f"challenges/{answer['id']}/settle"
    settle = {"accept": True, "because": "The notes agree."}
    assert ask("stranger", path, settle)[0] == 404
    assert ask("clinician", path, settle)[0] == 403
    assert [ask(who, "challenges")[1]["count"] for who in ("clinician", "lead", "stranger")] == [
        1,
        1,
        0,
    ]
    status, answer = ask("lead", path, settle)
    assert (status, answer["state"]) == (200, "accepted")
    assert Challenge.objects.get().state == "accepted"
    assert ask("lead", path, settle)[0] == 403


def test_a_body_that_is_no_json_is_input_that_cannot_be_used(ready, client):
    from django.utils import timezone

    token = make_token(account=ready.trust.lead, days=1, at=timezone.now())
    headers = {"authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/challenges/1/settle", "{", "application/json", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (422, "Cannot parse request body")


def test_a_challenge_that_cannot_be_meant_says_which_part_is_wrong(ready, ask):
    name = a_stay_of(ready, "clinician")
    path = f"records/{name}/challenge"
    status, answer = ask("clinician", path, {"reason": "not mine", "goes_to": "NOBODY"})
    assert (status, answer["detail"]) == (
        422,
        "goes_to: there is no clinician with code NOBODY.",
    )
    assert ask("clinician", path, {"reason": "no such reason"})[0] == 422
    assert ask("clinician", path, {"reason": "duplicate"})[0] == 422
    assert ask("clinician", path, {"reason": "other", "text": "a\0b"})[0] == 422
    assert ask("clinician", path, {"reason": "missing", "text": "Mine"})[0] == 422
    assert not Challenge.objects.exists()


def test_no_input_breaks_the_api_or_its_promises(ready):
    """Schemathesis: a bounded number of invented requests for every operation, as the lead."""
    from django.core.wsgi import get_wsgi_application
    from django.utils import timezone
    from hypothesis import HealthCheck, Phase
    from hypothesis import settings as bounds
    from schemathesis import openapi
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        response_schema_conformance,
        status_code_conformance,
    )

    token = make_token(account=ready.trust.lead, days=1, at=timezone.now())
    schema = openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    limits = bounds(
        max_examples=12,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    tried = 0
    for operation in schema.get_all_operations():

        @limits
        @hypothesis_given(case=operation.ok().as_strategy())
        def each(case):
            with transaction.atomic():
                headers = {"Authorization": f"Bearer {token}"}
                case.call_and_validate(headers=headers, checks=checks)
                transaction.set_rollback(True)

        each()
        tried += 1
    assert tried == 13
