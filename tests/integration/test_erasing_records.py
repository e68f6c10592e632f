"""Records kept long enough go by whole months: all of it or nothing, and from every file."""

import os
import tempfile
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from clinlead.access.policies import NotAllowed
from clinlead.background.working import work_off
from clinlead.figures.models import FactsMonth, Tally, TallyMonth
from clinlead.history.actions import append
from clinlead.history.models import Entry
from clinlead.history.queries import verify as verify_history
from clinlead.intake import erasing, quarantine
from clinlead.intake.actions import (
    Extract,
    correct,
    grade_again,
    load_file,
    set_period,
    withdraw_load,
)
from clinlead.intake.erasing import erase_due
from clinlead.intake.erasing_job import ask, erase
from clinlead.intake.forgetting import forget_due
from clinlead.intake.lock import Busy, only_one
from clinlead.intake.models import (
    Correction,
    CorrectionState,
    Erasure,
    FailingRow,
    Load,
    PatientNumber,
)
from clinlead.intake.queries import activity, store
from clinlead.intake.retaining import Asked
from clinlead.intake.retention import holdings, is_anything_due
from clinlead.intake.retention_command import run
from clinlead.measures.actions import choose_defaults, register_library
from clinmeasures.activity.erasing import erase_before
from clinmeasures.definitions import library
from clinmeasures.engine import compute_tallies

pytestmark = pytest.mark.django_db
SET_AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
BEFORE_NOTICE_IS_OVER = datetime(2026, 6, 28, 5, 0, tzinfo=UTC)
LONG_AGO = datetime(2024, 6, 30, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)  # with two years: everything before July 2024
HEADER = (
    "spell_id,patient_id,patient_class,admitted_at,discharged_at,admission_method,"
    "discharging_consultant"
)
OLD, NEW = ("2024-05", "2024-06"), ("2024-07", "2024-08")


def stay(number: int, month: str, patient: str, code: str = "C-clinician") -> str:
    return f"S{number},{patient},inpatient,{month}-05T09:30,{month}-07T10:00,elective,{code}"


STAYS = [
    *(stay(n, OLD[n % 2], f"P{n}") for n in range(1, 9)),
    *(stay(n, NEW[n % 2], f"P{n - 6}") for n in range(9, 21)),  # P3 to P14: some came before
    "S99,P99,inpatient,2024-05-05T09:30,2024-05-01T10:00,elective,C-clinician",  # left too early
]


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """A store of its own; figures are computed in the one test that looks at them."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    monkeypatch.setattr(settings, "AFTER_LOADS", [])


@pytest.fixture
def load(trust, tmp_path) -> Load:
    return loaded(tmp_path, STAYS)


def loaded(folder: Path, rows, name="spells.csv", **asked) -> Load:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    outcome = load_file(
        extract=Extract(paths=[path], dataset="spells", **asked),
        by=None,
        at=SET_AT - timedelta(days=30),
    )
    assert outcome.load is not None
    return outcome.load


def kept_two_years(trust, dataset="spells"):
    asked = Asked(dataset=dataset, years=2, reason="Records schedule 4")
    return set_period(asked=asked, by=trust.dpo, at=SET_AT)


def months_in_store() -> dict[str, int]:
    """Rows by month in every load's files, whether anything reads them or not."""
    files = sorted(store().glob("spells/load=*/month=*/*.parquet"))
    found: dict[str, int] = {}
    for file in files:
        month = file.parent.name.removeprefix("month=")
        found[month] = found.get(month, 0) + ds.dataset([file]).count_rows()
    return found


def measured() -> dict[tuple[str, str], int]:
    """What the engine counts now: spells by month and unit."""
    table = compute_tallies([library()["length-of-stay"]], activity(), rules=["discharging"])
    return {(row["month"], row["unit"]): row["n"] for row in table.to_pylist()}


def test_the_officer_sets_a_period_and_nobody_else(trust):
    for login in ("analyst", "lead", "director", "sysadmin"):
        with pytest.raises(NotAllowed):
            set_period(
                asked=Asked(dataset="spells", years=8, reason="why"),
                by=trust.accounts[login],
                at=SET_AT,
            )
    period = kept_two_years(trust)
    assert (period.erases_from - SET_AT.date()).days == 28
    assert Entry.objects.filter(act="retention period set", by=trust.dpo).exists()


def test_what_would_go_and_when_is_said_beforehand(trust, load):
    kept_two_years(trust)
    (spells,) = holdings(SET_AT.date())
    assert (spells.rows, spells.oldest) == (20, "2024-05")
    assert spells.goes_on == datetime(2026, 6, 29).date()  # the notice is over  # noqa: DTZ001
    assert spells.goes == {"2024-05": 4}
    (later,) = holdings(DUE.date())
    assert later.goes == {"2024-05": 4, "2024-06": 4}


def test_during_the_notice_nothing_is_erased(trust, load):
    kept_two_years(trust)
    assert erase_due(at=BEFORE_NOTICE_IS_OVER) == []
    assert months_in_store() == {"2024-05": 4, "2024-06": 4, "2024-07": 6, "2024-08": 6}


def test_a_longer_period_set_meanwhile_keeps_them(trust, load):
    kept_two_years(trust)
    set_period(asked=Asked(dataset="spells", years=8, reason="Inquiry"), by=trust.dpo, at=SET_AT)
    assert erase_due(at=DUE) == []


def test_whole_months_go_and_the_others_stay_as_they_are(trust, load):
    kept_two_years(trust)
    before = measured()
    (erasure,) = erase_due(at=DUE)
    assert erasure.months == {"2024-05": 4, "2024-06": 4}
    assert months_in_store() == {"2024-07": 6, "2024-08": 6}
    assert measured() == {place: n for place, n in before.items() if place[0] in NEW}
    assert erase_due(at=DUE) == []
    assert verify_history() is None


def test_rows_set_aside_and_what_was_quoted_of_them_go_too(trust, load):
    kept_two_years(trust)
    assert quarantine.path_of(load).exists()
    assert FailingRow.objects.filter(load=load).exists()
    erase_due(at=DUE)
    load.refresh_from_db()
    assert not quarantine.path_of(load).exists()
    assert not FailingRow.objects.filter(load=load).exists()
    assert not [each for each in load.report["reasons"] if each["example"]]


def test_hospital_numbers_stay_only_for_patients_who_have_a_row(trust, load):
    kept_two_years(trust)
    before = PatientNumber.objects.count()
    (erasure,) = erase_due(at=DUE)
    assert erasure.also["hospital numbers"] == before - 12  # P3 to P14 came later too
    assert PatientNumber.objects.count() == 12


def test_a_correction_of_an_erased_record_keeps_only_that_there_was_one(trust, load):
    kept_two_years(trust)
    both = [
        correct(dataset="spells", key=key, field="discharging_consultant", old="C-clinician",
                new="C-peer", reason="Not mine", by=trust.lead, at=SET_AT)
        for key in ("S1", "S20")
    ]  # fmt: skip
    erase_due(at=DUE)
    gone, kept = (Correction.objects.get(pk=each.pk) for each in both)
    assert (gone.state, gone.old, gone.new, gone.reason) == (CorrectionState.ERASED, None, None, "")
    assert (kept.state, kept.new) == (CorrectionState.ACTIVE, "C-peer")


def test_a_load_that_lost_months_is_graded_by_the_rows_it_has(trust, load):
    kept_two_years(trust)
    erase_due(at=DUE)
    for gone in ("2024-07", "2027-01"):  # and of a load that has lost them all as it was
        erase_before(store(), "spells", gone)
        graded = grade_again(number=load.number, by=trust.analyst, at=DUE)
        said = {each["part"]: each["because"] for each in graded.quality["parts"]}
        assert said["attribution"] == "12 of 12 accepted rows name a clinician we know"


def test_withdrawn_loads_are_erased_as_those_in_use(trust, load, tmp_path):
    kept_two_years(trust)
    withdraw_load(number=load.number, because="wrong", by=trust.analyst, at=SET_AT)
    (erasure,) = erase_due(at=DUE)
    assert erasure.rows == 8
    assert not {month for month in months_in_store() if month < "2024-07"}


def test_old_rows_that_are_loaded_afterwards_count_for_nothing_and_go_the_next_day(
    trust, load, tmp_path
):
    kept_two_years(trust)
    erase_due(at=DUE)
    late = loaded(tmp_path, [stay(50, "2024-05", "P50"), stay(51, "2024-08", "P51")], "late.csv")
    assert measured()["2024-08", trust.person("clinician").code] == 7
    assert "2024-05" not in {month for month, _ in measured()}
    erase_due(at=DUE + timedelta(days=1))
    assert months_in_store()["2024-08"] == 7
    assert "2024-05" not in months_in_store()
    assert late.rows_accepted == 2


def test_killed_half_way_nothing_is_half_counted_and_the_next_run_finishes(
    trust, load, monkeypatch
):
    kept_two_years(trust)
    before = measured()

    def killed(place, dataset, first):
        next(iter(erasing.erased_parts(place, dataset, first))).rename(place / "gone")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "erase_before", killed)
        with pytest.raises(KeyboardInterrupt):
            erase_due(at=DUE)
    assert "2024-06" in months_in_store()  # a file is left ...
    assert measured() == {place: n for place, n in before.items() if place[0] in NEW}  # ... unread
    assert Erasure.objects.get().done_at is None
    (erasure,) = erase_due(at=DUE + timedelta(hours=1))
    assert erasure.done_at is not None
    assert months_in_store() == {"2024-07": 6, "2024-08": 6}


def test_a_full_disk_delays_the_figures_and_keeps_no_file(trust, load, monkeypatch):
    kept_two_years(trust)
    monkeypatch.setattr(settings, "AFTER_LOADS", [f"{__name__}.no_room_left"])
    with pytest.raises(OSError, match="No space"):
        erase_due(at=DUE)
    assert months_in_store() == {"2024-07": 6, "2024-08": 6}
    assert Erasure.objects.get().done_at is None
    monkeypatch.setattr(settings, "AFTER_LOADS", [])
    (erasure,) = erase_due(at=DUE)
    assert erasure.done_at == DUE


def no_room_left(**_asked):
    raise OSError(28, "No space left on device")


def test_while_an_extract_is_loaded_it_waits(trust, load):
    kept_two_years(trust)
    with only_one(erasing.folder() / "lock"), pytest.raises(Busy):
        erase_due(at=DUE)
    assert not Erasure.objects.exists()


def test_the_calendar_has_it_done_in_the_background(trust, load):
    kept_two_years(trust)
    assert ask(BEFORE_NOTICE_IS_OVER) == "no records to erase"
    assert ask(DUE) == "records to erase"
    (job,) = [each for each in work_off(lambda: DUE) if each.kind == "erasure"]
    assert job.result == "Erased: spells before 2024-07 (8 rows)."
    assert ask(DUE) == "no records to erase"


def test_figures_of_erased_months_are_no_more_and_the_others_are_the_same(trust, load, monkeypatch):
    register_library(at=SET_AT)
    choose_defaults(department=trust.cardiology, at=SET_AT, codes=("length-of-stay",))
    monkeypatch.setattr(settings, "AFTER_LOADS", ["clinlead.figures.actions.after_load"])
    erasing.compute_again(at=SET_AT, cause="load", cause_id="1")
    before = shown()
    kept_two_years(trust)
    for folder in facts_folders():
        os.utime(folder, (SET_AT.timestamp(), SET_AT.timestamp()))
    erase_due(at=DUE)
    assert shown() == {place: n for place, n in before.items() if place[0] in NEW}
    assert {row.month for row in TallyMonth.objects.all()} == set(NEW)
    assert {row.month for row in FactsMonth.objects.filter(dataset="spells")} == set(NEW)
    assert {folder.name for folder in facts_folders()} == {f"month={month}" for month in NEW}


def facts_folders() -> list[Path]:
    return list((Path(settings.CONFIGURATION.data_dir) / "facts").glob("spells/*/month=*"))


def shown() -> dict[tuple, int]:
    rows = Tally.objects.filter(tally_month__shown=True)
    names = ("tally_month__month", "tally_month__measure", "tally_month__rule", "unit")
    return {row[:4]: row[4] for row in rows.values_list(*names, "n")}


MONTHS = st.integers(1, 12).map(lambda month: f"2024-{month:02d}")


@property_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stays=st.lists(st.tuples(MONTHS, st.integers(1, 6)), min_size=1, max_size=12),
    years=st.integers(1, 2),
)
def test_erasing_months_changes_no_other_month_and_leaves_no_row_of_them(trust, stays, years):
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings.CONFIGURATION, "data_dir", Path(place) / "data")
        rows = [stay(n, month, f"P{patient}") for n, (month, patient) in enumerate(stays)]
        undo = [Load, Erasure, PatientNumber]
        for half, some in enumerate((rows[::2], rows[1::2])):
            if some:
                loaded(Path(place), some, f"{half}.csv")
        before = measured()
        asked = Asked(dataset="spells", years=years, reason="why")
        set_period(asked=asked, by=trust.dpo, at=SET_AT)
        first = f"{2026 - years}-07"
        erase_due(at=DUE)
        assert measured() == {place: n for place, n in before.items() if place[0] >= first}
        assert not [month for month in months_in_store() if month < first]
        assert PatientNumber.objects.count() == len({p for m, p in stays if m >= first})
        assert verify_history() is None
        for model in undo:
            model.objects.all().delete()


def test_the_officer_reads_what_would_go_and_sets_a_period_on_the_page(client, trust, load):
    client.force_login(trust.dpo)
    page = "/data-protection/retention/"
    assert "No period: for ever" in client.get(page).content.decode()
    assert "Say how long 1 data set is kept" in client.get("/").content.decode()
    assert client.post(page, {"dataset": "spells", "years": "", "reason": ""}).status_code == 422
    asked = {"dataset": "spells", "years": "8", "reason": "The records schedule"}
    assert client.post(page, asked).status_code == 302
    said = client.get(page).content.decode()
    assert "8 years" in said
    assert "The records schedule" in said
    assert "Say how long 1 data set" not in client.get("/").content.decode()


def test_the_record_of_acts_has_a_period_of_its_own_and_is_forgotten_after_it(
    client, trust, load, capsys, monkeypatch
):
    kept_two_years(trust)
    client.force_login(trust.dpo)
    assert "Say how long the record of acts is kept" in client.get("/").content.decode()
    page = "/data-protection/retention/"
    asked = {"dataset": "record of acts", "years": "1", "reason": "Schedule 9"}
    short = client.post(page, asked)
    assert short.status_code == 422
    assert "at least as long as any data set: 2 years" in short.content.decode()
    old = append(act="read", at=LONG_AGO, by_id=trust.lead.pk, about=[trust.person("peer").pk])
    set_period(asked=Asked(**asked | {"years": 2}), by=trust.dpo, at=SET_AT)
    said = client.get(page).content.decode()
    assert "Schedule 9" in said
    assert forget_due(at=BEFORE_NOTICE_IS_OVER) == []
    monkeypatch.setattr("django.utils.timezone.now", lambda: DUE)
    assert run(Namespace(what="erase", dry_run=True)) == 0
    assert "record of acts: 1 entries." in capsys.readouterr().out
    assert "record of acts before 2024-07 (1 row)" in erase("", DUE, lambda *_: None)
    old.refresh_from_db()
    assert (old.by, old.facts, old.subjects.count()) == (None, None, 0)
    assert verify_history() is None
    assert not is_anything_due(DUE.date())
    assert "Kept for 2 years" in client.get(page).content.decode()


def test_the_command_says_what_would_go_and_erases_it(trust, load, capsys, monkeypatch):
    kept_two_years(trust)
    monkeypatch.setattr("django.utils.timezone.now", lambda: DUE)
    assert run(Namespace(what="list", json=False)) == 0
    assert "2 years, oldest 2024-05; on 2026-07-01 8 rows go" in capsys.readouterr().out
    assert run(Namespace(what="erase", dry_run=True)) == 0
    assert "spells before 2024-07: 8 rows.\nNothing was erased." in capsys.readouterr().out
    assert run(Namespace(what="erase", dry_run=False)) == 0
    assert "Erased: spells before 2024-07 (8 rows)." in capsys.readouterr().out
