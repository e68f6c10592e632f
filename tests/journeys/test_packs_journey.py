"""In a real browser: packs are held back, made, chosen, planned on, and kept from a colleague."""

import re

import pytest
from playwright.sync_api import expect

from browsing import PHONE
from clinlead.background.working import work_off
from clinlead.packs import keeping


@pytest.fixture
def released(let_out):
    trust = let_out.trust
    trust.out = let_out.release
    return trust


@pytest.fixture
def papers(released) -> str:
    return f"/releases/{released.out.pk}/packs/"


def pauses(project, axe) -> None:
    page = project.page
    project.go("/background/")
    axe(page)
    page.get_by_label("Why should background work stand still?").fill("June comes again")
    page.get_by_role("button", name="Pause background work").click()
    page.get_by_text("Paused by").wait_for()
    expect(page.get_by_text("June comes again")).to_be_visible()
    axe(page)


def lets_go_on(project) -> None:
    project.page.get_by_role("button", name="Let it go on").click()
    project.page.get_by_text("It goes on where it was.").wait_for()


def asks_again(project) -> None:
    project.go("/background/")
    project.page.get_by_text("9 packs made.").wait_for()
    project.page.get_by_role("button", name="Do it again").first.click()
    project.page.get_by_text("It waits for its turn.").wait_for()


def is_paper(visitor, address: str) -> bool:
    return visitor.page.request.get(visitor.home + address).body()[:4] == b"%PDF"


def is_made(visitor, address: str) -> bool:
    """As the button does it; the browser's own viewer of papers is none of our pages."""
    token = visitor.page.locator("main [name=csrfmiddlewaretoken]").get_attribute("value")
    form = {"csrfmiddlewaretoken": token}
    made = visitor.page.request.post(visitor.home + address, form=form)
    return made.body()[:4] == b"%PDF"


def chooses(page) -> None:
    page.get_by_label("My own twelve months before").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Chosen. Your packs are made anew").wait_for()


def plans(page, axe, fits) -> None:
    page.get_by_role("link", name="write your plan").click()
    page.get_by_role("button", name="Save my plan").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_label("What will I look at, or do differently?").fill("Ask for the letters")
    page.get_by_label("Print it in my pack").check()
    fits(page)
    page.get_by_role("button", name="Save my plan").click()
    page.get_by_text("Saved. Your pack is made anew").wait_for()


def holds_back_and_makes(project, lead, papers: str, axe) -> None:
    pauses(project, axe)
    assert work_off() == []
    lead.go(papers)
    axe(lead.page)
    expect(lead.page.get_by_text("not made yet")).to_have_count(9)
    lets_go_on(project)
    assert [job.result for job in work_off()] == ["9 packs made."]
    asks_again(project)
    lead.go(papers)
    expect(lead.page.get_by_text("not made yet")).to_have_count(0)
    link = lead.page.get_by_role("link", name="The department, with names (PDF)")
    assert is_paper(lead, link.get_attribute("href"))


def test_from_a_pause_to_a_plan(visit, released, papers, axe, fits):
    own = f"{papers}{released.person('clinician').code}.pdf"
    holds_back_and_makes(visit("projectteam"), visit("lead"), papers, axe)
    clinician = visit("clinician", PHONE)
    page = clinician.page
    clinician.go("/me/packs/")
    axe(page)
    fits(page)
    chooses(page)
    plans(page, axe, fits)
    page.get_by_role("link", name="Cardiology, January to March 2026 (PDF)").click()
    axe(page)
    fits(page)
    assert page.get_by_role("button", name="Make it now").is_enabled()
    assert is_made(clinician, own)
    assert is_paper(clinician, own)
    assert len(list(keeping.root().rglob("*.pdf"))) == 9
    assert visit("peer").go(own).status == 404
