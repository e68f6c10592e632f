"""In a real browser: from a release to a decision, a cycle, its study and the next cycle."""

import pytest
from playwright.sync_api import expect

from improving import decided, planned, running
from strategy_stated import stated

DESK, PHONE = 1280, 390


@pytest.fixture
def released(let_out):
    trust = let_out.trust
    trust.out = let_out.release
    stated(trust)
    return trust


def test_a_lead_goes_from_a_release_to_the_next_cycle(visit, released, axe, fits):
    visitor = visit("lead")
    page = visitor.page
    page.get_by_role("link", name="Decide about 2 measures of Cardiology").click()
    axe(page)
    page.get_by_role("link", name="Decide about Length of stay").click()
    page.get_by_label("Improve: try a change").check()
    page.get_by_label("Why?").fill("Decisions wait for the round.")
    axe(page)
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("link", name="Plan a PDSA cycle").click()
    fill_in(page, "Earlier rounds", "2026-02-01", "2026-07-30")
    axe(page)
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("button", name="Start the cycle").click()
    page.get_by_text("Started. Charts of the measure mark it from now on.").wait_for()
    axe(page)
    page.get_by_role("link", name="Study it").click()
    expect(page.get_by_text("This is an association in time.").first).to_be_visible()
    page.get_by_label("What happened?").fill("Rounds began at eight on most days.")
    page.get_by_label("What did you learn?").fill("The ward likes it.")
    page.get_by_label("Adopt: it becomes the way we work").check()
    axe(page)
    page.get_by_role("button", name="Close the cycle").click()
    page.get_by_role("link", name="Plan the next cycle").click()
    fill_in(page, "Rounds on Saturdays", "2027-01-01", "2027-06-01")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_text("The next cycle is planned.").wait_for()
    expect(page.get_by_role("img", name="The ramp of cycles")).to_be_visible()
    axe(page)
    fits(page)


def fill_in(page, title: str, begins: str, study: str) -> None:
    page.get_by_label("Name of the cycle").fill(title)
    page.get_by_label("What are you trying to achieve?").fill("Home when ready.")
    page.get_by_label("Why should it work?").fill("Decisions wait for the round.")
    page.get_by_label("How much do you try?").fill("One ward")
    page.get_by_label("at most").check()
    page.get_by_label("The number you predict").fill("4.5")
    page.get_by_label("When does the change begin?").fill(begins)
    page.get_by_label("When will you study it?").fill(study)


def test_each_page_is_accessible_and_fits_a_phone(visit, released, axe, fits):
    decision = decided(released, released.out)
    cycle = running(released, decision, balancing="died-in-hospital")
    later = planned(released, decision, title="Later", predicted=None)
    visitor = visit("lead", PHONE)
    for path in (
        "/improvement/",
        f"/improvement/releases/{released.out.pk}/",
        decision.get_absolute_url(),
        cycle.get_absolute_url(),
        later.get_absolute_url(),
        f"{cycle.get_absolute_url()}hand-over/",
        f"{cycle.get_absolute_url()}call-off/",
        "/improvement/drivers/",
    ):
        visitor.go(path)
        axe(visitor.page)
        fits(visitor.page)


def test_drivers_are_written_on_a_phone_without_a_script(visit, released, fits):
    page = visit("lead", PHONE, java_script_enabled=False).page
    page.goto(page.url.rstrip("/") + "/improvement/drivers/short-stays/")
    page.get_by_label("Add a driver").fill("Decisions every day of the week")
    page.get_by_role("button", name="Add the driver").click()
    page.get_by_label("Add a change idea").fill("A round on Saturdays")
    page.get_by_label("Which measure would show it?").select_option("length-of-stay")
    page.get_by_role("button", name="Add the idea").click()
    page.get_by_text("Change idea: A round on Saturdays").wait_for()
    expect(page.get_by_role("img").first).to_be_hidden()
    fits(page)
