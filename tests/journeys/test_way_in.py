"""Signing in with a keyboard, the frame of every page at both widths, paper, no JavaScript."""

import pytest
from playwright.sync_api import expect

from browsing import faults_of
from people import OFFICES

LOGINS = ["clinician", "lead", *OFFICES]


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_sign_in_page_is_accessible_and_fits(visit, trust, axe, fits, width):
    visitor = visit(width=width)
    visitor.go("/sign-in/")
    axe(visitor.page)
    fits(visitor.page)


def test_somebody_without_a_mouse_signs_in_and_out(visit, trust):
    visitor = visit()
    visitor.go("/")
    page = visitor.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "nhsuk-skip-link"
    page.keyboard.press("Enter")
    tab_to(page, "login")
    page.keyboard.type("clinician")
    tab_to(page, "password")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    expect(page.locator("body")).to_contain_text("Dr Clinician")


def tab_to(page, name: str) -> None:
    for _ in range(12):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab reaches {name}")


def test_every_roles_home_is_accessible_and_fits(visit, trust):
    for login in LOGINS:
        assert faults_of(visit(login), "/") == []


def test_everything_works_without_javascript(visit, trust):
    visitor = visit("clinician", java_script_enabled=False)
    expect(visitor.page.locator("body")).to_contain_text("Dr Clinician")
    visitor.page.click("text=Sign out")
    visitor.page.wait_for_url("**/sign-in/")


def test_a_page_prints(visit, trust):
    paper = visit("clinician").page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
