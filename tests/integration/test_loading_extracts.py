"""Loading into the application: all of it or nothing, recognised, replaced, withdrawn."""

import csv
import io
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from clinlead.access.policies import NotAllowed
from clinlead.history.models import Entry
from clinlead.intake import quarantine
from clinlead.intake.actions import (
    Extract,
    correct,
    load_file,
    open_number,
    try_extract,
    withdraw_load,
)
from clinlead.intake.lock import Busy, only_one
from clinlead.intake.models import CorrectionState, Load, LoadState, PatientNumber
from clinlead.intake.numbers import patients_secret
from clinlead.intake.policies import NumberFacts
from clinlead.intake.queries import active_loads, activity, store
from clinlead.organisation.models import ClinicianCode
from clinlead.validation.at_source import told
from clinmeasures.activity import NoRoom, parse_mapping
from clinmeasures.activity.patients import patient_key
from clinmeasures.errors import BadInput

pytestmark = pytest.mark.django_db

HEADER = (
    "spell_id,patient_id,patient_class,admitted_at,discharged_at,admission_method,"
    "discharging_consultant"
)
ROWS = [
    f"S{n},P{n % 5},inpatient,2026-0{1 + n % 5}-05T09:30,2026-0{1 + n % 5}-07T10:00,elective,"
    "C-clinician"
    for n in range(1, 21)
]


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """A store of its own for every test."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    monkeypatch.setattr(settings, "AFTER_LOADS", [])
    return tmp_path / "data"


@pytest.fixture
def extract(tmp_path):
    def made(*rows: str, name: str = "spells.csv", **asked) -> Extract:
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *(rows or ROWS)]) + "\n")
        return Extract(paths=[path], dataset="spells", **asked)

    return made


def loaded(extract, now, by=None) -> Load:
    outcome = load_file(extract=extract, by=by, at=now)
    assert outcome.load is not None
    return outcome.load


def spells_of_units() -> dict[str, int]:
    """What the engine measures now: spells by unit, under the discharging rule."""
    from clinmeasures.definitions import library
    from clinmeasures.engine import compute_tallies

    table = compute_tallies([library()["length-of-stay"]], activity(), rules=["discharging"])
    units: dict[str, int] = {}
    for row in table.to_pylist():
        units[row["unit"]] = units.get(row["unit"], 0) + row["n"]
    return units


def test_an_extract_is_loaded_graded_and_recorded(trust, extract, now):
    load = loaded(extract(), now, by=trust.analyst)
    assert (load.state, load.rows_accepted, load.folder) == (LoadState.ACTIVE, 20, "000001")
    assert active_loads() == {"spells": ["000001"]}
    assert load.coverage_to.isoformat() == "2026-05-07"
    parts = {each["part"]: each["grade"] for each in load.quality["parts"]}
    assert parts["attribution"] == "A"
    assert Entry.objects.filter(act="extract loaded", object_id="1", by=trust.analyst).exists()


def test_only_an_analyst_loads(trust, extract, now):
    for login in ("clinician", "lead", "director", "sysadmin", "executive"):
        with pytest.raises(NotAllowed):
            load_file(extract=extract(), by=trust.accounts[login], at=now)
    assert not Load.objects.exists()
    assert not store().exists()


def test_an_unknown_clinician_is_loaded_and_lowers_the_grade(trust, extract, now):
    load = loaded(extract(*[row.replace("C-clinician", "C-nobody") for row in ROWS]), now)
    assert load.rows_accepted == 20
    assert load.grade == "D"


def test_the_same_extract_again_is_recognised_with_its_day(trust, extract, now):
    first = loaded(extract(), now)
    again = load_file(extract=extract(name="other.csv"), by=None, at=now + timedelta(days=3))
    assert again.load is None
    assert again.already == first
    assert Load.objects.count() == 1


def test_another_mapping_makes_it_another_load(trust, extract, now):
    loaded(extract(), now)
    mapping = parse_mapping("[constants]\nsite = 'North'", "spells")
    assert loaded(extract(mapping=mapping), now).folder == "000002"


def test_a_withdrawn_extract_can_be_loaded_again(trust, extract, now):
    withdraw_load(
        number=loaded(extract(), now).number, because="wrong file", by=trust.analyst, at=now
    )
    assert active_loads() == {}
    assert loaded(extract(), now).number == 2


def test_withdrawing_needs_an_analyst_and_a_reason(trust, extract, now):
    number = loaded(extract(), now).number
    with pytest.raises(NotAllowed, match="Say why"):
        withdraw_load(number=number, because=" ", by=trust.analyst, at=now)
    with pytest.raises(NotAllowed, match="Only an analyst"):
        withdraw_load(number=number, because="x", by=trust.lead, at=now)
    withdraw_load(number=number, because="wrong file", by=trust.analyst, at=now)
    with pytest.raises(NotAllowed, match="not in use"):
        withdraw_load(number=number, because="again", by=trust.analyst, at=now)


def test_a_dry_run_reports_and_keeps_nothing(trust, extract, now, own_data):
    out = io.StringIO()
    outcome = try_extract(extract=extract(*ROWS, "S99,P1,,5.1.26,,elective,X"), at=now, out=out)
    assert outcome.report.accepted == 20
    assert "'5.1.26' is not a date" in out.getvalue()
    assert not Load.objects.exists()
    assert not (own_data / "activity").exists()
    assert not PatientNumber.objects.exists()


def test_a_mapping_is_kept_for_its_source_and_used_again(trust, extract, now):
    text = "[constants]\nsite = 'North'"
    mapping = parse_mapping(text, "spells")
    loaded(extract(ROWS[0], mapping=mapping, mapping_text=text, source="PAS"), now)
    second = loaded(extract(ROWS[1], source="PAS"), now)
    assert second.mapping.text == text
    assert second.report["filled"]["site"] == 1


def test_later_rows_supersede_by_key_until_their_load_is_withdrawn(trust, extract, now):
    doctor, peer = (trust.person(login).code for login in ("clinician", "peer"))
    loaded(extract(), now)
    assert spells_of_units() == {doctor: 20}
    later = loaded(extract(*[row.replace("C-clinician", "C-peer") for row in ROWS[:3]]), now)
    assert spells_of_units() == {doctor: 17, peer: 3}
    withdraw_load(number=later.number, because="wrong file", by=trust.analyst, at=now)
    assert spells_of_units() == {doctor: 20}


def test_a_replacing_load_removes_earlier_rows_inside_its_coverage(trust, extract, now):
    doctor = trust.person("clinician").code
    loaded(extract(), now)  # four discharges in each of five months
    january = (datetime(2026, 1, 1, tzinfo=UTC).date(), datetime(2026, 1, 31, tzinfo=UTC).date())
    [first] = [row for row in ROWS if row.startswith("S5,")]
    loaded(extract(first, mode="replace", coverage=january), now)
    assert spells_of_units() == {doctor: 17}


def test_rows_outside_the_days_an_extract_answers_for_are_spoken_of(trust, extract, now):
    january = (date(2026, 1, 1), date(2026, 1, 31))
    later = loaded(extract(mode="replace", coverage=january), now)
    [said] = later.report["notes"]
    assert said.startswith("The rows run from 2026-01-07 to 2026-05-07")
    assert "answer for 2026-01-01 to 2026-01-31" in said


def test_figures_are_computed_after_a_load_and_after_its_withdrawal(
    trust, extract, now, monkeypatch
):
    from clinlead.figures.models import Tally
    from clinlead.measures.actions import register_library

    monkeypatch.setattr(settings, "AFTER_LOADS", ["clinlead.figures.actions.after_load"])
    register_library(at=now)

    def shown() -> set[str]:
        """Units with a figure for length of stay in January now."""
        found = Tally.objects.filter(
            tally_month__shown=True,
            tally_month__measure="length-of-stay",
            tally_month__rule="discharging",
            tally_month__month="2026-01",
        )
        return set(found.values_list("unit", flat=True))

    load = loaded(extract(), now)
    assert shown() == {trust.person("clinician").code}
    withdraw_load(number=load.number, because="wrong file", by=trust.analyst, at=now)
    assert shown() == set()


# quarantine


def test_quarantined_rows_come_back_mended_without_their_hospital_numbers(
    trust, extract, now, tmp_path
):
    load = loaded(extract(*ROWS, "S99,P3,,5.1.26,2026-02-01,elective,C-clinician"), now)
    text = quarantine.path_of(load).read_text()
    [row] = csv.DictReader(io.StringIO(text))
    assert row["patient_id"] == "patient-key:" + patient_key("P3", patients_secret())
    assert row["quarantine_row"] == "21"
    assert "'5.1.26' is not a date" in row["quarantine_reason"]

    mended = tmp_path / "mended.csv"
    mended.write_text(text.replace("5.1.26,", "2026-01-05,", 1))
    second = loaded(Extract(paths=[mended], dataset="spells"), now)
    assert (second.rows_accepted, second.rows_quarantined) == (1, 0)
    rows = read_back(second)
    assert rows[0]["patient_key"] == patient_key("P3", patients_secret())
    assert PatientNumber.objects.count() == 5


def read_back(load: Load) -> list[dict]:
    import pyarrow.dataset as ds

    files = sorted((store() / load.dataset / f"load={load.folder}").glob("month=*/*.parquet"))
    return ds.dataset(files).to_table().to_pylist()


def test_a_mended_row_that_was_known_by_its_number_keeps_it(trust, now, tmp_path):
    mapping = parse_mapping(
        "source = 'heart'\n[keys]\nspell_id = 'row number'\npatient_id = 'row number'\n"
        "[columns]\nadmitted_at = 'day'\n[constants]\nadmission_method = 'elective'",
        "spells",
    )
    path = tmp_path / "operations.csv"
    path.write_text("day,name\n2026-01-05,Ann Example\n5.1.26,Bob Example\n")
    load = loaded(Extract(paths=[path], dataset="spells", mapping=mapping), now)
    text = quarantine.path_of(load).read_text()
    assert "Example" not in text  # a column the mapping does not read is not kept
    path.write_text(text.replace("5.1.26", "2026-01-06"))
    second = loaded(Extract(paths=[path], dataset="spells", mapping=mapping), now)
    assert [row["_key"] for row in read_back(second)] == ["2"]


# hospital numbers


def test_a_hospital_number_is_sealed_and_opened_one_at_a_time(trust, extract, now):
    loaded(extract(), now)
    key = patient_key("P3", patients_secret())
    assert b"P3" not in bytes(PatientNumber.objects.get(pk=key).sealed)
    doctor = trust.person("clinician")
    facts = NumberFacts(
        owner_ids=frozenset({doctor.pk}), department_ids=frozenset({trust.cardiology.pk})
    )
    for login in ("clinician", "lead", "analyst"):
        by = trust.accounts[login]
        assert open_number(patient_key=key, record="spells:S3", facts=facts, by=by, at=now) == "P3"
    entries = Entry.objects.filter(act="hospital number opened")
    assert entries.count() == 3
    assert all(entry.subjects.filter(person=doctor).exists() for entry in entries)
    for login in ("peer", "stranger", "otherlead", "chief", "director", "executive", "dpo"):
        with pytest.raises(NotAllowed):
            open_number(
                patient_key=key, record="spells:S3", facts=facts, by=trust.accounts[login], at=now
            )
    assert entries.count() == 3


# corrections and later loads


def correction_of(now, key="S1", new="C-peer"):
    return correct(
        dataset="spells",
        key=key,
        field="discharging_consultant",
        old="C-clinician",
        new=new,
        reason="not mine",
        by=None,
        at=now,
    )


def test_later_loads_retire_keep_or_doubt_a_correction(trust, extract, now):
    loaded(extract(), now)
    corrections = {key: correction_of(now, key) for key in ("S1", "S2", "S3", "S4")}
    changed = [
        ROWS[0].replace("C-clinician", "C-peer"),  # S1: fixed at the source
        ROWS[1],  # S2: still the old value
        ROWS[2].replace("C-clinician", "C-third"),  # S3: a third value
    ]
    later = now + timedelta(days=30)
    load = loaded(extract(*changed), later)
    for each in corrections.values():
        each.refresh_from_db()
    assert {key: each.state for key, each in corrections.items()} == {
        "S1": CorrectionState.FIXED_AT_SOURCE,
        "S2": CorrectionState.ACTIVE,
        "S3": CorrectionState.TO_SETTLE,
        "S4": CorrectionState.ACTIVE,  # not in the new extract at all
    }
    withdraw_load(number=load.number, because="wrong file", by=None, at=later)
    for each in corrections.values():
        each.refresh_from_db()
        assert each.state == CorrectionState.ACTIVE


def test_a_source_agrees_that_names_the_colleague_by_its_own_code(trust, extract, now):
    # A challenge settled as a colleague's names them by our code; the work list asks for theirs.
    loaded(extract(), now)
    peer = trust.person("peer")
    since = {"kind": "person", "person": peer, "starts_on": date(2015, 4, 1)}
    ClinicianCode.objects.create(code=peer.code, **since)
    ClinicianCode.objects.create(code="C-before", ends_on=date(2020, 1, 1), **since)
    agreed, before = (correction_of(now, key, peer.code) for key in ("S1", "S2"))
    answer = extract(
        ROWS[0].replace("C-clinician", "C-peer"), ROWS[1].replace("C-clinician", "C-before")
    )
    loaded(answer, now + timedelta(days=30))
    agreed.refresh_from_db()
    before.refresh_from_db()
    assert agreed.state == CorrectionState.FIXED_AT_SOURCE
    assert before.state == CorrectionState.TO_SETTLE  # nobody's code on the day of that stay


def test_a_third_value_is_kept_as_the_source_says_it(trust, extract, now):
    loaded(extract(), now)
    doubtful = correction_of(now, "S3")
    loaded(extract(ROWS[2].replace("C-clinician", "C-third")), now + timedelta(days=30))
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.source_says) == (CorrectionState.TO_SETTLE, "C-third")
    assert "says C-third instead" in told(doubtful)


def test_a_source_that_goes_back_to_the_old_value_is_corrected_again(trust, extract, now):
    loaded(extract(), now)
    correction, fixed = correction_of(now, "S1"), ROWS[0].replace("C-clinician", "C-peer")
    loaded(extract(fixed), now + timedelta(days=30))
    correction.refresh_from_db()
    assert told(correction) == "fixed at source: the extract of 31 July 2026 says the same"
    back = loaded(extract(ROWS[0], ROWS[1]), now + timedelta(days=60))
    correction.refresh_from_db()
    assert correction.state == CorrectionState.ACTIVE
    withdraw_load(number=back.number, because="wrong", by=None, at=now + timedelta(days=61))
    correction.refresh_from_db()
    assert correction.state == CorrectionState.FIXED_AT_SOURCE


# what can go wrong


def nothing_is_left(own_data: Path) -> None:
    assert active_loads() == {}
    assert not list((own_data / "activity").glob("*/*"))
    assert not PatientNumber.objects.exists()
    assert not list((own_data / "quarantine").glob("*"))
    assert not list((own_data / "intake" / "loading").glob("*"))


def test_a_full_disk_fails_the_load_in_words_and_leaves_nothing(
    trust, extract, now, own_data, monkeypatch
):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clinmeasures.activity.store.flush", full)
    with pytest.raises(NoRoom):
        load_file(extract=extract(*ROWS, "S99,P9,,5.1.26,,elective,X"), by=None, at=now)
    load = Load.objects.get()
    assert load.state == LoadState.FAILED
    assert "no room left" in load.failed_because
    nothing_is_left(own_data)


def test_a_file_that_cannot_be_used_fails_the_load_in_words(trust, tmp_path, now, own_data):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(BadInput, match="has no column"):
        load_file(extract=Extract(paths=[path], dataset="spells"), by=None, at=now)
    assert "has no column" in Load.objects.get().failed_because
    nothing_is_left(own_data)


def test_one_load_at_a_time(trust, extract, now, own_data):
    with only_one(own_data / "intake" / "lock"), pytest.raises(Busy):
        load_file(extract=extract(), by=None, at=now)
    assert loaded(extract(), now).number == 1


KILLED = """
import os, signal, sys
import django; django.setup()
from datetime import datetime, UTC
from clinmeasures.activity import store
from clinlead.intake import loading
at = datetime(2026, 7, 1, tzinfo=UTC)
extract = loading.Extract(paths=[sys.argv[1]], dataset="spells")
if sys.argv[2] == "writing":
    store.flush = lambda path: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "committing":
    loading.put_in_use = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
print(loading.load_file(extract=extract, by=None, at=at).load.number)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_load_killed_half_way_leaves_nothing_and_can_be_loaded_again(tmp_path, installation):
    path, data = tmp_path / "spells.csv", tmp_path / "data"
    shutil.copytree(installation, data)
    path.write_text("\n".join([HEADER, *ROWS]) + "\n")
    surroundings = os.environ | {
        "CLINLEAD_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "clinlead.settings",
        "DATABASE_URL": "",
    }

    def run(killed_while: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", KILLED, str(path), killed_while]
        return subprocess.run(
            command, env=surroundings, capture_output=True, text=True, check=False
        )

    assert run("writing").returncode == -9
    assert not list((data / "activity").glob("*/load=*"))
    assert run("committing").returncode == -9
    done = run("never")
    assert done.stdout.strip() == "3", done.stderr
    assert [p.name for p in (data / "activity" / "spells").iterdir()] == ["load=000003"]
    assert not list((data / "intake" / "loading").iterdir())


CONFIRMED = """
import time, sys
import django; django.setup()
from datetime import datetime, UTC
from people import small_trust
from clinlead.intake import pending
from clinlead.validation.at_source import told
trust, at = small_trust(), datetime(2026, 7, 1, tzinfo=UTC)
asked = dict(dataset="spells", source="PAS", mode="upsert", mapping_text="",
             covers_from="", covers_to="")
kept = pending.keep_upload(chunks=[open(sys.argv[1], "rb").read()], file_name="spells.csv",
                           asked=asked, by=trust.analyst, at=at)
load = pending.start(kept, by=trust.analyst, at=at)
deadline = time.monotonic() + 120
while load.state == "loading" and time.monotonic() < deadline:
    time.sleep(0.2)
    load.refresh_from_db()
print(load.state, load.rows_accepted, load.failed_because)
"""


def test_a_confirmed_upload_is_loaded_in_a_process_of_its_own(tmp_path, installation):
    path = tmp_path / "spells.csv"
    shutil.copytree(installation, tmp_path / "data")
    path.write_text("\n".join([HEADER, *ROWS]) + "\n")
    surroundings = os.environ | {
        "CLINLEAD_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "clinlead.settings",
        "DATABASE_URL": "",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    command = [sys.executable, "-c", CONFIRMED, str(path)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "active 20", done.stdout + done.stderr


# the real cardiac surgery data


def test_the_real_cardiac_surgery_data_load_with_the_shipped_mappings(trust, shared):
    path = shared / "data" / "cardiacsurgery" / "cardiacsurgery.csv"
    if not path.exists():
        pytest.skip("needs ../shared/data/cardiacsurgery")
    from clinmeasures.activity import shipped_mapping

    at = datetime(2026, 7, 1, tzinfo=UTC)
    for dataset in ("spells", "deaths"):
        mapping = shipped_mapping(f"cardiac-surgery-{dataset}", dataset)
        loaded(Extract(paths=[path], dataset=dataset, mapping=mapping), at)
    spells, deaths = Load.objects.order_by("number")
    assert (spells.rows_accepted, spells.rows_quarantined) == (5595, 0)
    assert spells.coverage_from.isoformat() == "1992-01-01"
    assert spells.coverage_to.isoformat() == "1998-12-31"
    with path.open() as file:
        died = [row for row in csv.DictReader(file) if row["status"] == "1"]
    assert deaths.rows_accepted == len(died) == 416
    # A death of the extract stands under the same patient as its operation, time days later.
    operations = {row["patient_key"]: row for row in read_back(spells)}
    lags = sorted(
        (row["died_on"] - operations[row["patient_key"]]["admitted_at"].date()).days
        for row in read_back(deaths)
    )
    assert lags == sorted(int(row["time"]) for row in died)
    assert deaths_within_30_days() == sum(int(row["time"]) <= 30 for row in died)


def deaths_within_30_days() -> int:
    from clinmeasures.definitions import library
    from clinmeasures.engine import compute_tallies

    definition = library()["mortality-30d"]
    table = compute_tallies([definition], activity(), rules=["discharging"])
    millionths = sum(row["numerator"] for row in table.to_pylist())
    return millionths // 1_000_000
