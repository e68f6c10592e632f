"""An invented trust from a seed: extracts as a hospital would send them, and apart from them the
truth."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from clinlead.demo.trust.plan import Plan

__all__ = ["Made", "Plan", "make_trust"]

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Made:
    """Where the invented trust was written, and how much of it there is."""

    directory: Path
    files: dict[str, tuple[Path, ...]]  # data set to its extracts, in the order to load them
    rows: dict[str, int]  # in the truth
    faults: int


def make_trust(directory: Path, plan: Plan, *, progress: Progress = lambda _: None) -> Made:
    """Writes `extract/`, `organisation/` and `truth/` under the directory, all of it or nothing."""
    from clinlead.demo.trust import (  # noqa: F401 their generators register
        activity,
        contracts,
        decisions,
        outpatients,
        paperwork,
        theatres,
    )
    from clinlead.demo.trust.dirt import faults_of, spoil
    from clinlead.demo.trust.spells import make_world
    from clinlead.demo.trust.tables import true_tables

    aside = directory.with_name(directory.name + ".making")
    shutil.rmtree(aside, ignore_errors=True)
    progress("patients and their stays")
    world = make_world(plan)
    truth = true_tables(world)
    progress("the dirt of real systems")
    written = spoil(world, truth)
    faults = faults_of(written)
    progress("the extracts")
    files = write_extract(aside / "extract", written)
    write_organisation(aside / "organisation", world)
    write_truth(aside / "truth", world, truth, faults)
    shutil.rmtree(directory, ignore_errors=True)
    aside.rename(directory)
    return Made(
        directory=directory,
        files={
            name: tuple(directory / "extract" / each for each in paths)
            for name, paths in files.items()
        },
        rows={name: table.num_rows for name, table in truth.items()},
        faults=faults.num_rows,
    )


def write_extract(directory: Path, written: Any) -> dict[str, list[str]]:
    """One CSV a data set that has rows, and a second of the rows sent again."""
    directory.mkdir(parents=True)
    files: dict[str, list[str]] = {}
    for suffix, part in (("", written.columns), ("-resubmitted", written.later)):
        for name, sheet in part.items():
            if not sheet.rows:
                continue
            pacsv.write_csv(sheet.table(), directory / f"{name}{suffix}.csv")
            files.setdefault(name, []).append(f"{name}{suffix}.csv")
    return files


def write_organisation(directory: Path, world: Any) -> None:
    """What the hospital's own offices know: the plan, people, posts, roles, accounts, and the
    stories."""
    from clinlead.demo.trust import organisation
    from clinlead.demo.trust.stories import stories
    from clinlead.demo.trust.weights import weight_rows

    directory.mkdir(parents=True)
    (directory / "trust.toml").write_text(organisation.plan_toml(world), encoding="utf-8")
    tables = {
        "departments": organisation.department_rows(world.hospital),
        "people": organisation.people_rows(world),
        "posts": organisation.post_rows(world),
        "roles": organisation.role_rows(world),
        "accounts": organisation.account_rows(world),
        "weights": weight_rows(world),
    }
    for name, rows in tables.items():
        write_rows(directory / f"{name}.csv", rows)
    told = json.dumps(stories(world), default=str, indent=1)
    (directory / "stories.json").write_text(told, encoding="utf-8")


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_truth(directory: Path, world: Any, truth: dict[str, pa.Table], faults: pa.Table) -> None:
    """The same data sets without a fault, as an activity store; every fault; and how people really
    differ."""
    (directory / "activity").mkdir(parents=True)
    for name, table in truth.items():
        pq.write_table(table, directory / "activity" / f"{name}.parquet", compression="zstd")
    pq.write_table(faults, directory / "faults.parquet", compression="zstd")
    differences = {"person": world.people.code, **world.people.effects}
    pq.write_table(pa.table(differences), directory / "differences.parquet")
    coded = pa.table(
        {
            "spell_id": truth["spells"]["spell_id"],
            "primary_diagnosis": pa.array(world.spells["diagnosis_code"], pa.string()),
        }
    )
    pq.write_table(coded, directory / "diagnosis.parquet", compression="zstd")
