"""In a real browser: a transcript coded by keyboard and without a script, counted and reported."""

import pytest

import coded
from browsing import faults_of

PHONE = 390
CODE = "Poor performance needs a clearer definition"


@pytest.fixture
def study(trust, transactional_db) -> dict[str, object]:
    return coded.in_world(trust)


def test_each_page_is_accessible_and_fits(visit, study):
    here = f"/coding/{study['coded']}/"
    places = ["", "findings/", "report/", "codebook/", "passages/", "patterns/", "exchange/"]
    pages = [
        *(here + place for place in places),
        f"{here}matrix/",
        f"{here}themes/{study['theme']}/",
        f"/coding/transcripts/{study['to_code']}/",
        f"/coding/transcripts/{study['settling']}/compare/",
    ]
    assert faults_of(visit("evaluator"), *pages) == []


def test_a_transcript_is_coded_by_keyboard_and_taken_back(visit, study):
    visitor = visit("evaluator")
    visitor.go(f"/coding/transcripts/{study['to_code']}/")
    page = visitor.page
    page.get_by_text("17 lines, 15 of them coded").wait_for()
    for key in (*"jjjjjjjj", "Shift+J"):  # lines nine and ten
        page.keyboard.press(key)
    page.keyboard.press("c")
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")
    page.locator("#line-9 .app-codes").get_by_text(CODE).first.wait_for()
    page.get_by_text("17 lines, 16 of them coded").wait_for()
    page.keyboard.press("u")
    page.get_by_text("17 lines, 15 of them coded").wait_for()
    page.keyboard.press("1")
    page.get_by_text("17 lines, 16 of them coded").wait_for()
    page.keyboard.press("c")
    page.keyboard.type("No such code")
    page.keyboard.press("Enter")
    page.get_by_text("Write it into the codebook first").wait_for()


def test_words_are_coded_and_a_theme_is_counted_without_a_script(visit, study, fits):
    page = visit("evaluator", PHONE, java_script_enabled=False).page
    home = page.url.rstrip("/")
    page.goto(f"{home}/coding/transcripts/{study['to_code']}/")
    words = page.locator("#line-2 > span:not(.app-transcript__number)").first.inner_text()[:9]
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_text("Give lines and words instead of selecting").click()
    page.get_by_label("From line").fill("2")
    page.get_by_label("Only these words of it").fill(words)
    page.get_by_role("button", name="Give the code").click()
    page.locator("#line-2 .app-transcript__coded").get_by_text(words).wait_for()
    fits(page)

    page.goto(f"{home}/coding/{study['coded']}/findings/")
    page.get_by_label("What the theme is called").fill("What we found")
    page.get_by_role("button", name="Begin a theme").click()
    page.get_by_label("Which code is counted?").select_option(label=CODE)
    page.get_by_label("Clinical directors").check()
    page.get_by_role("button", name="Add to the table").click()
    page.get_by_text("2/12").wait_for()  # of transcripts that are coded to the end
    fits(page)
