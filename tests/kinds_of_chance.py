"""Small stores of every data set, and a measure of every kind, for engines to be held together."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import naive_kinds as naive
from clinmeasures.attribution import rules_for
from clinmeasures.definitions import parse_definition
from clinmeasures.engine import Activity

START = datetime(2026, 3, 20)  # noqa: DTZ001 (local civil time)
HEAD = 'version = 1\ntitle = "t"\ndirection = "neither"\n'


def measure(record: str, text: str):
    rules = [each for each in rules_for(record) if each in (*naive.OWN, "job_plan")]
    named = ", ".join(f'"{rule}"' for rule in rules)
    return parse_definition(f'{HEAD}record = "{record}"\nattribution = [{named}]\n{text}')


DIED = 'numerator = [{ field = "discharge_method", equals = "died" }]\n'
WORKED = 'kind = "joined"\nwhere = [{ field = "activity", equals = "dcc" }, '
MEASURES = [
    measure("spells", f'code = "oe"\nkind = "observed_expected"\nmodel = "m"\n{DIED}'),
    measure(
        "spells", 'code = "oe-stay"\nkind = "observed_expected"\nmodel = "m"\nvalue = "stay_days"\n'
    ),
    measure("spells", 'code = "apart"\nkind = "distinct"\nvalue = "specialty"\n'),
    measure(
        "clinics",
        'code = "ratio"\nkind = "ratio_of_sums"\nnumerator = "attended_follow_ups"\n'
        'denominator = "attended_firsts"\n',
    ),
    measure(
        "clinics",
        'code = "letter"\nkind = "proportion"\n'
        'where = [{ field = "outcome", in = ["attended", "late_seen"] }]\n'
        'numerator = [{ field = "days_to_letter", at_most = 7 }]\n',
    ),
    measure(
        "emergency",
        'code = "admit"\nkind = "proportion"\n'
        'numerator = [{ field = "decision", equals = "admit" }]\n',
    ),
    measure(
        "endoscopy",
        'code = "caecum"\nkind = "proportion"\n'
        'numerator = [{ field = "photo_proof", equals = true }]\n',
    ),
    measure(
        "jobplans",
        f'code = "sessions"\n{WORKED}{{ field = "in_plan", equals = true }}]\n'
        'numerator = "delivered_sessions"\ndenominator = "planned_sessions_net"\n',
    ),
    measure(
        "jobplans",
        f'code = "work"\n{WORKED}{{ field = "in_post", equals = true }}, '
        '{ field = "weighted_by", equals = "naive-1" }]\n'
        'numerator = "weighted_stays"\ndenominator = "whole_time_weeks_net"\n',
    ),
]


def store_of(seed: int) -> dict:
    """Small data sets of a few people: much of it meets, and much of it is missing."""
    chance = np.random.default_rng(seed)

    def one(*values):
        return values[int(chance.integers(len(values)))]

    def moment(spread: int = 24):
        return START + timedelta(hours=int(chance.integers(0, 24 * spread)))

    def day(spread: int = 24) -> date:
        return moment(spread).date()

    def rows(count: int, make):
        return [make(number) for number in range(int(chance.integers(0, count)))]

    people = ("A", "B", "C")
    known = (*people, None)
    spells = rows(
        30,
        lambda n: {
            "spell_id": f"S{n:02d}",
            "patient_key": one("P1", "P2", None),
            "admitted_at": START - timedelta(days=3),
            "discharged_at": one(moment(), moment(), None),
            "admission_method": "emergency",
            "discharge_method": one("died", "home", None),
            "specialty": one("100", "110", None),
            "discharging_consultant": one(*known),
        },
    )
    clinics = rows(
        40,
        lambda n: {
            "attendance_id": f"A{n:02d}",
            "patient_key": "P1",
            "slot_at": moment(),
            "slot_owner": one(*people),
            "attendance_type": one("first", "follow_up"),
            "outcome": one(*naive.HELD, "cancelled_patient", "cancelled_hospital"),
        },
    )
    return {
        "spells": spells,
        "clinics": clinics,
        "documents": rows(
            30,
            lambda n: {
                "document_id": f"D{n:02d}",
                "kind": one("clinic_letter", "clinic_letter", "discharge_summary"),
                "refers_to": f"A{int(chance.integers(40)):02d}",
                "sent_at": one(moment(40), moment(40), None),
            },
        ),
        "emergency": rows(
            20,
            lambda n: {
                "attendance_id": f"E{n:02d}",
                "patient_key": "P2",
                "arrived_at": moment(),
                "reviewed_by": one(*known),
                "decision": one("admit", "discharge", None),
            },
        ),
        "endoscopy": rows(
            20,
            lambda n: {
                "procedure_id": f"C{n:02d}",
                "endoscopist": one(*people),
                "performed_at": moment(),
                "intended_extent": "caecum",
                "reached_extent": "caecum",
                "supervisor": one(*known),
                "photo_proof": one(True, False, None),
            },
        ),
        "jobplans": unlike(
            rows(
                8,
                lambda _: {
                    "person_code": one(*people),
                    "from": day() - timedelta(days=12),
                    "activity": one("dcc", "dcc", "spa"),
                    "sessions_per_week": one(7.5, 5.0, 0.25),
                },
            ),
            ("person_code", "from", "activity"),
        ),
        "leave": unlike(
            rows(
                5,
                lambda _: {
                    "person_code": one(*people),
                    "from": (start := day()),
                    "to": start + timedelta(days=int(chance.integers(0, 6))),
                    "kind": one("annual", "study"),
                },
            ),
            ("person_code", "from"),
        ),
        "workforce": unlike(
            rows(
                5,
                lambda _: {
                    "person_code": one(*people),
                    "from": day() - timedelta(days=20),
                    "to": one(None, day(), day()),
                    "whole_time_equivalent": one(1.0, 0.5),
                },
            ),
            ("person_code", "from"),
        ),
        "risks": {row["spell_id"]: one(0, 1, 333_333_333, 10**9) for row in spells if one(1, 1, 0)},
        "codes": one(
            None,
            [
                {"code": "A", "valid_from": None, "valid_to": date(2026, 4, 1), "unit": "A"},
                {"code": "A", "valid_from": date(2026, 4, 2), "valid_to": None, "unit": "B"},
                {"code": "B", "valid_from": date(2026, 3, 25), "valid_to": None, "unit": "B"},
            ],
        ),
    }


def unlike(rows: list[dict], key: tuple[str, ...]) -> list[dict]:
    """Each key once, as a source sends it."""
    return list({tuple(row[name] for name in key): row for row in rows}.values())


WEIGHTS = {"source": ["naive-1"] * 2, "record": ["spells"] * 2, "field": ["specialty"] * 2}
WEIGHTS |= {"code": ["100", "*"], "weight": [1500, 700]}


def stored(store: dict, place: Path) -> Activity:
    for name, rows in store.items():
        if name not in ("risks", "codes") and rows:
            pq.write_table(pa.Table.from_pylist(rows), place / f"{name}.parquet")
    for folder, name, table in (
        ("weights", "weights", pa.table(WEIGHTS)),
        ("risks", "m", risks_table(store["risks"])),
    ):
        (place / folder).mkdir()
        pq.write_table(table, place / folder / f"{name}.parquet")
    codes = store["codes"]
    return Activity(directory=place, codes=codes and pa.Table.from_pylist(codes))


def risks_table(risks: dict[str, int]) -> pa.Table:
    columns = [pa.array(risks.keys(), pa.string()), pa.array(risks.values(), pa.int64())]
    return pa.table(columns, names=["key", "risk"])
