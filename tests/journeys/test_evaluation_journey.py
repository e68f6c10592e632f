"""In a real browser: a study is begun, somebody is asked, says yes, is interviewed and unnamed."""

import pytest
from django.utils import timezone

from browsing import faults_of
from studied import PASSPHRASE, SAID, begun

PHONE = 390


@pytest.fixture
def studied(trust, transactional_db):
    return begun(trust, timezone.now())


def test_each_page_is_accessible_and_fits(visit, studied):
    raw = studied.taken_in(studied.interviewed())
    kept = studied.transcribed(studied.interviewed(), SAID)
    asked, here = studied.invited(), studied.study.get_absolute_url()
    guide = studied.questionnaire("manager-interview")
    form = studied.validated(studied.questionnaire("clinician-form"))
    link = studied.opened(form).token
    visitor = visit("evaluator")
    opens(visitor.page, visitor.home + here)
    pages = [
        *("/evaluation/", "/evaluation/begin/", here, f"{here}participants/add/"),
        *(asked.get_absolute_url(), raw.get_absolute_url(), f"{raw.get_absolute_url()}names/"),
        *(f"{raw.get_absolute_url()}transcript/", f"{here}transcripts/{kept.pk}/"),
        *(f"{here}letters/", f"{here}consent/", f"{here}lock/", f"{here}questionnaires/"),
        *(guide.get_absolute_url(), f"{guide.get_absolute_url()}themes/0/"),
        *(form.get_absolute_url(), f"{form.get_absolute_url()}results/"),
    ]
    assert faults_of(visitor, *pages) == []
    anybody = visit()
    assert faults_of(anybody, f"/taking-part/{studied.token(asked)}/", f"/answer/{link}/") == []


def opens(page, address: str) -> None:
    page.goto(f"{address}open/")
    page.get_by_label("Passphrase of this study").fill(PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("Names are shown to you").wait_for()


def test_from_the_invitation_to_a_transcript_without_names_without_a_script(visit, studied, fits):
    page = visit("evaluator", PHONE, java_script_enabled=False).page
    home = page.url.rstrip("/")
    opens(page, home + studied.study.get_absolute_url())
    page.get_by_role("link", name="Add participants").click()
    page.get_by_label("Name").fill("Dr Ada Quill")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="CD 1").click()
    page.get_by_text("The letter, to send it yourself").click()
    letter = page.locator(".app-lines").first.inner_text()
    page.get_by_role("button", name="I have sent it myself").click()

    theirs = visit(None, PHONE, java_script_enabled=False).page
    theirs.goto(home + "/taking-part/" + letter.split("/taking-part/")[1].split("/")[0] + "/")
    theirs.get_by_label("I have read what it is about").check()
    theirs.get_by_role("button", name="Yes, I take part").click()
    theirs.get_by_role("heading", name="You agreed to an interview").wait_for()
    fits(theirs)

    page.reload()
    page.get_by_text("Record that it was held").click()
    page.get_by_label("Held on").fill(timezone.localdate().isoformat())
    page.get_by_label("Minutes").fill("35")
    page.get_by_role("button", name="Record the interview").click()
    page.get_by_role("link", name="Take in a transcript").click()
    page.get_by_label("Or type or paste it").fill("Dr Ada Quill asked me.\nI said no 🙂.")
    page.get_by_role("button", name="Take it in").click()
    page.get_by_label("What is put for “Dr Ada Quill”").fill("[a lead]")
    page.get_by_role("button", name="Keep it so").click()
    page.get_by_text("[a lead] asked me.").wait_for()
    fits(page)
