"""Spark against DuckDB: every shipped measure under every rule, every kind, stores of chance."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kinds_of_chance as kinds
from clinmeasures.definitions import library
from clinmeasures.definitions.definition import Definition, MeasureKind
from clinmeasures.engine import Activity, compute_records, compute_tallies
from spark_here import open_spark
from stores_of_chance import MEASURES, RULES, stored, stores

pytestmark = pytest.mark.soak
TODAY = date(2026, 11, 22)
DEPARTMENTS = ("acute-medicine", "gastroenterology", "general-surgery")


@pytest.fixture(scope="module", autouse=True)
def _spark() -> None:
    open_spark()


def both(measures: list[Definition], activity: Activity, **asked) -> list[pa.Table]:
    return [compute_tallies(measures, activity, engine=e, **asked) for e in ("duckdb", "spark")]


@pytest.fixture(scope="module")
def trust(tmp_path_factory) -> Activity:
    """Half a year of an invented trust that has something of every data set; risks of each stay."""
    from clinlead.demo.trust import Plan, make_trust

    place = tmp_path_factory.mktemp("trust")
    make_trust(place, Plan(today=TODAY, months=6, departments=DEPARTMENTS))
    activity = place / "truth" / "activity"
    (activity / "weights").mkdir()
    shutil.copy(place / "organisation" / "weights.csv", activity / "weights")
    keys = pq.read_table(activity / "spells.parquet", columns=["spell_id"])["spell_id"].to_pylist()
    (activity / "risks").mkdir()
    for model in {each.model for each in library().values() if each.model}:
        risks = pa.table({"key": keys, "risk": [n * 7_919_999 % 10**9 for n in range(len(keys))]})
        pq.write_table(risks, activity / "risks" / f"{model}.parquet")
    return Activity(directory=activity)


@pytest.mark.parametrize("code", sorted(library()))
def test_every_shipped_measure_under_every_rule(code, trust):
    measure = library()[code]
    for rule in measure.attribution:
        if measure.kind is MeasureKind.SEQUENCE:
            ours, sparks = (
                compute_records(measure, trust, rule=rule, engine=e) for e in ("duckdb", "spark")
            )
        else:
            ours, sparks = both([measure], trust, rules=[rule])
        assert ours.num_rows
        assert sparks.equals(ours)


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(store=stores())
def test_stores_of_chance(store):
    with tempfile.TemporaryDirectory() as place:
        ours, sparks = both(MEASURES, stored(store, Path(place)), rules=list(RULES))
    assert sparks.equals(ours)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_kind_and_every_records_own_rule(seed):
    with tempfile.TemporaryDirectory() as place:
        activity = kinds.stored(kinds.store_of(seed), Path(place))
        for measure in kinds.MEASURES:
            ours, sparks = both([measure], activity, rules=list(measure.attribution))
            assert sparks.equals(ours)
