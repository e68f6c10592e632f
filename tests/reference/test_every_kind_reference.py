"""Every kind of measure and every record's own rule against a naive engine, on stores of chance."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_kinds as naive
from clinmeasures.engine import Activity, Facts, compute_records, compute_tallies, write_facts
from kinds_of_chance import MEASURES, store_of, stored

SUMS = ("n", "numerator", "denominator", "observed", "risk_sum", "risk_variance")


def as_facts(activity: Activity, place: Path) -> Facts:
    """Every record type's rows joined once; that tallies of the store are the same is held for
    stays in test_engine_reference and for days in test_joined_measures.
    """
    for record in dict.fromkeys(each.record for each in MEASURES):
        write_facts(activity, record, place)
    shutil.copytree(activity.directory / "risks", place / "risks")
    return Facts(directory=place)


def whole(row: dict) -> dict[str, int]:
    return {name: int(row[name]) for name in SUMS if row.get(name)}


def held_to_naive(store: dict, *, records: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        facts = as_facts(stored(store, Path(place)), Path(place) / "facts")
        for definition in MEASURES:
            for rule in definition.attribution:
                rows = compute_tallies([definition], facts, rules=[rule]).to_pylist()
                found = {(row["unit"], row["month"]): whole(row) for row in rows}
                expected = naive.tallies(definition, rule, store)
                assert found == {place: whole(cell) for place, cell in expected.items()}
                if records:
                    behind = compute_records(definition, facts, rule=rule).to_pylist()
                    assert summed(behind, definition) == found


def summed(records: list[dict], definition) -> dict:
    """The records' own columns added up, as a tally has them."""
    cells: dict[tuple, dict[str, int]] = {}
    for row in records:
        cell = cells.setdefault((row["unit"], row["month"]), dict.fromkeys(SUMS, 0))
        cell["n"] += 1
        cell["numerator"] += row["numerator"]
        cell["denominator"] += row["denominator"] or 0
        if definition.model:
            risk = row["risk"]
            apart = 1000 * (row["value"] or 0) - risk // 1_000_000
            certain = risk * (naive.CERTAIN - risk) // naive.CERTAIN
            cell["observed"] += row["numerator"] // naive.MILLION
            cell["risk_sum"] += risk
            cell["risk_variance"] += apart * apart if definition.value else certain
    return {place: whole(cell) for place, cell in cells.items()}


def test_every_kind_equals_a_naive_computation_and_its_records_sum_to_it():
    held_to_naive(store_of(20_11), records=True)


def test_facts_of_a_data_set_without_a_row_count_nothing(tmp_path):
    store = store_of(20_11) | {"emergency": []}
    write_facts(stored(store, tmp_path), "emergency", tmp_path / "facts")
    facts = Facts(directory=tmp_path / "facts")
    waits = [each for each in MEASURES if each.record == "emergency"]
    assert waits
    assert compute_tallies(waits, facts).num_rows == 0
    assert [compute_records(each, facts).num_rows for each in waits] == [0] * len(waits)


@pytest.mark.soak
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_kind_equals_a_naive_computation_over_many_stores(seed):
    held_to_naive(store_of(seed), records=seed % 4 == 0)
