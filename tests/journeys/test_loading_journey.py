"""An analyst loads an extract with the mouse, the keyboard, on a phone, and without JavaScript."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from other_sources import omop

CSV = (
    "spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant\n"
    "S1,H123,05.01.2026,07.01.2026,elective,C-clinician\n"
    "S2,H124,06.01.2026,05.01.2026,elective,C-clinician\n"
    "S3,H125,08.01.2026,09.01.2026,99,C-nobody\n"
)


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(django_settings.CONFIGURATION, "data_dir", tmp_path / "data")
    settings.LOADS_RUN_APART = False
    settings.AFTER_LOADS = []


@pytest.mark.parametrize(
    ("width", "options"), [(1280, {}), (390, {}), (1280, {"java_script_enabled": False})]
)
def test_an_extract_from_upload_to_withdrawal(visit, trust, axe, fits, tmp_path, width, options):
    path = tmp_path / "spells.csv"
    path.write_text(CSV)
    visitor = visit("analyst", width, **options)
    page, scripted = visitor.page, not options

    def sound() -> None:
        if scripted:
            axe(page)
            fits(page)

    visitor.go("/loads/")
    sound()
    page.click("text=Load the first extract")
    sound()
    page.set_input_files("[name=file]", path)
    page.fill("[name=source]", "PAS")
    page.click("text=Show the first rows")
    page.wait_for_selector("text=Before: the first rows as they came")
    expect(page.locator("body")).to_contain_text("is not a date in the form 2026-03-31")
    sound()
    expect(page.locator("body")).to_contain_text("None of these rows could be kept")
    page.fill("[name=mapping_text]", "[dates]\nformat = '%d.%m.%Y'\n")
    page.click("text=Show the first rows again")
    page.wait_for_selector("text=2026-01-05 00:00:00")
    page.click("text=Yes, load it")
    page.wait_for_selector("text=2 of 3 rows were accepted, 1 set aside")
    sound()
    page.fill("[name=because]", "Wrong month.")
    page.click("text=Withdraw this load")
    page.wait_for_selector("text=Its rows count for nothing.")
    sound()
    visitor.go("/quality/")
    sound()


def test_omop_files_are_chosen_together_looked_at_and_loaded(visit, trust, axe, fits, tmp_path):
    folder = omop(tmp_path / "omop")
    visitor = visit("analyst", 390)
    page = visitor.page

    def sound() -> None:
        axe(page)
        fits(page)

    visitor.go("/loads/")
    page.click("text=Load OMOP or FHIR files")
    sound()
    page.check("text=OMOP CDM 5.4")
    page.set_input_files("[name=chosen]", sorted(folder.iterdir()))
    page.click("text=Read the files")
    page.wait_for_selector("text=Is this what should be loaded?")
    expect(page.locator("body")).to_contain_text("There is no table PROCEDURE_OCCURRENCE.")
    sound()
    page.click("text=Yes, load all of it")
    page.wait_for_selector("text=in use now")
    sound()
    page.click("text=Load 1 >> nth=0")
    page.wait_for_selector("text=2 of 3 rows were accepted")
