"""The frame of every page: sign-in, refusals, errors, policy, and nothing from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).parents[2]
OURS = ROOT / "src/clinlead"
NHS = OURS / "pages/static/nhsuk"
SHOWN = [*OURS.rglob("*.html"), *OURS.rglob("*.css"), *OURS.rglob("*.js"), *OURS.rglob("*.mjs")]
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def sign_in(client: Client, login: str, password: str = "demo", follow: bool = False):
    facts = {"login": login, "password": password}
    return client.post("/sign-in/", facts, follow=follow)


def test_signing_in_opens_the_home_page(client, trust):
    answer = sign_in(client, "clinician", follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Dr Clinician" in answer.content.decode()


def test_a_wrong_password_is_said_plainly_and_nobody_is_signed_in(client, trust):
    answer = sign_in(client, "clinician", "wrong")
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_after_five_failures_even_the_right_password_waits(client, trust):
    for _ in range(5):
        sign_in(client, "clinician", "wrong")
    sign_in(client, "clinician")
    assert "_auth_user_id" not in client.session


def test_every_page_but_sign_in_asks_for_sign_in(client, db):
    answer = client.get("/measures/x/")
    assert answer.status_code == 302
    assert answer.url == "/sign-in/?next=/measures/x/"


def test_the_way_back_never_leaves_this_site(client, trust):
    facts = {"login": "clinician", "password": "demo", "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", facts).url == "/"


def test_signing_out_ends_the_session(client, trust):
    sign_in(client, "clinician")
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_an_idle_session_has_an_end_and_every_session_a_longest(client, trust, settings):
    sign_in(client, "clinician")
    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE
    assert client.session.get_expire_at_browser_close()
    client.get("/")
    session = client.session
    session["session_began"] -= settings.SESSION_LONGEST_SECONDS + 1
    session.save()
    assert client.get("/").url.startswith("/sign-in/")


def test_a_page_that_is_not_there_says_so_in_words(client, trust):
    client.force_login(trust.clinician)
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_fault_shows_no_traceback_and_needs_no_database(client, trust, monkeypatch):
    def fails(*_arguments, **_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("clinlead.pages.views.home.home_of", fails)
    client.raise_request_exception = False
    client.force_login(trust.clinician)
    answer = client.get("/")
    assert answer.status_code == 500
    said = answer.content.decode()
    assert "Something went wrong" in said
    assert "secret detail" not in said
    assert "Traceback" not in said


def test_a_forged_form_is_refused_in_words(trust):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"login": "clinician", "password": "demo"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/no-such-page/"])
def test_the_strict_policy_is_on_every_answer(client, trust, path):
    client.force_login(trust.clinician)
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


@pytest.mark.parametrize("path", SHOWN, ids=lambda p: str(p.relative_to(OURS)))
def test_no_template_style_or_script_names_an_address_elsewhere(path):
    text = path.read_text()
    named = set(re.findall(r"(?:https?:|(?<=[\"'(])//)[^\s\"'()<>]+", text)) - NAMESPACES
    assert not named


@pytest.mark.parametrize("path", list(OURS.rglob("*.html")), ids=lambda p: p.name)
def test_no_template_holds_a_style_or_script_of_its_own(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=", text)


def test_our_copy_of_the_nhs_design_system_is_what_its_record_says():
    record = json.loads((NHS / "VERSION.json").read_text())
    kept = {p.relative_to(NHS).as_posix(): p for p in NHS.rglob("*") if p.is_file()}
    del kept["VERSION.json"]
    digests = {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in kept.items()}
    assert digests == record["files"]
    assert "LICENCE" in kept
    assert "@font-face" not in (NHS / "nhsuk-frontend.min.css").read_text()


def test_static_files_are_served_and_may_be_kept(client, db):
    answer = client.get("/static/nhsuk/nhsuk-frontend.min.css")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b'@charset "UTF-8"')
    answer.close()
    assert "max-age=86400" in answer.headers["Cache-Control"]
