"""The second factor, the demonstration's opening page and a release's pages, as axe sees them."""

import json
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from clinlead.releases.models import Release

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


@pytest.fixture
def looked_at(axe, fits):
    def check(visitor) -> str:
        axe(visitor.page)
        fits(visitor.page)
        return visitor.page.content()

    return check


@WIDTHS
def test_a_second_factor_is_set_up_and_asked_for_accessibly(
    visit, trust, settings, looked_at, width
):
    settings.SECOND_FACTOR = True
    visitor = visit("lead", width)
    page = visitor.page
    assert "Confirm it is you" in looked_at(visitor)
    page.fill("[name=password]", "demo")
    page.click("main button[type=submit]")
    page.wait_for_url("**/set-up/")
    html = looked_at(visitor)
    page.fill("[name=code]", "000000")
    page.click("main button[type=submit]")
    assert "There is a problem" in looked_at(visitor)
    html = page.content()
    secret = re.search(r'class="app-code">([A-Z2-7]+)<', html).group(1)
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.click("main button[type=submit]")
    page.wait_for_url("**/codes/")
    code = re.search(r"<li>(\d{8})</li>", looked_at(visitor)).group(1)
    for path in ("/me/second-factor/", "/me/second-factor/codes/new/"):
        visitor.go(path)
        looked_at(visitor)
    comes_back_with(visitor, code, looked_at)


def comes_back_with(visitor, code: str, looked_at) -> None:
    """Signs out, and in again with a recovery code after a wrong one."""
    page = visitor.page
    visitor.go("/sign-out/")
    page.click("main button[type=submit]")
    visitor.go("/sign-in/")
    page.fill("[name=login]", "lead")
    page.fill("[name=password]", "demo")
    page.click("main button[type=submit]")
    page.wait_for_url("**/second-factor/")
    assert "Enter your code" in looked_at(visitor)
    page.fill("[name=code]", "000000")
    page.click("main button[type=submit]")
    assert "There is a problem" in looked_at(visitor)
    page.fill("[name=code]", code)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    expect(page.locator("body")).to_contain_text("Dr Lead")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_demonstrations_opening_page_is_accessible(
    visit, trust, settings, tmp_path, looked_at, width
):
    accounts = [
        {"login": login, "name": f"Dr {login.title()}", "what": "Cardiology, medicine division"}
        for login in ("clinician", "lead")
    ]
    story = {
        "account": "lead",
        "title": "Too few cases",
        "shows": "It cannot tell yet.",
        "look": "The newcomer’s figures.",
    }
    (tmp_path / "accounts.json").write_text(json.dumps(accounts))
    (tmp_path / "stories.json").write_text(json.dumps([story]))
    changed = {"demonstration": True, "data_dir": tmp_path}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=changed)
    visitor = visit(width=width)
    visitor.go("/sign-in/")
    assert "Too few cases" in looked_at(visitor)


def test_a_releases_own_pages_are_accessible_before_and_after_it_is_out(visit, ready, looked_at):
    unit = ready.trust.person("clinician").code
    release = f"/releases/{ready.release.pk}/"
    figure = f"{release}figures/length-of-stay/discharging/{unit}/"
    walk(visit, looked_at, {"lead": ["/releases/", release, figure], "analyst": [release]})
    wrong_totals(visit, looked_at, release)
    ready.through()
    walk(
        visit,
        looked_at,
        {"clinician": [release, figure], "lead": [release], "director": [release, figure]},
    )
    assert Release.objects.get().state == "released"


def walk(visit, looked_at, pages: dict[str, list[str]]) -> None:
    for login, paths in pages.items():
        visitor = visit(login)
        for path in paths:
            visitor.go(path)
            for width in (390, 1280):
                visitor.wide(width)
                looked_at(visitor)


def wrong_totals(visit, looked_at, release: str) -> None:
    """Two totals without their source: a summary first, each error at its own field."""
    visitor = visit("analyst", 390)
    visitor.go(release)
    for measure in ("length-of-stay", "died-in-hospital"):
        visitor.page.fill(f"[name={measure}-theirs]", "12")
    visitor.page.click("text=Save the control totals")
    html = looked_at(visitor)
    assert "Nothing was saved." in html
    assert html.count("Say where their total is from.") == 4  # in the summary and at the field
