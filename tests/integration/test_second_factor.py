"""Whoever sees named results of others signs in with two factors."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone

from clinlead.access.actions import grant_sight
from clinlead.access.adapters import seal


@pytest.fixture(autouse=True)
def asked_for(settings):
    settings.SECOND_FACTOR = True


def sign_in(client, login: str):
    return client.post("/sign-in/", {"login": login, "password": "demo"})


def code_for(secret: str, drift: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + drift))


def set_up(client) -> str:
    """Go through the page as a person does; the secret that their app would hold."""
    page = client.get("/me/second-factor/set-up/", follow=True).content.decode()
    assert "Confirm it is you" in page
    client.post("/me/confirm/", {"password": "demo"})
    page = client.get("/me/second-factor/set-up/").content.decode()
    secret = re.search(r'class="app-code">([A-Z2-7]+)<', page).group(1)
    answer = client.post("/me/second-factor/set-up/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


@pytest.mark.parametrize("login", ["lead", "chief", "director", "analyst"])
def test_named_results_are_out_of_reach_until_a_second_factor_is_set_up(client, trust, login):
    sign_in(client, login)
    assert client.get("/").url == "/me/second-factor/set-up/"
    assert client.get("/api/v1/me/figures").status_code in {302, 401, 403, 404}
    set_up(client)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("login", ["clinician", "executive", "dpo", "sysadmin", "hr"])
def test_who_sees_no_named_results_of_others_signs_in_with_a_password(client, trust, login):
    sign_in(client, login)
    assert client.get("/").status_code == 200


def test_a_grant_to_named_figures_asks_for_a_second_factor_too(client, trust):
    grant_sight(
        to=trust.operations,
        department=trust.cardiology,
        named=True,
        reason="Beds",
        agreement="Minutes",
        until=timezone.localdate() + timedelta(days=9),
        by=trust.lead,
        at=timezone.now(),
    )
    sign_in(client, "operations")
    assert client.get("/").url == "/me/second-factor/set-up/"


def test_the_next_sign_in_asks_for_the_code_and_takes_no_wrong_one(client, trust):
    sign_in(client, "lead")
    secret = set_up(client)
    client.post("/sign-out/")
    assert sign_in(client, "lead").url == "/sign-in/second-factor/"
    assert client.get("/").url.startswith("/sign-in/")
    wrong = client.post("/sign-in/second-factor/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "There is a problem" in wrong.content.decode()
    client.post("/sign-in/second-factor/", {"code": code_for(secret, drift=1)})
    assert client.get("/").status_code == 200


def test_a_recovery_code_works_once(client, trust):
    sign_in(client, "lead")
    set_up(client)
    page = client.get("/me/second-factor/codes/").content.decode()
    code = re.search(r"<li>(\d{8})</li>", page).group(1)
    client.post("/sign-out/")
    sign_in(client, "lead")
    client.post("/sign-in/second-factor/", {"code": code})
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    sign_in(client, "lead")
    client.post("/sign-in/second-factor/", {"code": code})
    assert client.get("/").url.startswith("/sign-in/")


def test_the_secret_is_sealed_in_the_database(client, trust):
    sign_in(client, "lead")
    secret = set_up(client)
    kept = Authenticator.objects.get(user=trust.lead, type="totp").data["secret"]
    assert secret not in kept
    assert seal().decrypt(kept.encode()).decode() == secret


def test_whoever_needs_a_second_factor_cannot_remove_it(client, trust):
    sign_in(client, "lead")
    set_up(client)
    client.post("/me/second-factor/remove/")
    assert Authenticator.objects.filter(user=trust.lead, type="totp").exists()


def test_the_demonstration_asks_for_none(client, trust, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, "lead")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/me/second-factor/",
        "/me/second-factor/codes/",
        "/me/second-factor/codes/new/",
        "/me/second-factor/remove/",
        "/me/password/",
        "/sign-out/",
    ],
)
def test_every_page_of_signing_in_is_ours(client, trust, path):
    sign_in(client, "clinician")
    set_up(client)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Who may see what" in answer.content.decode()  # our own footer
