"""Pages of OMOP and FHIR files: uploaded, looked at, loaded whole or not at all."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clinlead.intake import several_uploads
from clinlead.intake.models import Load, LoadState
from clinlead.intake.queries import activity, store
from other_sources import FHIR, OMOP, encounter, fhir, omop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    settings.LOADS_RUN_APART = False
    settings.AFTER_LOADS = []


@pytest.fixture
def analyst(client, trust):
    client.force_login(trust.analyst)
    return client


def files_in(folder) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def zip_of(folder, name: str = "export.zip") -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, f"export/{path.name}")
    return SimpleUploadedFile(name, out.getvalue())


def upload(client, kind: str, files, **asked):
    return client.post("/loads/several/", {"kind": kind, "chosen": files, "mode": "upsert"} | asked)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def nothing_is_kept() -> bool:
    in_use = Load.objects.filter(state=LoadState.ACTIVE).exists()
    return not in_use and not list(store().rglob("*.parquet"))


def test_omop_files_are_looked_at_then_loaded_whole_then_recognised(analyst, tmp_path):
    files = files_in(omop(tmp_path / "omop"))
    shown = upload(analyst, "omop", files, source="warehouse")
    page = text_of(analyst.get(shown.url))
    assert "Is this what should be loaded?" in page
    assert "There is no table PROCEDURE_OCCURRENCE." in page
    assert "OMOP does not say when a patient was ready to leave" in page
    assert "Inpatient Visit" in page  # a code in no list of ours
    assert "are not known to be ICD-10" in page
    assert not Load.objects.exists()

    analyst.post(shown.url + "confirm/")
    loads = {load.dataset: load for load in Load.objects.all()}
    assert {load.state for load in loads.values()} == {LoadState.ACTIVE}
    assert set(activity().active) == set(loads)
    assert {load.source for load in loads.values()} == {"warehouse"}
    page = text_of(analyst.get(shown.url))
    assert f'<a href="/loads/{loads["spells"].number}/">' in page
    assert "Yes, load all of it" not in page
    analyst.post(shown.url + "confirm/")  # pressed twice
    assert Load.objects.count() == len(loads)
    assert [each.name for each in several_uploads.several().glob("*/files")] == []

    again = upload(analyst, "omop", files_in(tmp_path / "omop"), source="warehouse")
    page = text_of(analyst.get(again.url))
    assert "Every row is loaded already." in page
    assert "Yes, load all of it" not in page


def test_a_zip_of_a_fhir_export_is_loaded_with_a_mapping_mended_on_its_page(analyst, tmp_path):
    shown = upload(analyst, "fhir", zip_of(fhir(tmp_path / "fhir")))
    page = text_of(analyst.get(shown.url))
    assert "name nobody here" in page
    assert "read again" not in page
    mapping = '[values.admission_method]\n"IMP" = "elective"\n'
    page = text_of(analyst.post(shown.url, {"mapping_text": mapping}))
    assert "does not say which data set" in page
    assert (
        analyst.post(shown.url, {"mapping_text": f'dataset = "spells"\n{mapping}'}).status_code
        == 302
    )
    analyst.post(shown.url + "confirm/")
    assert Load.objects.get(dataset="spells").mapping.text.startswith('dataset = "spells"')
    assert Load.objects.get(dataset="spells").rows_accepted == 2


BROKEN = "\n".join([json.dumps(FHIR["Condition"][0]), "{"])
ROUND = [
    encounter(each, {"reference": "Patient/p1"}, partOf={"reference": f"Encounter/{other}"})
    for each, other in [("e1", "e2"), ("e2", "e1")]
]


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("fhir", {"Condition": BROKEN}, "Condition.000.ndjson, line 2: is not JSON"),
        ("fhir", {"Encounter": ROUND}, "so it is part of itself; mend partOf"),
        ("omop", {"PERSON": None}, "export.zip: has no table PERSON"),
        ("omop", {"PERSON": OMOP["PERSON"] + " " * (270 << 20)}, "as no data do"),
    ],
)
def test_what_is_wrong_with_the_files_is_one_sentence_and_nothing_is_kept(
    analyst, tmp_path, kind, changed, said
):
    make = {"fhir": fhir, "omop": omop}[kind]
    shown = upload(analyst, kind, zip_of(make(tmp_path / kind, **changed)))
    page = text_of(analyst.get(shown.url))
    assert said in page
    assert "Yes, load all of it" not in page
    analyst.post(shown.url + "confirm/")
    assert nothing_is_kept()


def test_a_data_set_without_a_usable_row_stops_all_of_them(analyst, tmp_path):
    files = files_in(omop(tmp_path / "omop", DEATH="person_id,death_date\n2,soon\n"))
    shown = upload(analyst, "omop", files)
    assert "No row of deaths can be used, so nothing is loaded" in text_of(analyst.get(shown.url))
    analyst.post(shown.url + "confirm/")
    assert nothing_is_kept()


def test_what_the_form_lacks_is_said_and_a_strangers_upload_is_not_found(
    analyst, client, trust, tmp_path
):
    assert "Choose the files." in text_of(analyst.post("/loads/several/", {"kind": "omop"}))
    folder = omop(tmp_path / "omop")
    two = [zip_of(folder), *files_in(folder)]
    assert "Give one zip file, or the files themselves." in text_of(upload(analyst, "omop", two))
    twins = [SimpleUploadedFile("PERSON.csv", b"x") for _ in range(2)]
    assert "Two files are called PERSON.csv" in text_of(upload(analyst, "omop", twins))
    shown = upload(analyst, "omop", files_in(folder))
    client.force_login(trust.accounts["lead"])
    assert client.get(shown.url).status_code == 404
    assert client.post(shown.url + "confirm/").status_code == 404


def test_work_that_stopped_half_way_is_told(analyst, tmp_path):
    shown = upload(analyst, "omop", files_in(omop(tmp_path / "omop")))
    token = shown.url.split("/")[-2]
    noted = several_uploads.several() / token / several_uploads.STANDING
    said = json.loads(noted.read_text("utf-8"))
    noted.write_text(json.dumps(said | {"stage": "loading", "share": 0.4, "doing": "reading"}))
    assert "Reading: 40% of this step" in text_of(analyst.get(shown.url))
    noted.write_text(json.dumps(said | {"stage": "loading", "noted_at": 0}))
    assert "it was stopped half-way and nothing of it was kept" in text_of(analyst.get(shown.url))
