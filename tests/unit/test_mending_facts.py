"""After any change of records, facts put right equal facts written anew from the same store."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmeasures.activity import RECORD_TYPES, Kind
from clinmeasures.definitions import library
from clinmeasures.engine import (
    Activity,
    Facts,
    OlderFacts,
    compute_tallies,
    mend_facts,
    write_facts,
)
from clinmeasures.engine.nearby import plan_of
from clinmeasures.engine.zones import as_utc

SPELLS, PATIENTS, DAYS = 90, 14, 200
FIRST = datetime(2025, 10, 1)  # noqa: DTZ001 (local civil time)
CLINICIANS = ["A", "B", "C", None]
BACK = "emergency-readmission-30d"
MEASURES = [
    library()[BACK],
    library()["discharge-summary-24h"].model_copy(
        update={"code": "by-admission", "month_of": "admitted_at"}
    ),
]


CHANGES = [
    ("spells", "discharging_consultant"),
    ("spells", "discharged_at"),  # to another month: its patient's earlier stays look ahead to it
    ("spells", "patient_key"),
    ("spells", "admission_method"),
    ("episodes", "consultant"),
    ("procedures", "surgeon"),
    ("procedures", "spell_id"),
    ("documents", "refers_to"),
    ("deaths", "died_on"),
]


class Invented:
    """A store of few patients and two loads of spells, so that stays meet; from a seed."""

    def __init__(self, place: Path, seed: int) -> None:
        self.draw = random.Random(seed)
        self.place = place
        spells = [self.spell(number) for number in range(SPELLS)]
        self.write("spells", 1, spells)
        again = [self.spell(number) for number in self.draw.sample(range(SPELLS), 12)]
        self.write("spells", 2, again)
        latest = {row["spell_id"]: row for row in [*spells, *again]}
        self.rows = {"spells": latest}
        for name, made in (
            ("episodes", self.episodes),
            ("procedures", self.procedures),
            ("documents", self.documents),
            ("deaths", self.deaths),
        ):
            rows = made(latest)
            self.write(name, 1, rows)
            self.rows[name] = {self.key(name, row): row for row in rows}
        # One of every kind from the start, of nobody: SQL is compiled for the kinds there are.
        blank = {"key": "nobody", "old": None, "new": None}
        self.corrections = [{"dataset": d, "field": field, **blank} for d, field in CHANGES]

    def when(self) -> datetime:
        return FIRST + timedelta(minutes=self.draw.randrange(DAYS * 24 * 60))

    def spell(self, number: int) -> dict:
        came = self.when()
        left = came + timedelta(minutes=self.draw.randrange(-600, 9 * 24 * 60))
        return {
            "spell_id": f"S{number:03d}",
            "patient_key": self.draw.choice([f"P{self.draw.randrange(PATIENTS)}"] * 9 + [None]),
            "admitted_at": came,
            "discharged_at": self.draw.choice([left] * 9 + [None]),
            "admission_method": self.draw.choice(["emergency", "emergency", "elective"]),
            "patient_class": self.draw.choice(["inpatient", "inpatient", "day_case"]),
            "discharge_method": self.draw.choice(["home", "home", "died", "transferred"]),
            "admitting_consultant": self.draw.choice(CLINICIANS),
            "discharging_consultant": self.draw.choice(CLINICIANS),
            "primary_procedure": self.draw.choice(["X1", "X2"]),
        }

    def episodes(self, spells: dict) -> list[dict]:
        return [
            {
                "spell_id": spell,
                "episode": number,
                "started_at": row["admitted_at"],
                "ended_at": row["admitted_at"] + timedelta(hours=self.draw.randrange(80)),
                "consultant": self.draw.choice(CLINICIANS),
            }
            for spell, row in spells.items()
            for number in range(1, self.draw.randrange(1, 4))
        ]

    def procedures(self, spells: dict) -> list[dict]:
        return [
            {
                "procedure_id": f"Q{number}",
                "spell_id": self.draw.choice(list(spells)),
                "code": self.draw.choice(["X1", "X2"]),
                "performed_at": self.when(),
                "surgeon": self.draw.choice(CLINICIANS),
            }
            for number in range(40)
        ]

    def documents(self, spells: dict) -> list[dict]:
        return [
            {
                "document_id": f"D{number}",
                "kind": "discharge_summary",
                "refers_to": spell,
                "sent_at": self.when(),
            }
            for number, spell in enumerate(spells)
        ]

    def deaths(self, _spells: dict) -> list[dict]:
        return [{"patient_key": f"P{n}", "died_on": self.when().date()} for n in range(0, 14, 3)]

    @staticmethod
    def key(dataset: str, row: dict) -> str:
        names = ["patient_key"] if dataset == "deaths" else RECORD_TYPES[dataset].key
        return "|".join(str(row[name]) for name in names)

    def write(self, dataset: str, number: int, rows: list[dict]) -> None:
        """As a load stores it: with the record's key, its UTC instants and its row."""
        folder = self.place / dataset / f"load={number:06d}"
        (folder / "month=none").mkdir(parents=True)
        held = [
            {**row, "_key": self.key(dataset, row), "_row": at} | in_utc(dataset, row)
            for at, row in enumerate(rows, start=1)
        ]
        pq.write_table(pa.Table.from_pylist(held), folder / "month=none" / "part-0.parquet")
        about = {"source": "pas", "mode": "upsert"}
        (folder / "_load.json").write_text(json.dumps(about))

    def activity(self) -> Activity:
        names = ("dataset", "key", "field", "old", "new")
        columns = {n: pa.array([c[n] for c in self.corrections], pa.string()) for n in names}
        return Activity(directory=self.place, corrections=pa.table(columns))

    def correct(self, dataset: str, field: str) -> str:
        """Correct a random record's field to another's value; the record's key."""
        key, other = self.draw.sample(sorted(self.rows[dataset]), 2)
        row = self.rows[dataset][key]
        old, new = row[field], self.rows[dataset][other][field]
        values = {"old": old and str(old), "new": new and str(new)}
        self.corrections.append({"dataset": dataset, "key": key, "field": field, **values})
        row[field] = new
        return key


def in_utc(dataset: str, row: dict) -> dict:
    times = [c.name for c in RECORD_TYPES[dataset].columns if c.kind is Kind.INSTANT]
    return {
        f"{name}_utc": row[name] and as_utc(row[name], "Europe/London")
        for name in times
        if name in row
    }


def files_in(place: Path) -> dict[str, Path]:
    found = sorted((place / "spells").glob("month=*"))
    return {folder.name.removeprefix("month="): folder for folder in found}


def rows_in(folders) -> list:
    """Every row of these folders, in an order of their own."""
    files = [str(file) for folder in folders for file in folder.glob("*.parquet")]
    columns = sorted(pq.read_schema(files[0]).names)
    listed = ", ".join(f'"{name}"' for name in columns)
    query = f"select {listed}, month from read_parquet($files, hive_partitioning = true)"
    return sorted(duckdb.execute(query, {"files": files}).fetchall(), key=repr)


def tallies(facts: Facts) -> list[dict]:
    table = compute_tallies(MEASURES, facts, complete_to={"spells": "2026-05"})
    return table.to_pylist()


def spells_changed(made: Invented, dataset: str, key: str, before: dict) -> set[str]:
    """The spells whose rows the change is of, before and after."""
    if dataset == "spells":
        return {key}
    column = "refers_to" if dataset == "documents" else "spell_id"
    return {row[column] for row in (before, made.rows[dataset][key]) if column in row}


def mended_as_if_written_anew(tmp_path: Path, seed: int, changes: list) -> None:
    made = Invented(tmp_path / "store", seed)
    write_facts(made.activity(), "spells", tmp_path / "facts")
    shown = files_in(tmp_path / "facts")
    for number, (dataset, field) in enumerate(changes):
        before = {key: dict(row) for key, row in made.rows[dataset].items()}
        key = made.correct(dataset, field)
        place = tmp_path / f"mended-{number}"
        files = [file for folder in shown.values() for file in folder.glob("*.parquet")]
        mended = mend_facts(
            made.activity(),
            "spells",
            Facts(directory=tmp_path, files={"spells": files}),
            place,
            keys=spells_changed(made, dataset, key, before[key]),
            people=[key] if dataset == "deaths" else [],
        )
        shown = {month: at for month, at in shown.items() if month not in mended.months}
        shown |= files_in(place)
    write_facts(made.activity(), "spells", tmp_path / "anew")
    assert rows_in(shown.values()) == rows_in(files_in(tmp_path / "anew").values())
    files = [file for folder in shown.values() for file in folder.glob("*.parquet")]
    together = Facts(directory=tmp_path, files={"spells": files})
    assert tallies(together) == tallies(Facts(directory=tmp_path / "anew"))
    in_parts = compute_tallies(MEASURES[:1], together, buckets=3, complete_to={"spells": "2026-05"})
    assert in_parts.to_pylist() == [row for row in tallies(together) if row["measure"] == BACK]


def test_facts_put_right_after_any_correction_equal_facts_written_anew(tmp_path):
    mended_as_if_written_anew(tmp_path, 1, CHANGES)


def test_the_first_correction_of_another_field_is_not_compiled_anew(tmp_path):
    made = Invented(tmp_path / "store", 1)
    made.corrections.clear()
    plan_of.cache_clear()
    changes = (("spells", "discharging_consultant"), ("episodes", "consultant"))
    for nth, (dataset, field) in enumerate(changes):
        made.correct(dataset, field)
        none = Facts(directory=tmp_path, files={"spells": []})
        mend_facts(made.activity(), "spells", none, tmp_path / str(nth), keys=[])
    assert plan_of.cache_info().misses == 1


def test_facts_of_another_version_are_not_mended(tmp_path):
    made = Invented(tmp_path / "store", 1)
    folder = tmp_path / "spells" / "month=2025-10"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"_key": ["S001"], "patient_key": ["P1"]}), folder / "part-0.parquet")
    facts = Facts(directory=tmp_path)
    with pytest.raises(OlderFacts, match="write them again"):
        mend_facts(made.activity(), "spells", facts, tmp_path / "mended", keys=["S001"])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 42))
def test_facts_put_right_after_many_corrections_equal_facts_written_anew(tmp_path, seed):
    changes = random.Random(seed).choices(CHANGES, k=25)
    mended_as_if_written_anew(tmp_path, seed, changes)
