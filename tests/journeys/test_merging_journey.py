"""In a real browser: two departments become one, shown before it is done."""

import re

from playwright.sync_api import expect

from clinlead.organisation.models import Department

PHONE = 390


def test_two_departments_merge_after_a_page_that_shows_what_follows(visit, trust, axe, fits):
    hr = visit("hr")
    page = hr.page
    hr.go("/departments/")
    page.get_by_role("link", name="Merge departments").click()
    page.get_by_label("Cardiology").check()
    page.get_by_label("General surgery").check()
    page.get_by_label("What is the new department called?").fill("Heart and surgery")
    page.get_by_label("In which division?").select_option("Medicine")
    page.get_by_role("button", name="See what will happen").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_label("Why, and where was it decided?").fill("The board, 3 June")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("people with a post on that day").wait_for()
    assert Department.objects.count() == 2, "nothing is done before it is confirmed"
    axe(page)
    page.set_viewport_size({"width": PHONE, "height": 900})
    fits(page)
    page.get_by_role("button", name="Merge the departments").click()
    page.get_by_role("heading", name="Heart and surgery").wait_for()
    axe(page)
    fits(page)
    hr.go("/departments/")
    expect(page.get_by_role("row").last.get_by_text("merged; last day")).to_be_visible()
    hr.go("/mergers/new/")
    assert not page.get_by_label("Cardiology").count()
