"""In a real browser: what stands in the way is met, the stream moves, and no stage is skipped."""

import pytest
from playwright.sync_api import expect

from browsing import faults_of
from clinlead.workstreams.people import end_part
from clinlead.workstreams.policies import Status
from people import AT
from strategy_stated import stated
from streams_run import engage, set_up, sponsor

DESK, PHONE = 1280, 390
HERE = "/streams/heart-failure/"
PAGES = [
    ("projectteam", "/streams/"),
    ("projectteam", HERE),
    ("projectteam", f"{HERE}history/"),
    ("projectteam", f"{HERE}people/"),
    ("projectteam", f"{HERE}waive/sponsor/"),
    ("projectteam", "/streams/new/"),
    ("projectteam", "/streams/pilot/"),
    ("projectteam", "/streams/template/edit/"),
    ("projectteam", "/streams/help/"),
    ("wardstaff", "/streams/template/"),
    ("wardstaff", "/streams/preconditions/"),
    ("clinician", f"{HERE}members/"),
    ("lead", f"{HERE}help/"),
]


@pytest.fixture
def streams(trust, transactional_db):
    stated(trust)
    trust.stream = set_up(trust)
    engage(trust, set_up(trust, "Cataract", trust.surgery), Status.DID_NOT_ENGAGE, "No time")
    return trust


def test_each_page_is_accessible_and_fits(visit, streams):
    for login in sorted({login for login, _ in PAGES}):
        assert faults_of(visit(login), *(path for who, path in PAGES if who == login)) == []


def test_a_stream_is_unblocked_moved_and_waived_without_a_script(visit, streams, fits):
    page = visit("projectteam", PHONE, java_script_enabled=False).page
    page.goto(page.url.rstrip("/") + "/streams/")
    page.get_by_role("link", name="Heart failure").click()
    page.get_by_text("Still to be met: A sponsor stands behind the stream.").wait_for()
    expect(page.get_by_role("button", name="Move on to “Engage”")).to_be_disabled()
    page.locator(f'a[href="{HERE}people/"]').first.click()
    page.get_by_label("Which part do they play?").select_option("sponsor")
    page.get_by_label("Their login").fill("chief")
    page.get_by_role("button", name="Name them").click()
    page.get_by_text("Named as sponsor.").wait_for()

    page.get_by_role("link", name="Heart failure").last.click()
    page.get_by_role("heading", name="Nothing stands in the way").wait_for()
    page.get_by_role("button", name="Move on to “Engage”").click()
    page.get_by_text("The stream is in “Engage” now.").wait_for()
    assert page.get_by_role("button", name="Move on to “Agree outcomes”").is_disabled()
    fits(page)

    page.locator(f'a[href="{HERE}waive/managers/"]').first.click()
    page.get_by_label("Why?").fill("The post is filled in June.")
    page.get_by_role("button", name="Waive it").click()
    page = visit("wardstaff", PHONE).page
    page.goto(page.url.rstrip("/") + HERE)
    page.get_by_text("The post is filled in June.").wait_for()


def test_what_was_met_as_the_page_was_opened_is_asked_again(visit, streams):
    part = sponsor(streams, streams.stream)
    page = visit("projectteam").page
    page.goto(page.url.rstrip("/") + HERE)
    end_part(person_id=part.pk, by=streams.projectteam, at=AT)
    page.get_by_role("button", name="Move on to “Engage”").click()
    page.get_by_text("Still to be met: A sponsor stands behind the stream.").wait_for()
