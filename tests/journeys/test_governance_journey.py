"""In a real browser: a wording redefined by three people, and a meeting and what follows it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

import met
from browsing import faults_of
from redefined import BECAUSE, WHERE, drafted, followed, said

DESK, PHONE = 1280, 390
MEASURE = "/measures/length-of-stay/"
FIGURE = "/departments/cardiology/figures/length-of-stay/"


@pytest.fixture
def released(let_out):
    trust = let_out.trust
    trust.out = let_out.release
    return trust


def test_from_what_a_manager_says_to_a_chart_for_each_version(visit, released, axe, fits):
    lead, analyst, executive = visit("lead"), visit("analyst"), visit("executive")
    lead.go(MEASURE)
    axe(lead.page)
    lead.page.get_by_role("link", name="Say what is wrong with the wording").click()
    lead.page.get_by_label("What is wrong with the wording?").fill("Planned admissions count.")
    axe(lead.page)
    lead.page.get_by_role("button", name="Say it").click()
    lead.page.get_by_text("Said. The answer will stand beside it").wait_for()

    page = analyst.page
    analyst.go(f"{MEASURE}drafts/")
    text = page.get_by_label("The definition")
    text.fill(text.input_value() + 'chart = "pie"\n')
    page.get_by_label("Why does the wording change?").fill(BECAUSE)
    page.get_by_role("button", name="Save the draft").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    text.fill(text.input_value().replace('chart = "pie"\n', WHERE))
    page.get_by_label("Planned admissions count.").check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("admission method: emergency").first).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Send it to be checked").click()
    page.get_by_text("Sent. Somebody else checks it").wait_for()

    lead.go("/")
    lead.page.get_by_role("link", name="Check: Length of stay, version 2").click()
    lead.page.get_by_role("link", name="Check it, and stand by it").click()
    lead.page.get_by_label("What did you look at?").fill("The records that count now.")
    axe(lead.page)
    lead.page.get_by_role("button", name="I have checked it").click()

    executive.go("/")
    executive.page.get_by_role("link", name="Approve: Length of stay, version 2").click()
    executive.page.get_by_role("button", name="Approve").click()
    executive.page.get_by_text("Approved: it is version 2.").wait_for()

    analyst.go(f"{MEASURE}2/use/")
    page.get_by_role("button", name="Compute its figures").click()
    page.get_by_text("Its figures are computed for every month there is.").wait_for()
    axe(page)

    lead.go(f"{MEASURE}2/use/")
    lead.page.get_by_label("Where was this decided, and why?").fill("Our meeting of June.")
    axe(lead.page)
    lead.page.get_by_role("button", name="Follow this version").click()
    lead.page.get_by_text("Cardiology follows version 2 from April 2026 on.").wait_for()
    lead.go(FIGURE)
    before = lead.page.get_by_role("heading", name="Before: version 1, until March 2026")
    expect(before).to_be_visible()
    assert lead.page.locator("figure.app-chart").count() >= 2
    expect(lead.page.get_by_text("The same months under both")).to_be_visible()
    axe(lead.page)
    fits(lead.page)


def test_from_a_plan_to_minutes_and_the_action_on_the_next_agenda(visit, released, axe, fits):
    visitor = visit("lead", java_script_enabled=False)
    page, today = visitor.page, timezone.localdate()
    visitor.go("/governance/plan/")
    page.get_by_label("On which day?").fill(today.isoformat())
    page.get_by_role("button", name="Plan it").click()
    page.get_by_text("Planned. Its agenda fills itself").wait_for()
    expect(page.get_by_role("link", name="Cardiology, January to March 2026")).to_be_visible()
    page.get_by_label("Put something on the agenda").fill("Night cover")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="It was held: note who was there").click()
    page.get_by_label("Dr Lead").check()
    page.get_by_label("Dr Peer").check()
    page.get_by_role("button", name="Save who was there").click()
    page.get_by_role("link", name="Write the minutes").click()
    page.get_by_label("What was said and decided?").fill("We looked at length of stay.")
    page.get_by_role("button", name="Save a version").click()
    page.get_by_role("link", name="Note what somebody is to do").click()
    page.get_by_label("What is to be done?").fill("Ask pharmacy")
    page.get_by_label("By whom?").select_option(label="Dr Peer (peer)")
    page.get_by_label("By when?").fill((today + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Note it").click()
    page.get_by_role("button", name="Approve the minutes").click()
    page.get_by_text("Approved. Those who may read them").wait_for()
    fits(page)
    visitor.go("/governance/plan/")
    page.get_by_label("On which day?").fill((today + timedelta(days=90)).isoformat())
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text("Ask pharmacy").first).to_be_visible()

    peer = visit("peer", PHONE)
    peer.page.get_by_role("link", name="Ask pharmacy").click()
    peer.page.get_by_label("What came of it?").fill("They come at nine.")
    peer.page.get_by_label("Yes, it was done").check()
    axe(peer.page)
    peer.page.get_by_role("button", name="Close it").click()
    peer.page.get_by_text("Closed. The next agenda has it no more.").wait_for()
    axe(peer.page)
    fits(peer.page)


def test_each_page_is_accessible_and_fits(visit, released):
    released.open = said(released)
    followed(released)
    draft = drafted(released, code="died-in-hospital")
    held = met.minuted(released, met.held(released, released.out))
    met.asked(released, held)
    to_come = met.planned(released)
    pages = {
        "analyst": [MEASURE, released.open.get_absolute_url(), draft.get_absolute_url()],
        "wardstaff": [MEASURE, f"{MEASURE}changes/1/2/", f"{MEASURE}1/use/"],
        "clinician": ["/me/figures/length-of-stay/"],
        "lead": [
            FIGURE,
            "/governance/",
            to_come.get_absolute_url(),
            held.get_absolute_url(),
            f"{held.get_absolute_url()}minutes/",
            f"{to_come.get_absolute_url()}hold/",
            f"{to_come.get_absolute_url()}move/",
        ],
        "executive": [to_come.get_absolute_url(), held.get_absolute_url()],
        "projectteam": [to_come.get_absolute_url()],
    }
    for login, paths in pages.items():
        assert faults_of(visit(login), *paths) == []
