"""In a real browser: sixty records confirmed by keyboard, one challenged, answered and settled."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browsing import faults_of
from clinlead.validation.models import Challenge, Confirmation
from hospital import HIS, MISATTRIBUTED, open_hospital

DESK, PHONE = 1280, 390


@pytest.fixture
def hospital(transactional_db, live_server, settings, tmp_path):
    from people import small_trust

    return open_hospital(small_trust(), settings, tmp_path, at=timezone.now())


def focused(page) -> str:
    return page.evaluate("document.activeElement.value || document.activeElement.tagName")


def test_sixty_records_are_confirmed_with_two_actions_by_keyboard(hospital, visit):
    page = visit("clinician").page
    page.goto(page.url.rstrip("/") + "/me/records/")  # the first action
    page.keyboard.press("Enter")  # the second
    page.get_by_text(f"{HIS} records confirmed.").wait_for()
    expect(page.get_by_text(f"{HIS} of {HIS} checked")).to_be_visible()
    assert Confirmation.objects.count() == HIS
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(f"0 of {HIS} checked").wait_for()
    assert not Confirmation.objects.exists()


def test_space_leaves_one_out_and_c_challenges_it(hospital, visit):
    page = visit("clinician").page
    page.goto(page.url.rstrip("/") + "/me/records/")
    first = focused(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=f"Confirm {HIS - 1} records").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert focused(page) != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("c")
    page.wait_for_url(f"**/records/{first}/challenge/")


def test_a_challenge_goes_round_on_a_phone_without_a_script(hospital, visit, fits):
    page = visit("clinician", width=PHONE, java_script_enabled=False).page
    home = page.url.rstrip("/")
    page.goto(f"{home}/records/spells:{MISATTRIBUTED}/challenge/")
    fits(page)
    page.get_by_label("This patient was not mine").check()
    page.get_by_label("Whose patient was it?").select_option(label="Dr Peer")
    page.get_by_role("button", name="Send the challenge").click()
    page.get_by_text("Waits for Dr Peer to answer").wait_for()
    fits(page)
    address = page.url

    page = visit("peer", width=PHONE, java_script_enabled=False).page
    page.goto(address)
    page.get_by_role("button", name="Yes, I agree").click()
    page.get_by_text("Your answer is beside the challenge").wait_for()

    page = visit("lead", width=PHONE, java_script_enabled=False).page
    page.goto(address)
    page.get_by_label("Why?").fill("The notes say so")
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Figures that changed").wait_for()
    fits(page)
    assert Challenge.objects.get().state == "accepted"


def test_every_page_of_checking_is_accessible_and_fits(hospital, visit):
    owner = visit("clinician")
    paths = ["/me/records/", "/me/records/away/", "/me/records/missing/", "/challenges/"]
    assert (
        faults_of(owner, *paths, "/records/spells:S0001/", "/records/spells:S0001/challenge/") == []
    )
    page = owner.page
    page.get_by_label("This patient was not mine").check()
    page.get_by_role("button", name="Send the challenge").click()
    page.get_by_text("Challenge sent.").wait_for()
    challenge = urlsplit(page.url).path
    assert faults_of(owner, challenge) == []
    analyst = visit("analyst")
    assert faults_of(analyst, "/challenges/", "/windows/", f"/windows/{hospital.window.pk}/") == []
    page = analyst.page
    page.get_by_role("button", name="Draw a random sample").click()
    page.get_by_text("unchallenged records drawn").wait_for()
    assert faults_of(analyst, urlsplit(page.url).path, challenge) == []
