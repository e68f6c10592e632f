"""In a real browser: an outcome proposed, approved, measured, and followed down to its figures."""

import re

import pytest
from playwright.sync_api import expect

from browsing import faults_of
from strategy_stated import objective, stated

DESK, PHONE = 1280, 390
PAGES = [
    ("executive", "/strategy/"),
    ("executive", "/strategy/map/"),
    ("executive", "/strategy/measures/length-of-stay/"),
    ("executive", "/strategy/objectives/home-on-time/"),
    ("lead", "/strategy/outcomes/short-stays/"),
    ("lead", "/strategy/propose/outcome/"),
    ("director", "/strategy/propose/definition/"),
    ("director", "/strategy/propose/mandate/cardiology/"),
    ("wardstaff", "/strategy/poor-performance/"),
    ("wardstaff", "/strategy/mandates/"),
    ("wardstaff", "/strategy/mandates/cardiology/"),
]


@pytest.fixture
def states(trust, transactional_db):
    trust.stated = stated(trust)
    trust.proposed = objective(trust, "Safe at night")
    return trust


def test_each_page_is_accessible_and_fits(visit, states):
    waits = states.proposed.get_absolute_url()
    pages = [*PAGES, ("executive", waits), ("executive", f"{waits}decline/")]
    for login in sorted({login for login, _ in pages}):
        assert faults_of(visit(login), *(path for who, path in pages if who == login)) == []


def test_an_empty_strategy_is_accessible_and_says_what_to_do(visit, trust, axe):
    visitor = visit("executive", PHONE)
    visitor.go("/strategy/")
    axe(visitor.page)
    expect(visitor.page.get_by_text("No objective has been approved yet")).to_be_visible()


def test_an_outcome_goes_from_a_leads_phone_to_all_staff_without_a_script(visit, states, fits):
    page = visit("lead", PHONE, java_script_enabled=False).page
    page.goto(page.url.rstrip("/") + "/strategy/propose/outcome/")
    page.get_by_role("button", name="Propose").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("The outcome, in one line").fill("A date on the first day")
    page.get_by_label("What does success look like?").fill("Everybody knows the day.")
    page.get_by_label("Cardiology").check()
    page.get_by_role("button", name="Propose").click()
    page.get_by_text("Proposed. It is in force once an executive approves it.").wait_for()
    fits(page)

    page = visit("executive", java_script_enabled=False).page
    page.get_by_role("link", name="Approve or decline: A date on the first day").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved. It is in force").wait_for()

    page = visit("lead", java_script_enabled=False).page
    page.get_by_role("link", name="Choose a measure for “A date on the first day”").click()
    page.get_by_label("Add a measure").select_option("predicted-discharge-recorded")
    page.get_by_role("button", name="Link the measure").click()
    page.get_by_text("The measure shows this outcome from now on.").wait_for()

    page = visit("wardstaff", PHONE).page
    page.goto(page.url.rstrip("/") + "/strategy/measures/predicted-discharge-recorded/")
    page.get_by_role("link", name="A date on the first day").wait_for()
    expect(page.get_by_text("It shows 1 outcome, for 1 objective.")).to_be_visible()
