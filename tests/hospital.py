"""A small hospital in a store of its own: spells of two departments, one of them misattributed.

Everything is by hand, so that a test can say what it expects: the doctor (login "clinician") has
60 spells discharged in April and May 2026, of which S0007 was truly the colleague's ("peer").
"""

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.management.color import no_style
from django.db import connection

from clinlead.figures.actions import recompute_all
from clinlead.figures.models import FactsMonth, Generation, Tally, TallyMonth
from clinlead.intake.models import Load, LoadState
from clinlead.measures.actions import choose_defaults, enter, shipped_texts
from clinlead.validation.actions import open_window
from clinlead.validation.models import Window
from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clocks import with_utc

TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us"),
}
MISATTRIBUTED = "S0007"
HIS, COLLEAGUES, LEADS, POOLED = 60, 8, 5, 3


@dataclass
class Hospital:
    trust: object
    window: Window
    directory: Path


def spell(number: int, consultant: str | None) -> dict:
    """Admitted at ten, three to six days' stay, discharged at two in the afternoon."""
    out = datetime.combine(date(2026, 4, 1) + timedelta(days=number % 60), datetime.min.time())
    out += timedelta(hours=14)
    stay = timedelta(days=3 + number % 4, hours=4)
    return {
        "spell_id": f"S{number:04d}",
        "patient_key": f"{number:064x}",
        "admitted_at": out - stay,
        "discharged_at": out,
        "admission_method": "emergency" if number % 3 else "elective",
        "patient_class": "inpatient",
        "discharge_method": "home",
        "age_years": 40 + number % 50,
        "sex": "F" if number % 2 else "M",
        "specialty": "cardiology",
        "admitting_consultant": consultant,
        "discharging_consultant": consultant,
        "primary_diagnosis": "I21.0",
    }


def spells() -> list[dict]:
    codes = ["C-clinician"] * HIS + ["C-peer"] * COLLEAGUES + ["C-lead"] * LEADS
    codes += ["POOL"] * POOLED + [None]
    return [spell(number, code) for number, code in enumerate(codes, start=1)]


def episodes(of: list[dict]) -> list[dict]:
    """One episode a spell; the misattributed one says who really had the patient."""
    return [
        {
            "spell_id": each["spell_id"],
            "episode": 1,
            "started_at": each["admitted_at"],
            "ended_at": each["discharged_at"],
            "consultant": "C-peer"
            if each["spell_id"] == MISATTRIBUTED
            else each["discharging_consultant"],
        }
        for each in of
        if each["discharging_consultant"]
    ]


def put_in_store(directory: Path, dataset: str, rows: list[dict], number: int) -> Load:
    """A load as intake leaves it, with its row in the database."""
    kind = RECORD_TYPES[dataset]
    schema = pa.schema(
        [("patient_key" if c.patient else c.name, TYPES[c.kind]) for c in kind.columns]
        + [("_row", pa.int64()), ("_key", pa.string())]
    )
    months: dict[str, list[dict]] = {}
    for row, each in enumerate(rows, start=1):
        key = "|".join(str(each[part]) for part in kind.key)
        filed = each.get(kind.month_of)
        month = f"{filed:%Y-%m}" if filed else "none"
        months.setdefault(month, []).append({**each, "_row": row, "_key": key})
    for month, some in months.items():
        folder = directory / dataset / f"load={number:06d}" / f"month={month}"
        folder.mkdir(parents=True)
        held = with_utc(pa.Table.from_pylist(some, schema=schema), dataset)
        pq.write_table(held, folder / "part-0.parquet")
    return Load.objects.create(
        number=number,
        dataset=dataset,
        file_name=f"{dataset}.csv",
        sha256=f"{number:064x}",
        state=LoadState.ACTIVE,
        coverage_from=date(2026, 4, 1),
        coverage_to=date(2026, 6, 30),
        rows_read=len(rows),
        rows_accepted=len(rows),
        loaded_at=datetime.fromisoformat("2026-06-30T18:00:00+00:00"),
    )


MEASURES = ("length-of-stay", "emergency-readmission-30d")
COMPUTED: dict[type, list[dict]] = {}  # the rows of the first computing: the same in every test
KEPT = (Generation, TallyMonth, Tally, FactsMonth)
FACTS: list[Path] = []


def compute(directory: Path, at: datetime) -> None:
    """The figures of this hospital; computed once a session, then put back as they were."""
    if not FACTS:
        recompute_all(at=at)
        FACTS.append(Path(mkdtemp(prefix="clinlead-facts-")))
        shutil.copytree(directory / "facts", FACTS[0], dirs_exist_ok=True)
        COMPUTED.update({model: list(model.objects.values()) for model in KEPT})
        return
    shutil.copytree(FACTS[0], directory / "facts")
    for model in KEPT:
        model.objects.bulk_create(model(**row) for row in COMPUTED[model])
    with connection.cursor() as cursor:  # PostgreSQL counts on from what was put back
        for statement in connection.ops.sequence_reset_sql(no_style(), KEPT):
            cursor.execute(statement)


def open_hospital(trust, settings, directory: Path, *, at: datetime) -> Hospital:
    """Load it, choose measures, compute, and ask cardiology to check April and May."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"data_dir": directory})
    rows = spells()
    put_in_store(directory / "activity", "spells", rows, 1)
    put_in_store(directory / "activity", "episodes", episodes(rows), 2)
    for name, text in shipped_texts():
        if name.removesuffix(".toml") in MEASURES:
            enter(text, name, at, None)
    choose_defaults(department=trust.cardiology, at=at)
    compute(directory, at)
    window = open_window(
        department=trust.cardiology,
        first_month="2026-04",
        last_month="2026-05",
        opens_on=at.date() - timedelta(days=5),
        closes_on=at.date() + timedelta(days=15),
        by=trust.lead,
        at=at,
    )
    return Hospital(trust=trust, window=window, directory=directory)
