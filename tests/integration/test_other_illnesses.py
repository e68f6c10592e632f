"""Other illnesses are none only where they could have been: else they are unknown, never none."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinlead.casemix.reading import KNOWN, known_of, known_of_one
from clinlead.intake.models import Load, LoadState

pytestmark = pytest.mark.django_db
HEART, KIDNEY, BROKEN = "I50.0", "N18.5", "S72.0"


def loaded(number: int, source: str) -> None:
    Load.objects.create(
        number=number, dataset="spells", source=source, file_name="spells.csv",
        sha256=f"{number:064x}", state=LoadState.ACTIVE, coverage_from=date(2026, 4, 1),
        coverage_to=date(2026, 6, 30), rows_read=1, rows_accepted=1,
        loaded_at=datetime.fromisoformat("2026-06-30T18:00:00+00:00"),
    )  # fmt: skip


@pytest.fixture
def stays(tmp_path):
    """Two hospitals' stays as facts: key, load, month of discharge, main diagnosis."""
    loaded(1, "north")
    loaded(2, "south")
    loaded(3, "north")
    rows = [
        ("N1", "000001", "2026-04", HEART),
        ("N2", "000001", "2026-04", BROKEN),
        ("N3", "000001", "2026-04", None),
        ("N4", "000001", "2026-05", BROKEN),
        ("N5", "000003", "2026-04", BROKEN),  # a later load of the same hospital
        ("S1", "000002", "2026-04", BROKEN),
        ("N6", "000001", None, BROKEN),  # not discharged
    ]
    names = ("_key", "load", "discharged_month", "primary_diagnosis")
    table = pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }
    )
    return written(table, tmp_path / "spells" / "month=2026-04")


def written(table: pa.Table, folder) -> list[str]:
    folder.mkdir(parents=True)
    pq.write_table(table, folder / "part-0.parquet")
    return [str(folder / "part-0.parquet")]


def coded(tmp_path, rows) -> list[str]:
    columns = zip(*rows, strict=True)
    types = (pa.string(), pa.int64(), pa.string())
    named = zip(("spell_id", "position", "code"), columns, types, strict=True)
    table = pa.table({name: pa.array(column, kind) for name, column, kind in named})
    return written(table, tmp_path / "diagnoses" / "month=2026-04")


def scores(stays, diagnoses) -> dict[str, str | None]:
    with known_of(["charlson"], stays, diagnoses) as held:
        return dict(held.execute(f"select _key, charlson from {KNOWN}").fetchall())


def test_where_no_diagnoses_were_loaded_other_illnesses_are_unknown(stays):
    assert set(scores(stays, []).values()) == {None}


def test_a_source_that_codes_the_main_diagnosis_alone_knows_of_no_other_illness(stays, tmp_path):
    diagnoses = coded(tmp_path, [("N1", 1, HEART), ("N2", 1, BROKEN), ("S1", 1, BROKEN)])
    assert set(scores(stays, diagnoses).values()) == {None}


def test_none_is_said_where_the_same_source_and_month_have_further_diagnoses(stays, tmp_path):
    diagnoses = coded(tmp_path, [("N1", 1, BROKEN), ("N1", 2, HEART), ("N1", 3, KIDNEY)])
    assert scores(stays, diagnoses) == {
        "N1": "3 to 4",  # heart failure 2, kidney disease 1: Quan 2011
        "N2": "0",
        "N3": None,  # not coded at all yet
        "N4": None,  # a month of which nothing further is there
        "N5": "0",
        "S1": None,  # another hospital, which sent none
        "N6": None,
    }


def test_one_record_hears_the_same_as_all(stays, tmp_path):
    diagnoses = coded(tmp_path, [("N1", 2, HEART)])
    for key, said in scores(stays, diagnoses).items():
        one = known_of_one(("charlson",), tuple(stays), tuple(diagnoses), key)
        assert one["charlson"] == said, key
