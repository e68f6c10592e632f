"""In a real browser: a question about a plan, a lesson, and a post that is held at first."""

import pytest
from django.utils import timezone

import learned
import planned_work
from browsing import faults_of
from clinlead.workstreams.policies import PartPlayed
from streams_run import name, set_up

PHONE = 390
SMALL = "/learning/lessons/small-numbers/"
PAGES = [
    ("hr", "/job-plans/cardiology/"),
    ("executive", "/job-plans/"),
    ("executive", "/framework/"),
    ("projectteam", "/learning/rights/"),
    ("lead", "/learning/"),
    ("lead", SMALL),
    ("lead", "/forum/"),
]


@pytest.fixture
def learns(trust, transactional_db):
    name(trust, set_up(trust), PartPlayed.COACH, trust.hr)
    planned_work.asked(trust, at=timezone.now())
    learned.shown(trust, "peer")
    return trust


def test_each_page_is_accessible_and_fits(visit, learns):
    plan = f"/job-plans/cardiology/people/{learns.person('clinician').code}/"
    coached = f"/learning/progress/{learns.lead.pk}/"
    pages = [*PAGES, ("hr", plan), ("hr", coached)]
    for login in sorted({login for login, _ in pages}):
        assert faults_of(visit(login), *(path for who, path in pages if who == login)) == []


def test_a_lead_answers_hr_does_a_lesson_and_words_a_held_post_anew_without_a_script(
    visit, learns, axe, fits
):
    page = visit("lead", PHONE, java_script_enabled=False).page
    home = page.url.rstrip("/")
    page.get_by_role("link", name="HR has a question about a job plan").click()
    page.get_by_label("Your answer").fill("Ten: the plan is agreed anew in April.")
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("Answered. HR is told.").wait_for()

    page.goto(home + SMALL)
    for question in page.locator("fieldset").all():
        question.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="See what is said about my answers").click()
    page.get_by_text("3 of 4 right: that is enough.").wait_for()
    fits(page)

    page.goto(home + "/forum/new/?topic=conversation")
    page.get_by_label("In one line").fill("A talk")
    page.get_by_label("What do you want to share or ask?").fill("Dr Otherlead was angry. And now?")
    page.get_by_role("button", name="Post").click()
    assert page.locator("mark").inner_text() == "Dr Otherlead"
    fits(page)
    page.get_by_label("Your words").fill("A colleague was angry. And now?")
    page.get_by_role("button", name="Check it again").click()
    page.get_by_text("It appears in the forum.").wait_for()

    visitor = visit("otherlead")
    visitor.go("/forum/?q=angry")
    visitor.page.get_by_role("link", name="A talk").click()
    visitor.page.get_by_label("Your answer").fill("Ask what made them so.")
    axe(visitor.page)
    visitor.page.get_by_role("button", name="Post the answer").click()
    visitor.page.get_by_text("Ask what made them so.").wait_for()
