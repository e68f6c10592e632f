"""Spark on this machine gives the tallies that DuckDB gives: a measure or two of different kinds.

Every shipped measure and rule, and stores of chance, are held together in test_spark_reference.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmeasures.engine import Activity, Facts, compute_records, compute_tallies
from clinmeasures.engine.spark_files import place_of, uri
from clinmeasures.errors import BadInput
from spark_here import open_spark
from stores_of_chance import CODES, MEASURES, START, stored

READMITTED, STAY, RATIO = MEASURES[0], MEASURES[1], MEASURES[3]


@pytest.fixture(scope="module", autouse=True)
def _spark() -> None:
    open_spark()


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Activity:
    """Two loads, of which the second replaces a part of the first; codes, corrections, episodes."""
    chance = np.random.default_rng(20)

    def moment() -> datetime:
        return START + timedelta(minutes=30 * int(chance.integers(0, 2 * 24 * 60)))

    def one(*values):
        return values[int(chance.integers(len(values)))]

    def spell(number: int) -> dict:
        return {
            "spell_id": f"S{number:03d}",
            "patient_key": one("P1", "P2", "P3", "P4", None),
            "admitted_at": (admitted := moment()),
            "discharged_at": one(admitted + timedelta(hours=int(chance.integers(0, 90))), None),
            "admission_method": one("emergency", "elective"),
            "patient_class": one("inpatient", "day_case", None),
            "discharge_method": one("home", "home", "died", None),
            "age_years": one(40, 50, None),
            "sex": None,
            "admitting_consultant": one("A", "B", "C", None),
            "discharging_consultant": one("A", "B", "C", None),
            "primary_procedure": one("X1", "X2", None),
            "ready_at": None,
        }

    first, second = ([spell(n) for n in range(start, 120)] for start in (0, 90))
    episodes = [
        {
            "spell_id": f"S{n:03d}",
            "episode": e,
            "started_at": (began := moment()),
            "ended_at": began + timedelta(minutes=int(chance.integers(-50, 5000))),
            "consultant": one("A", "B", "C", None),
        }
        for n in range(120)
        for e in range(1, 4)
    ]
    moved = {"dataset": "spells", "field": "discharged_at", "old": None}
    corrections = [{**moved, "key": f"S{n:03d}", "new": moment()} for n in range(0, 120, 7)]
    held = {
        "loads": [
            ("pas", "upsert", None, first),
            ("pas", "replace", (date(2026, 4, 1), date(2026, 4, 20)), second),
        ],
        "episodes": episodes,
        "codes": CODES,
        "corrections": corrections,
        **dict.fromkeys(("predictions", "procedures", "documents", "deaths"), ()),
    }
    return stored(held, tmp_path_factory.mktemp("a store [1]"))


def test_tallies_are_the_same_to_the_last_unit(store):
    measures, rules = [READMITTED, STAY], ["longest_stay"]
    ours, sparks = (
        compute_tallies(measures, store, rules=rules, engine=name) for name in ("duckdb", "spark")
    )
    assert ours.num_rows > 15
    assert sparks.equals(ours)


def test_so_are_the_records_behind_them_and_whose_they_are_in_parts(store):
    ours, sparks = (
        compute_records(STAY, store, rule="shares", engine=name) for name in ("duckdb", "spark")
    )
    assert ours.num_rows > 60
    assert sparks.equals(ours)


def test_files_that_differ_are_read_as_duckdb_reads_them(tmp_path):
    # Columns of another type, of another precision, of nothing at all, and columns that are absent.
    came = [datetime(2026, 3, 1, 10), datetime(2026, 3, 2, 0, 0, 59, 700_000)]  # noqa: DTZ001
    went = [each + timedelta(days=2, minutes=3, milliseconds=400) for each in came]
    shapes = (
        {"age_years": pa.array([40.0, 41.5]), "discharging_consultant": pa.array([7, 8])},
        {"age_years": pa.array([40, None], pa.int16()), "sex": pa.nulls(2)},
        {"discharging_consultant": pa.array(["07", None])},
    )
    for number, columns in enumerate(shapes):
        instants = pa.timestamp(("us", "ns", "ms")[number])
        table = pa.table(
            {
                "spell_id": [f"{number}a", f"{number}b"],
                "patient_id": ["P", "P"],
                "admitted_at": pa.array(came, instants, safe=False) if number else pa.array(came),
                "discharged_at": pa.array(went, pa.timestamp("us")),
                **columns,
            }
        )
        (tmp_path / "spells").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "spells" / f"{number}.parquet")
    measures = [STAY, RATIO]
    ours, sparks = (
        compute_tallies(
            measures, Activity(directory=tmp_path), rules=["discharging"], engine=engine
        )
        for engine in ("duckdb", "spark")
    )
    assert {"07", "7", "8", "unattributed"} == set(ours["unit"].to_pylist())
    assert sparks.equals(ours)


def test_a_cell_that_cannot_be_is_one_plain_sentence(tmp_path):
    (tmp_path / "spells.csv").write_text("spell_id,admitted_at,discharged_at\n1,yesterday,\n")
    with pytest.raises(BadInput, match=r"cannot be read as activity \(.*'yesterday'.*\)\.$") as no:
        compute_tallies([STAY], Activity(directory=tmp_path), engine="spark")
    assert "\n" not in str(no.value)


def test_java_that_does_not_start_spark_is_one_plain_sentence(tmp_path, monkeypatch):
    from pyspark.errors import PySparkRuntimeError

    def too_old(**_means) -> None:
        raise PySparkRuntimeError(errorClass="JAVA_GATEWAY_EXITED", messageParameters={})

    monkeypatch.setattr("clinmeasures.engine.on_spark.session", too_old)
    with pytest.raises(
        BadInput, match=r"^Spark did not start \(Java gateway .*\); it needs Java 17"
    ):
        compute_tallies([STAY], Activity(directory=tmp_path), engine="spark")


def test_facts_are_not_for_spark(tmp_path):
    with pytest.raises(BadInput, match="facts are read by duckdb"):
        compute_tallies([STAY], Facts(directory=tmp_path), engine="spark")


def test_signs_in_a_files_name_are_no_pattern():
    assert uri(Path("/a b/c[1]*.parquet")) == r"file:///a b/c\[1\]\*.parquet"
    assert place_of(Path("/x=1/spells/load=2/month=3/p.parquet")) == Path("/x=1/spells")
