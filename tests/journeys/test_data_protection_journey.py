"""In a real browser: a person asks for erasure, the officer answers and keeps the register."""

import pytest
from django.conf import settings

from browsing import DESK, PHONE, faults_of
from clinlead.dataprotection.models import Disclosure
from clinlead.intake.models import Load, LoadState, RetentionPeriod

OFFICERS = (
    "/data-protection/retention/",
    "/data-protection/requests/",
    "/data-protection/disclosures/",
)


@pytest.fixture(autouse=True)
def loaded(trust, tmp_path, monkeypatch):
    """A data set with two months, so that there is something to keep."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    Load.objects.create(
        number=1, dataset="spells", file_name="spells.csv", state=LoadState.ACTIVE,
        loaded_at="2026-01-01T09:00:00Z", report={"months": {"2016-05": 90, "2016-06": 88}},
    )  # fmt: skip


def test_a_request_to_erase_is_answered_in_words(visit, trust, transactional_db):
    own = visit("clinician", PHONE, java_script_enabled=False)
    own.go("/me/erasure/")
    own.page.get_by_label("What should be erased?").fill("My plans of last year")
    own.page.get_by_role("button", name="Send the request").click()
    own.page.get_by_text("answers within a month").first.wait_for()

    officer = visit("dpo", DESK, java_script_enabled=False)
    officer.go("/")
    officer.page.get_by_text("Answer a request to erase").first.click()
    answer = officer.page.url.removeprefix(officer.home)
    officer.page.get_by_label("Erase nothing").check()
    officer.page.get_by_label("Why", exact=True).fill("A claim is open.")
    officer.page.get_by_role("button", name="Answer").click()
    officer.page.get_by_text("Answered. The person is told.").wait_for()

    officer.go("/data-protection/retention/")
    officer.page.get_by_label("Data set", exact=True).select_option("spells")
    officer.page.get_by_label("Years").fill("8")
    officer.page.get_by_label("Why", exact=True).fill("The records schedule")
    officer.page.get_by_role("button", name="Set the period").click()
    officer.page.get_by_text("Nothing of it is erased for 28 days").wait_for()
    assert RetentionPeriod.objects.get().years == 8

    officer.go("/data-protection/disclosures/")
    officer.page.get_by_label("To whom").fill("The regulator")
    officer.page.get_by_label("What", exact=True).fill("Stays of June 2016")
    officer.page.get_by_label("The law asks for it").check()
    officer.page.get_by_label("Reference").fill("Order 12")
    officer.page.get_by_role("button", name="Enter it").click()
    officer.page.get_by_text("Entered. Whoever is named reads it.").wait_for()
    assert Disclosure.objects.get().to_whom == "The regulator"

    assert faults_of(visit("dpo"), *OFFICERS, answer) == []
    assert faults_of(visit("clinician"), "/me/erasure/", "/me/readings/") == []
