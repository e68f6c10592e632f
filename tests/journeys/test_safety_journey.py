"""In a real browser: a safety signal is acknowledged by the lead and read by its clinician."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinlead.measures.safety import mark_safety
from safety_signal import kept_signal

DESK, PHONE = 1280, 390


@pytest.fixture
def signalled(let_out):
    """A signal of the peer's patients, over the small trust's own records."""
    trust = let_out.trust
    mark_safety(
        measure="died-in-hospital",
        department=None,
        reason="Deaths must not wait",
        by=trust.director,
        at=timezone.now(),
    )
    trust.signal = kept_signal(trust.cardiology, trust.person("peer"), found_at=timezone.now())
    return trust


def test_a_signal_is_acknowledged_on_a_phone_and_read_by_the_clinician(visit, signalled, axe, fits):
    for login, width in (("lead", DESK), ("director", PHONE)):
        visitor = visit(login, width)
        for path in ("/safety/", "/opened/", "/grants/"):
            visitor.go(path)
            axe(visitor.page)
            fits(visitor.page)

    visitor = visit("lead", PHONE, java_script_enabled=False)
    page = visitor.page
    page.get_by_role("link", name="Acknowledge a safety signal in Cardiology").click()
    page.get_by_label("What do you make of it").fill("I will read the notes today.")
    fits(page)
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("Acknowledged. The clinician can read what you wrote.").wait_for()

    visitor = visit("peer", PHONE)
    visitor.page.get_by_role("link", name="Read a safety signal about your own patients").click()
    axe(visitor.page)
    fits(visitor.page)
    expect(visitor.page.get_by_text("I will read the notes today.")).to_be_visible()
    visitor.page.get_by_role("button", name="I have read this").click()
    visitor.page.get_by_text("Your clinical director sees that you have read it.").wait_for()

    visitor = visit("director", DESK)
    visitor.go("/measures/died-in-hospital/safety/")
    axe(visitor.page)
    visitor.go(signalled.signal.get_absolute_url())
    expect(visitor.page.get_by_text("For which statutory purpose")).to_be_visible()
    axe(visitor.page)

    visitor = visit("lead", DESK)
    visitor.go("/opened/")
    visitor.page.get_by_label("Where the department agreed to this").fill("Minutes of June")
    visitor.page.get_by_role("button", name="Open it").click()
    visitor.page.get_by_text("Opened. Other departments").wait_for()
    visitor.go(signalled.signal.get_absolute_url())
    axe(visitor.page)
    fits(visitor.page)
