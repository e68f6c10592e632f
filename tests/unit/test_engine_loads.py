"""Which rows count: loads that supersede, replace or are withdrawn, and corrections laid on top."""

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmeasures.definitions import parse_definition
from clinmeasures.engine import Activity, compute_records, compute_tallies
from clinmeasures.errors import BadInput

COUNT = parse_definition(
    'code = "nights"\nversion = 1\ntitle = "t"\nrecord = "spells"\nkind = "mean"\n'
    'direction = "neither"\nvalue = "stay_days"\nattribution = ["discharging"]\n'
)


def write_load(store: Path, number: int, spells: dict[str, tuple[str, int]], **about) -> None:
    """Spells by key: (consultant, nights before 10 March)."""
    folder = store / "spells" / f"load={number:06d}" / "month=2026-03"
    folder.mkdir(parents=True)
    left = datetime(2026, 3, 10, 12)  # noqa: DTZ001 (local civil time)
    rows = {
        "spell_id": list(spells),
        "_key": list(spells),
        "admitted_at": [left.replace(day=10 - nights) for _, nights in spells.values()],
        "discharged_at": [left] * len(spells),
        "discharging_consultant": [code for code, _ in spells.values()],
    }
    pq.write_table(pa.table(rows), folder / "part-0.parquet")
    (folder.parent / "_load.json").write_text(json.dumps({"source": "pas", **about}))


def figures(activity: Activity) -> dict[str, tuple[int, int]]:
    rows = compute_tallies([COUNT], activity).to_pylist()
    return {row["unit"]: (row["n"], row["value_sum"]) for row in rows}


def corrections(*cells: tuple[str, str, str, str | None, str | None]) -> pa.Table:
    names = ("dataset", "key", "field", "old", "new")
    return pa.table({n: pa.array([c[i] for c in cells], pa.string()) for i, n in enumerate(names)})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_load(tmp_path, 1, {"S1": ("A", 1), "S2": ("A", 2)})
    write_load(tmp_path, 2, {"S2": ("B", 3), "S3": ("B", 4)})
    return tmp_path


def test_the_latest_load_speaks_for_a_key(store):
    assert figures(Activity(directory=store)) == {"A": (1, 1), "B": (2, 7)}


def without_zeros(store: Path) -> None:
    for folder in (store / "spells").glob("load=*"):
        folder.rename(folder.with_name(f"load={int(folder.name.removeprefix('load='))}"))


def test_of_loads_numbered_without_zeros_ten_comes_after_nine(tmp_path):
    write_load(tmp_path, 9, {"S1": ("A", 1), "S2": ("A", 2)})
    write_load(tmp_path, 10, {"S2": ("B", 3)})
    without_zeros(tmp_path)
    assert figures(Activity(directory=tmp_path)) == {"A": (1, 1), "B": (1, 3)}


def test_of_loads_numbered_without_zeros_ten_replaces_nine(tmp_path):
    write_load(tmp_path, 9, {"S1": ("A", 1), "S2": ("A", 2)})
    whole = {"coverage_from": "2026-03-01", "coverage_to": "2026-03-31"}
    write_load(tmp_path, 10, {"S2": ("B", 3)}, mode="replace", **whole)
    without_zeros(tmp_path)
    assert figures(Activity(directory=tmp_path)) == {"B": (1, 3)}


def test_a_withdrawn_load_brings_back_what_it_superseded(store):
    assert figures(Activity(directory=store, active={"spells": ["000001"]})) == {"A": (2, 3)}
    (store / "active.json").write_text('{"spells": ["000002"]}')
    assert figures(Activity(directory=store)) == {"B": (2, 7)}
    assert figures(Activity(directory=store, active={"spells": []})) == {}


def test_a_load_that_replaces_a_period_removes_what_it_no_longer_holds(store):
    period = {"mode": "replace", "coverage_from": "2026-03-01", "coverage_to": "2026-03-31"}
    write_load(store, 3, {"S3": ("C", 5)}, **period)
    assert figures(Activity(directory=store)) == {"C": (1, 5)}


def test_another_source_replaces_nothing_of_this_one(store):
    period = {"mode": "replace", "coverage_from": "2026-03-01", "coverage_to": "2026-03-31"}
    write_load(store, 3, {"S9": ("C", 5)}, **period | {"source": "other"})
    assert figures(Activity(directory=store)) == {"A": (1, 1), "B": (2, 7), "C": (1, 5)}


def test_a_correction_holds_while_the_source_says_the_old_value(store):
    mine = corrections(("spells", "S2", "discharging_consultant", "B", "C"))
    assert figures(Activity(directory=store, corrections=mine)) == {
        "A": (1, 1),
        "B": (1, 4),
        "C": (1, 3),
    }
    write_load(store, 3, {"S2": ("D", 3)})  # the source now says a third value
    found = figures(Activity(directory=store, corrections=mine))
    assert found == {"A": (1, 1), "B": (1, 4), "D": (1, 3)}


def test_corrections_of_one_cell_follow_one_another(store):
    both = corrections(
        ("spells", "S1", "discharging_consultant", "A", None),
        ("spells", "S1", "discharging_consultant", None, "C"),
    )
    assert figures(Activity(directory=store, corrections=both))["C"] == (1, 1)


def test_a_corrected_time_changes_the_length_and_the_month(store):
    later = corrections(
        ("spells", "S1", "discharged_at", "2026-03-10T12:00:00", "2026-04-01T09:00")
    )
    rows = compute_records(COUNT, Activity(directory=store, corrections=later)).to_pylist()
    assert [(row["_key"], row["month"], row["value"]) for row in rows][-1] == ("S1", "2026-04", 23)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (("spells", "S1", "consultant", "A", "B"), "the field 'consultant'"),
        (("stays", "S1", "sex", "A", "B"), "the data set 'stays'"),
        (("spells", "S1", "discharged_at", "A", "B"), "'A' is no date and time"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(store, cell, words):
    with pytest.raises(BadInput, match=words):
        figures(Activity(directory=store, corrections=corrections(cell)))


def test_a_code_that_stands_for_two_units_on_one_day_is_refused(store):
    codes = pa.table(
        {
            "code": ["A", "A"],
            "valid_from": pa.array([None, date(2026, 3, 1)], pa.date32()),
            "valid_to": pa.array([date(2026, 3, 1), None], pa.date32()),
            "unit": ["ann", "ben"],
        }
    )
    with pytest.raises(BadInput, match="'A' stands for two units on 2026-03-01"):
        figures(Activity(directory=store, codes=codes))


def test_an_active_load_that_is_not_there_is_named(store):
    with pytest.raises(BadInput, match="active load 000007"):
        figures(Activity(directory=store, active={"spells": ["000007"]}))


def test_sums_too_large_for_64_bits_are_kept_or_refused_never_wrapped(tmp_path):
    # Two squares of 3,000,000,000 are 1.8e19, more than 64 bits hold; their column is wider.
    folder = tmp_path / "spells"
    folder.mkdir()
    table = {
        "spell_id": ["S1", "S2"],
        "admitted_at": [datetime(2026, 3, 1)] * 2,  # noqa: DTZ001
        "discharged_at": [datetime(2026, 3, 2)] * 2,  # noqa: DTZ001
        "age_years": [3_000_000_000] * 2,
        "discharging_consultant": ["A"] * 2,
    }
    pq.write_table(pa.table(table), folder / "part-0.parquet")
    measure = COUNT.model_copy(update={"value": "age_years"})
    (row,) = compute_tallies([measure], Activity(directory=tmp_path)).to_pylist()
    assert int(row["value_sum_squared"]) == 18 * 10**18
    assert row["numerator"] == 6 * 10**15
    table["age_years"] = [5_000_000_000_000] * 2
    pq.write_table(pa.table(table), folder / "part-0.parquet")
    with pytest.raises(BadInput, match="Overflow"):
        compute_tallies([measure], Activity(directory=tmp_path))


def test_a_record_that_is_here_twice_is_left_out_and_comes_back(store):
    twin = corrections(("spells", "S3", "duplicate_of", None, "S2"))
    assert figures(Activity(directory=store, corrections=twin)) == {"A": (1, 1), "B": (1, 3)}
    assert figures(Activity(directory=store)) == {"A": (1, 1), "B": (2, 7)}
