"""In a real browser: thanks, a conversation, and a concern that ends in what was learned."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browsing import PHONE, faults_of
from clinlead.conversations.models import Conversation
from concerned import DAY, opened


@pytest.fixture
def talked(trust, transactional_db):
    trust.concern = opened(trust, timezone.now() - 30 * DAY)
    return trust


def test_each_page_is_accessible_and_fits(visit, talked):
    talk = Conversation.objects.first().get_absolute_url()
    concern = talked.concern.get_absolute_url()
    pages = {
        "clinician": ("/recognition/", "/me/recognition/", "/me/recognition/contribute/", talk,
                      concern, "/me/equality/"),
        "lead": ("/recognition/give/", "/conversations/", "/conversations/begin/", concern,
                 "/concerns/open/", "/concerns/bypass/"),
        "projectteam": ("/concerns/", "/concerns/steps/", "/concerns/counts/"),
        "hr": ("/concerns/contacts/", "/concerns/equality/"),
    }  # fmt: skip
    for login, paths in pages.items():
        assert faults_of(visit(login), *paths) == []


def test_people_thank_talk_and_go_through_a_concern_without_a_script(visit, talked, fits):
    def at(login: str, path: str, width: int = PHONE):
        visitor = visit(login, width, java_script_enabled=False)
        visitor.go(path)
        return visitor.page

    page = at("wardstaff", "/recognition/give/")
    page.get_by_label("Whom do you thank?").fill("clinician")
    page.get_by_label("What for?").fill("You stayed with the family.")
    page.get_by_role("button", name="Send your thanks").click()
    page.get_by_text("Sent. They decide who else reads it").wait_for()
    fits(page)

    talk = Conversation.objects.first().get_absolute_url()
    page = at("clinician", talk)
    page.get_by_role("button", name="Yes, that is what we agreed").click()
    page.get_by_text("You both say that this is what you agreed").wait_for()
    page.get_by_label("Your words").fill("It helps to talk.")
    page.get_by_role("button", name="Save your words").click()
    page.get_by_text("Saved. The other of you is told.").wait_for()

    concern = talked.concern.get_absolute_url()
    page = at("clinician", concern)
    expect(page.get_by_text("This is hard to read about oneself.")).to_be_visible()
    page.get_by_label("Your words").fill("The secretary left in May.")
    page.get_by_role("button", name="Save your answer").click()
    page.get_by_text("Saved. All who are in it are told.").wait_for()

    page = at("lead", concern)
    page.get_by_role("radio", name="Not the reason").check()
    page.get_by_label("What did you find?").fill("The dates are right.")
    page.get_by_role("button", name="Save what you found").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Data quality, not the reason").first.check()
    page.get_by_role("button", name="Save what you found").click()
    page.get_by_text("Saved. The clinician has been told").wait_for()
    page.get_by_text("Close it, with what was learned").click()
    page.get_by_role("radio", name="How the work is organised").check()
    page.get_by_label("What was learned?").fill("A post was vacant.")
    page.get_by_role("button", name="Close the concern").click()
    page.get_by_text("Closed. The clinician reads what was learned.").wait_for()
    fits(page)
