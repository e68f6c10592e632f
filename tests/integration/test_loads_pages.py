"""Pages of loads: an analyst uploads, looks, confirms, follows, mends and withdraws."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinlead.history.models import Entry
from clinlead.intake import pending
from clinlead.intake.models import Load, LoadState, SavedMapping

pytestmark = pytest.mark.django_db

CSV = (
    "spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant\n"
    "S1,H123,2026-01-05T09:30,2026-01-07,elective,C-clinician\n"
    "S2,H124,2026-01-06T09:30,2026-01-05,elective,C-clinician\n"
)
GERMAN = CSV.replace("2026-01-05T09:30", "05.01.2026").replace("2026-01-07", "07.01.2026")


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    settings.LOADS_RUN_APART = False
    settings.AFTER_LOADS = []  # computing is tested with the loading
    return tmp_path / "data"


@pytest.fixture
def analyst(client, trust):
    client.force_login(trust.analyst)
    return client


def upload(client, text: str = CSV, **asked):
    file = SimpleUploadedFile("spells.csv", text.encode())
    facts = {"file": file, "dataset": "spells", "source": "PAS", "mode": "upsert"} | asked
    return client.post("/loads/new/", facts)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_an_extract_is_uploaded_looked_at_and_loaded(analyst):
    shown = upload(analyst)
    page = text_of(analyst.get(shown.url))
    assert "Before: the first rows as they came" in page
    assert "2026-01-05 09:30:00" in page
    assert "Set aside:" in page
    assert "discharged_at 2026-01-05 00:00 is before admitted_at 2026-01-06 09:30" in page
    assert "H123" not in page
    assert not Load.objects.exists()

    done = analyst.post(shown.url + "confirm/")
    load = Load.objects.get()
    assert done.url == f"/loads/{load.number}/"
    assert (load.state, load.rows_accepted, load.file_name) == (
        LoadState.ACTIVE,
        1,
        "spells.csv",
    )
    page = text_of(analyst.get(done.url))
    assert "1 of 2 rows were accepted, 1 set aside" in page
    assert "negative stay" in page
    assert not list(pending.uploads().iterdir())
    assert "Load 1" in text_of(analyst.get("/loads/"))


def test_a_mapping_is_mended_on_the_preview_and_kept_for_the_source(analyst):
    shown = upload(analyst, GERMAN.splitlines()[0] + "\n" + GERMAN.splitlines()[1] + "\n")
    assert "is not a date in the form 2026-03-31" in text_of(analyst.get(shown.url))
    mapping = "[dates]\r\nformat = '%d.%m.%Y'\r\n"
    assert "is not TOML" in text_of(analyst.post(shown.url, {"mapping_text": "[dates"}))
    analyst.post(shown.url, {"mapping_text": mapping})
    assert "2026-01-05 00:00:00" in text_of(analyst.get(shown.url))
    analyst.post(shown.url + "confirm/")
    assert Load.objects.get().rows_accepted == 1
    assert SavedMapping.objects.get(source="PAS").text == "[dates]\nformat = '%d.%m.%Y'\n"
    again = text_of(analyst.get(upload(analyst, GERMAN.replace("S1", "S7")).url))
    assert "%d.%m.%Y" in again  # the saved mapping reads the next extract, and is shown
    assert "2026-01-05 00:00:00" in again


def test_a_file_that_cannot_be_read_is_told_on_the_preview(analyst):
    page = text_of(analyst.get(upload(analyst, "a,b\n1,2\n").url))
    assert "spells.csv: has no column" in page
    assert "Yes, load it" not in page


def test_a_load_that_fails_is_told_under_the_files_own_name(analyst):
    done = analyst.post(upload(analyst, "a,b\n1,2\n").url + "confirm/")
    page = text_of(analyst.get(done.url))
    assert "It was not loaded" in page
    assert "spells.csv: has no column" in page


def test_a_repeated_extract_is_told_on_its_page(analyst):
    for _ in range(2):
        done = analyst.post(upload(analyst).url + "confirm/")
    assert "This extract is loaded already: load 1" in text_of(analyst.get(done.url))


def test_what_a_form_lacks_is_said_beside_it(analyst):
    page = text_of(upload(analyst, covers_from="2026-01-01"))
    assert "Give both days of the coverage, or neither." in page
    page = text_of(upload(analyst, mapping_text="[columns]\nspel = 'x'"))
    assert "line 2: spel is no column of spells" in page


def test_quarantine_is_downloaded_and_that_is_on_record(analyst, trust):
    analyst.post(upload(analyst).url + "confirm/")
    response = analyst.get("/loads/1/quarantine/")
    text = b"".join(response.streaming_content).decode()
    response.close()
    assert "is before admitted_at" in text
    assert "H124" not in text
    assert Entry.objects.filter(act="quarantine downloaded", by=trust.analyst).exists()


def test_a_load_is_withdrawn_with_a_reason(analyst):
    analyst.post(upload(analyst).url + "confirm/")
    assert analyst.post("/loads/1/withdraw/", {"because": ""}).status_code == 403
    analyst.post("/loads/1/withdraw/", {"because": "Wrong month."})
    assert "Wrong month." in text_of(analyst.get("/loads/1/"))
    assert Load.objects.get().state == LoadState.WITHDRAWN


def test_a_load_is_graded_again_when_its_clinicians_are_known(analyst, trust):
    text = "\n".join(CSV.splitlines()[:2]).replace("C-clinician", "C-new") + "\n"
    analyst.post(upload(analyst, text).url + "confirm/")
    assert grade_of_attribution() == "D"
    from clinlead.organisation.models import ClinicianCode

    code = ClinicianCode.objects.get(code="C-clinician")
    code.pk, code.code = None, "C-new"
    code.save()
    analyst.post("/loads/1/grade/")
    assert grade_of_attribution() == "A"


def grade_of_attribution() -> str:
    parts = Load.objects.get().quality["parts"]
    return next(each["grade"] for each in parts if each["part"] == "attribution")


def test_a_running_load_is_followed_without_javascript(analyst, trust, now):
    Load.objects.create(
        number=7, dataset="spells", loaded_at=now, share=0.4, doing="reading the rows"
    )
    page = text_of(analyst.get("/loads/7/"))
    assert "Reading the rows: 40% of this step" in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


def test_only_the_analyst_finds_loads_and_only_their_own_uploads(client, trust, analyst):
    shown = upload(analyst)
    analyst.post(upload(analyst).url + "confirm/")
    pages = ["/loads/", "/loads/new/", "/loads/1/", "/loads/1/quarantine/", shown.url]
    for login in trust.accounts:
        if login != "analyst":
            client.force_login(trust.accounts[login])
            assert {client.get(page).status_code for page in pages} == {404}
            for act in ("withdraw", "grade"):
                assert client.post(f"/loads/1/{act}/", {"because": "x"}).status_code == 404
    assert Load.objects.get().state == LoadState.ACTIVE


def test_grades_are_seen_by_whose_figures_rest_on_them(client, trust, analyst):
    analyst.post(upload(analyst).url + "confirm/")
    expected = {
        "clinician": (200, 404),
        "lead": (200, 200),
        "chief": (200, 404),
        "operations": (200, 404),
        "analyst": (200, 200),
        "projectteam": (200, 404),
        "executive": (200, 404),
        "hr": (404, 404),
        "wardstaff": (404, 404),
        "dpo": (404, 404),
        "evaluator": (404, 404),
        "sysadmin": (404, 404),
    }
    for login, statuses in expected.items():
        client.force_login(trust.accounts[login])
        pages = (reverse("quality"), reverse("quality_report", args=["spells"]))
        assert tuple(client.get(page).status_code for page in pages) == statuses, login


def test_uploads_a_day_old_are_removed(analyst, trust, now):
    from datetime import timedelta

    asked = {
        "dataset": "spells",
        "source": "",
        "mode": "upsert",
        "mapping_text": "",
        "covers_from": "",
        "covers_to": "",
    }
    for days in (0, 2):
        kept = pending.keep_upload(
            chunks=[b"x"],
            file_name="a.csv",
            asked=asked,
            by=trust.analyst,
            at=now + timedelta(days=days),
        )
    assert [each.name for each in pending.uploads().iterdir()] == [kept.token]
