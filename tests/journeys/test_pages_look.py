"""Each template once at a desk's width and a phone's: accessible, no sideways scrolling, prints."""

import re

import pytest
from playwright.sync_api import expect

from browsing import faults_of
from clinlead.access.models import RoleProposal
from clinlead.measures.actions import register_library
from conftest import NOW

# Somebody who may open it, and the page.
PAGES = [
    ("clinician", "/me/"),
    ("clinician", "/me/readings/"),
    ("analyst", "/me/readings/"),
    ("clinician", "/me/second-factor/"),
    ("clinician", "/me/password/"),
    ("clinician", "/sign-out/"),
    ("clinician", "/rules/"),
    ("clinician", "/help/"),
    ("lead", "/search/?q=dr"),
    ("lead", "/search/?q=zzz"),
    ("lead", "/departments/"),
    ("lead", "/departments/cardiology/"),
    ("wardstaff", "/measures/"),
    ("wardstaff", "/measures/emergency-readmission-30d/"),
    ("clinician", "/departments/cardiology/names/"),
    ("lead", "/departments/cardiology/profiles/"),
    ("lead", "/departments/cardiology/people/P000/profile/"),
    ("clinician", "/departments/cardiology/people/P000/profile/"),
    ("analyst", "/measures/emergency-readmission-30d/breaks/"),
    ("lead", "/grants/"),
    ("lead", "/grants/give/"),
    ("clinician", "/grants/give/"),
    ("sysadmin", "/roles/"),
    ("sysadmin", "/roles/propose/"),
    ("dpo", "/history/"),
    ("dpo", "/data-protection/exports/"),
    ("clinician", "/me/export/"),
]
NOT_FOUND = [("clinician", "/no-such-page/")]


@pytest.fixture
def furnished(trust, transactional_db):
    register_library(at=NOW)
    RoleProposal.objects.create(
        account=trust.hr,
        role="analyst",
        starts_on=NOW.date(),
        reason="Joins the BI team",
        proposed_by=trust.director,
        proposed_at=NOW,
    )
    return trust


@pytest.mark.parametrize("login", sorted({login for login, _ in PAGES}))
def test_each_page_is_accessible_and_fits(visit, furnished, login):
    visitor = visit(login)
    assert faults_of(visitor, *(path for who, path in PAGES if who == login)) == []
    missing = [path for who, path in NOT_FOUND if who == login]
    assert faults_of(visitor, *missing, answers=404) == []


def test_a_wrong_form_puts_what_is_wrong_first(visit, furnished, axe):
    visitor = visit("lead", 390)
    visitor.go("/grants/give/")
    visitor.page.click("main button[type=submit]")
    expect(visitor.page).to_have_title(re.compile("^Error: "))
    expect(visitor.page.locator(".nhsuk-error-summary").first).to_be_visible()
    axe(visitor.page)


def test_the_menu_folds_on_a_phone_and_opens_by_keyboard(visit, furnished):
    page = visit("lead", 390).page
    page.focus("#toggle-menu")
    page.keyboard.press("Enter")
    assert page.get_attribute("#toggle-menu", "aria-expanded") == "true"


def test_what_is_folded_on_screen_is_open_on_paper(visit, furnished):
    visitor = visit("wardstaff")
    visitor.go("/measures/length-of-stay/")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("text=Digest of this wording").first).to_be_visible()
    expect(visitor.page.locator(".nhsuk-header__search").first).to_be_hidden()


def test_refused_acts_are_explained_accessibly(visit, furnished, axe):
    visitor = visit("director", 390)
    visitor.go("/roles/")
    axe(visitor.page)
    expect(visitor.page.locator("body")).to_contain_text("somebody else must second it")
