"""In a real browser: a review from both sides’ words to two signatures."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

import rated
from browsing import PHONE, faults_of
from reviewed import agreed, begun, brought
from strategy_stated import stated


@pytest.fixture
def reviewing(trust, transactional_db):
    """One of Dr Clinician’s that both still have to sign, and one of a colleague’s just begun."""
    now = timezone.now()
    stated(trust)
    trust.review = agreed(trust, begun(trust, now), now)
    brought(trust, trust.review, now)
    trust.other = begun(trust, now, about="peer")
    trust.round = rated.asked(trust, now)
    return trust


def test_each_page_is_accessible_and_fits(visit, reviewing):
    here = reviewing.review.get_absolute_url()
    feedback = reviewing.round.get_absolute_url()
    pages = {
        "clinician": (here, f"{here}write/", f"{here}evidence/", "/reviews/",
                      "/feedback/", f"{feedback}oneself/"),
        "lead": (here, f"{here}agreed/", f"{here}objective/", "/reviews/", "/reviews/begin/",
                 reviewing.other.get_absolute_url(), feedback, "/feedback/begin/"),
        "peer": (f"{feedback}answer/",),
        "projectteam": ("/reviews/counts/",),
    }  # fmt: skip
    for login, paths in pages.items():
        assert faults_of(visit(login), *paths) == []


def test_a_review_is_written_and_signed_on_a_phone_without_a_script(visit, reviewing, fits):
    def at(login: str, path: str):
        visitor = visit(login, PHONE, java_script_enabled=False)
        visitor.go(path)
        return visitor.page

    page = at("peer", reviewing.other.get_absolute_url())
    page.get_by_role("link", name="Write what you bring").click()
    for label in ("Performance against objectives", "Behaviour and leadership",
                  "Talent and development", "Objectives ahead"):  # fmt: skip
        page.get_by_label(label).fill(f"Of {label.lower()}")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Hand over what you bring").click()
    page.get_by_text("The review waits for the reviewer").wait_for()
    fits(page)

    here = reviewing.review.get_absolute_url()
    page = at("lead", here)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("Signed.").wait_for()
    page = at("clinician", here)
    page.get_by_text("I do not agree with everything").click()
    page.get_by_label("I sign, and do not agree with everything").fill("I asked for two Fridays.")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("signed by both").wait_for()
    expect(page.get_by_text("I asked for two Fridays.")).to_be_visible()
    fits(page)
