"""The engine against a naive one, on stores that nobody would choose."""

import json
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import naive_engine as naive
from clinmeasures.definitions import library
from clinmeasures.engine import Activity, compute_records, compute_tallies, write_facts
from stores_of_chance import MEASURES, RULES, stored, stores

SUMS = (
    "n",
    "numerator",
    "denominator",
    "weight",
    "weight_squared",
    "value_sum",
    "value_sum_squared",
)


def settled(store: dict) -> dict:
    """The store as the naive engine reads it."""
    rows = naive.latest(store["loads"], ("spell_id",), "discharged_at")
    rows = naive.overlay(rows, "spells", ("spell_id",), store["corrections"])
    return {**store, "spells": rows}


def cells(table: pa.Table) -> dict:
    found = {}
    for row in table.to_pylist():
        sums = {n: int(row[n]) for n in SUMS if isinstance(row[n], int | Decimal)}
        if row["histogram"] is not None:
            bars = json.loads(row["histogram"])
            sums["histogram"] = {int(value): weight for value, weight in bars.items()}
        found[row["measure"], row["rule"], row["unit"], row["month"]] = sums
    return found


def expected(store: dict, rules=tuple(RULES)) -> dict:
    plain = settled(store)
    return {
        (measure.code, rule, *place): cell
        for measure in MEASURES
        for rule in rules
        for place, cell in naive.tallies(measure, rule, plain).items()
    }


def without_other_sources(store: dict) -> bool:
    """Whether a spell's number names one row: two sources may use the same numbers."""
    return all(source == "pas" for source, *_ in store["loads"])


quietly = settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@quietly
@given(
    store=stores().filter(without_other_sources),
    rule=st.sampled_from(list(RULES)),
    buckets=st.sampled_from([1, 1, 3]),
)
def test_tallies_equal_a_naive_computation_under_every_rule(store, rule, buckets):
    with tempfile.TemporaryDirectory() as place:
        activity = stored(store, Path(place))
        found = compute_tallies(MEASURES, activity, rules=[rule], buckets=buckets)
    assert cells(found) == expected(store, [rule])


@settings(quietly, max_examples=5)
@given(
    store=stores(),
    rule=st.sampled_from(["shares", *RULES]),
    measure=st.sampled_from(MEASURES[:4]),
)
def test_the_records_summed_equal_every_tally(store, rule, measure):
    with tempfile.TemporaryDirectory() as place:
        activity = stored(store, Path(place))
        records = compute_records(measure, activity, rule=rule).to_pylist()
        tallies = cells(compute_tallies([measure], activity, rules=[rule]))
    assert summed(measure, rule, records) == tallies
    assert set(weights_by_key(records)) <= {1_000_000}


def weights_by_key(records: list[dict]) -> list[int]:
    total: dict[str, int] = {}
    for row in records:
        key = (row["_key"], row["admitted_at"])  # two sources may use the same number
        total[key] = total.get(key, 0) + row["weight_millionths"]
    return list(total.values())


def summed(measure, rule: str, records: list[dict]) -> dict:
    found: dict[tuple, dict] = {}
    for row in records:
        cell = found.setdefault((measure.code, rule, row["unit"], row["month"]), {})
        weight, value = row["weight_millionths"], row["value"]
        parts = {"n": 1, "numerator": row["numerator"], "denominator": row["denominator"]}
        parts |= {"weight": weight, "weight_squared": weight**2}
        if measure.value:
            parts |= {"value_sum": value, "value_sum_squared": value**2}
        for name, part in parts.items():
            cell[name] = cell.get(name, 0) + part
        if measure.kind == "percentile":
            bars = cell.setdefault("histogram", {})
            bars[value] = bars.get(value, 0) + weight
    return found


@settings(quietly, max_examples=2)
@given(store=stores())
def test_order_months_parts_and_facts_do_not_change_a_tally(store):
    with tempfile.TemporaryDirectory() as place:
        activity = stored(store, Path(place, "a"))
        turned = stored(store, Path(place, "b"), turned=True)
        some, rules = MEASURES[:5], ["longest_stay", "shares"]
        whole = compute_tallies(some, activity, rules=rules, buckets=1)
        assert compute_tallies(some, turned, rules=rules, buckets=2).equals(whole)
        months = sorted(set(whole["month"].to_pylist()))
        parts = {}
        for month in months:
            parts |= cells(compute_tallies(some, activity, rules=rules, months=[month]))
        assert parts == cells(whole)
        facts = write_facts(activity, "spells", Path(place, "f"), buckets=2)
        write_facts(activity, "spells", Path(place, "f"), months=months[:1])
        assert compute_tallies(some, facts, rules=rules).equals(whole)


@pytest.mark.soak
@settings(quietly, max_examples=400)
@given(store=stores().filter(without_other_sources), buckets=st.sampled_from([1, 2, 5]))
def test_tallies_equal_a_naive_computation_over_many_stores(store, buckets):
    with tempfile.TemporaryDirectory() as place:
        activity = stored(store, Path(place))
        found = compute_tallies(MEASURES, activity, rules=list(RULES), buckets=buckets)
    assert cells(found) == expected(store)


def test_every_shipped_measure_is_computed_on_an_empty_store(tmp_path):
    measures = [each for each in library().values() if not each.model]
    assert compute_tallies(measures, Activity(directory=tmp_path)).num_rows == 0
