"""Two years of invented stays for the people every test knows, loaded as a hospital's would be."""

import json
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from clinlead.figures.actions import recompute_all
from clinlead.intake.models import Load, LoadState
from clinlead.measures.actions import choose_defaults, register_library
from clocks import with_utc
from kept_worlds import world_of
from people import Trust, small_trust

FIRST, LAST = date(2024, 7, 1), date(2026, 6, 30)
CODES = ("C-clinician", "C-peer", "C-lead", "C-second", "C-third", "C-fourth", "C-fifth", "POOL")
ELSEWHERE = ("C-stranger", "C-otherlead")
LOADED_AT = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
TEXTS = ("spell_id", "patient_key", "admission_method", "patient_class", "discharge_method", "sex")
CLINICIANS = ("admitting_consultant", "discharging_consultant")


def spells(
    count: int = 2400, seed: int = 7, codes: Sequence[str] = CODES, elsewhere: float = 0.15
) -> list[dict]:
    """Invented stays; one in ten patients comes back as an emergency within a month or two."""
    made = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        admitted = datetime(2024, 6, 20) + timedelta(minutes=int(made.integers(0, 735 * 1440)))  # noqa: DTZ001
        stay = timedelta(minutes=int(made.gamma(1.5, 3000)) + 60)
        team = codes if made.random() < 1 - elsewhere else ELSEWHERE
        first, last = (str(made.choice(team)) for _ in range(2))
        rows.append(
            {
                "spell_id": f"S{number:05d}",
                "patient_key": f"{int(made.integers(0, count // 2)):032x}",
                "admitted_at": admitted,
                "discharged_at": admitted + stay,
                "admission_method": str(made.choice(["elective", "emergency"], p=[0.4, 0.6])),
                "patient_class": "inpatient",
                "discharge_method": str(made.choice(["home", "died"], p=[0.97, 0.03])),
                "sex": str(made.choice(["female", "male"])),
                "age_years": int(made.integers(18, 95)),
                "admitting_consultant": first,
                "discharging_consultant": last if made.random() < 0.3 else first,
            }
        )
    return [row for row in rows if FIRST <= row["discharged_at"].date() <= LAST]


def episodes(stays: list[dict]) -> list[dict]:
    """One episode under the admitting consultant, a second where another one discharged."""
    rows = []
    for stay in stays:
        middle = stay["admitted_at"] + (stay["discharged_at"] - stay["admitted_at"]) / 3
        both = stay["admitting_consultant"] != stay["discharging_consultant"]
        parts = [(stay["admitting_consultant"], stay["admitted_at"], stay["discharged_at"])]
        if both:
            parts = [
                (stay["admitting_consultant"], stay["admitted_at"], middle),
                (stay["discharging_consultant"], middle, stay["discharged_at"]),
            ]
        for number, (code, start, end) in enumerate(parts, start=1):
            rows.append(
                {
                    "spell_id": stay["spell_id"],
                    "episode": number,
                    "started_at": start,
                    "ended_at": end,
                    "consultant": code,
                }
            )
    return rows


def put_load(number: int, dataset: str, rows: list[dict], *, mode: str = "upsert") -> Load:
    """One load in the store and in the database, without going through intake."""
    folder = Path(settings.CONFIGURATION.data_dir) / "activity" / dataset / f"load={number:06d}"
    folder.mkdir(parents=True)
    table = with_utc(pa.Table.from_pylist(rows), dataset)
    pq.write_table(table, folder / "part-0.parquet")
    said = {"dataset": dataset, "id": f"{number:06d}", "source": "default", "mode": mode}
    said |= {"coverage_from": FIRST.isoformat(), "coverage_to": LAST.isoformat()}
    (folder / "_load.json").write_text(json.dumps(said))
    return Load.objects.create(
        number=number,
        dataset=dataset,
        file_name=f"{dataset}.csv",
        sha256=f"{number:064d}",
        state=LoadState.ACTIVE,
        coverage_from=FIRST,
        coverage_to=LAST,
        rows_read=len(rows),
        rows_accepted=len(rows),
        grade="A",
        loaded_at=LOADED_AT,
    )


def load_small_activity(stays: list[dict] | None = None) -> list[dict]:
    """Stays and their episodes, loaded; the stays."""
    stays = stays or spells()
    put_load(1, "spells", stays)
    put_load(2, "episodes", episodes(stays))
    return stays


@contextmanager
def computed_trust(blocker, directory: Path, measures: tuple[str, ...]):
    """The small trust with its activity loaded and computed, the same for every module of tests.

    What a module adds is rolled back in the end, and what each test adds to that before it.
    """
    make, name = partial(trust_computed, measures), "-".join(("computed", *measures))
    with world_of(make, directory, blocker, name) as trust, transaction.atomic():
        yield trust
        transaction.set_rollback(True)


def trust_computed(measures: tuple[str, ...]) -> Trust:
    trust = small_trust()
    trust.stays = load_small_activity()
    compute(trust, measures)
    return trust


def compute(trust: Trust, measures: tuple[str, ...]) -> None:
    register_library(at=LOADED_AT)
    for department in (trust.cardiology, trust.surgery):
        choose_defaults(department=department, at=LOADED_AT, codes=measures)
    recompute_all(at=LOADED_AT)
