"""Stores that nobody would choose: few patients, so that spells meet; the clocks go forward."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from clinmeasures.attribution import rules_for
from clinmeasures.definitions import parse_definition
from clinmeasures.engine import Activity

RULES = rules_for("spells")
ALL_RULES = 'attribution = ["discharging", "admitting", "longest_stay", "operating", "shares"]\n'
HEAD = 'version = 1\ntitle = "t"\nrecord = "spells"\ndirection = "neither"\n' + ALL_RULES
MEASURES = [
    parse_definition(HEAD + text)
    for text in (
        'code = "readmitted"\nkind = "proportion"\n'
        'where = [{ field = "discharge_method", not_in = ["died", "transferred"] }]\n'
        'numerator = [{ field = "days_to_next_emergency_admission", between = [0, 29] }]\n',
        'code = "stay"\nkind = "mean"\nvalue = "stay_minutes"\n',
        'code = "nights"\nkind = "percentile"\nvalue = "stay_days"\n',
        'code = "ratio"\nkind = "ratio_of_sums"\nnumerator = "stay_days"\n'
        'denominator = "age_years"\nmonth_of = "admitted_at"\n',
        'code = "predicted"\nkind = "proportion"\nmonth_of = "admitted_at"\n'
        'where = [{ any = [{ field = "patient_class", equals = "inpatient" }, '
        '{ all = [{ field = "age_years", at_least = 40 }, '
        '{ field = "sex", missing = true }] }] }]\n'
        'numerator = [{ field = "hours_to_first_prediction", at_most = 24 }]\n',
        'code = "accurate"\nkind = "proportion"\n'
        'where = [{ field = "days_from_prediction_to_ready", present = true }]\n'
        'numerator = [{ field = "days_from_prediction_to_ready", between = [-1, 1] }]\n',
        'code = "summary"\nkind = "proportion"\n'
        'numerator = [{ field = "hours_to_summary", at_most = 24 }]\n',
        'code = "died"\nkind = "proportion"\n'
        'where = [{ any = [{ field = "days_to_next_inpatient_admission", missing = true }, '
        '{ field = "days_to_next_inpatient_admission", at_least = 31 }] }]\n'
        'numerator = [{ field = "days_to_death", between = [0, 30] }]\n',
        'code = "died-after"\nkind = "proportion"\n'
        'numerator = [{ field = "days_from_discharge_to_death", at_most = 30 }]\n',
    )
]
START = datetime(2026, 3, 25)  # noqa: DTZ001 (local civil time)
moments = st.builds(
    lambda hours, minutes: START + timedelta(hours=hours, minutes=minutes),
    st.one_of(st.integers(0, 240), st.integers(0, 24 * 80)),
    st.sampled_from([0, 0, 0, 1, 30]),
)
maybe = lambda values: st.one_of(st.none(), values)  # noqa: E731
clinicians = maybe(st.sampled_from(["A", "B", "C"]))


def spells(number: int) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(
        {
            "spell_id": st.just(f"S{number}"),
            "patient_key": maybe(st.sampled_from(["P1", "P1", "P2"])),
            "admitted_at": moments,
            "discharged_at": maybe(moments),
            "admission_method": st.sampled_from(["emergency", "emergency", "elective"]),
            "patient_class": maybe(st.sampled_from(["inpatient", "day_case"])),
            "discharge_method": maybe(st.sampled_from(["home", "died", "transferred"])),
            "age_years": maybe(st.integers(0, 99)),
            "sex": maybe(st.just("f")),
            "admitting_consultant": clinicians,
            "discharging_consultant": clinicians,
            "primary_procedure": maybe(st.sampled_from(["X1", "X2"])),
            "ready_at": maybe(moments),
        }
    )


spell_ids = st.sampled_from([f"S{number}" for number in range(6)])
episodes = st.fixed_dictionaries(
    {
        "spell_id": spell_ids,
        "episode": st.integers(1, 5),
        "started_at": moments,
        "ended_at": moments,
        "consultant": clinicians,
    }
)
predictions = st.fixed_dictionaries(
    {
        "spell_id": spell_ids,
        "entered_at": moments,
        "predicted_discharge_date": maybe(moments.map(datetime.date)),
    }
)
procedures = st.fixed_dictionaries(
    {
        "procedure_id": st.integers(0, 20).map(lambda number: f"Q{number:02d}"),
        "spell_id": spell_ids,
        "code": st.sampled_from(["X1", "X2"]),
        "performed_at": maybe(moments),
        "surgeon": clinicians,
    }
)
documents = st.fixed_dictionaries(
    {
        "document_id": st.integers(0, 20).map(lambda number: f"D{number:02d}"),
        "kind": st.sampled_from(["discharge_summary", "discharge_summary", "clinic_letter"]),
        "refers_to": spell_ids,
        "sent_at": maybe(moments),
    }
)
deaths = st.fixed_dictionaries(
    {"patient_key": st.sampled_from(["P1", "P2"]), "died_on": moments.map(datetime.date)}
)
CODES = [
    {"code": "A", "valid_from": None, "valid_to": date(2026, 4, 3), "unit": "ann"},
    {"code": "A", "valid_from": date(2026, 4, 4), "valid_to": None, "unit": "ben"},
    {"code": "B", "valid_from": None, "valid_to": None, "unit": "ben"},
    {"code": "C", "valid_from": date(2026, 4, 1), "valid_to": date(2026, 4, 30), "unit": "cat"},
]
corrections = st.lists(
    st.fixed_dictionaries(
        {
            "dataset": st.just("spells"),
            "key": spell_ids,
            "field": st.just("discharging_consultant"),
            "old": clinicians,
            "new": clinicians,
        }
    )
    | st.fixed_dictionaries(
        {
            "dataset": st.just("spells"),
            "key": spell_ids,
            "field": st.just("discharged_at"),
            "old": maybe(moments),
            "new": maybe(moments),
        }
    ),
    max_size=4,
)
KEYS = {
    "episodes": ("spell_id", "episode"),
    "predictions": ("spell_id", "entered_at"),
    "procedures": ("procedure_id",),
    "documents": ("document_id",),
    "deaths": ("patient_key",),
}


def unique(rows, key):
    return list({tuple(row[name] for name in key): row for row in rows}.values())


@st.composite
def stores(draw):
    first = [draw(spells(number)) for number in range(draw(st.integers(1, 6)))]
    second = [draw(spells(number)) for number in draw(st.sets(st.integers(0, 5), max_size=3))]
    coverage = (START.date(), START.date() + timedelta(days=draw(st.integers(0, 40))))
    loads = [("pas", "upsert", None, first)]
    if second:
        mode = draw(st.sampled_from(["upsert", "replace"]))
        loads.append((draw(st.sampled_from(["pas", "pas", "other"])), mode, coverage, second))
    kinds = {"episodes": episodes, "predictions": predictions, "procedures": procedures}
    kinds |= {"documents": documents, "deaths": deaths}
    others = {
        name: unique(draw(st.lists(rows, max_size=12)), KEYS[name]) for name, rows in kinds.items()
    }
    codes = draw(st.sampled_from([None, CODES]))
    return {"loads": loads, "codes": codes, "corrections": draw(corrections), **others}


TYPES = {
    "admitted_at": pa.timestamp("us"),
    "discharged_at": pa.timestamp("us"),
    "ready_at": pa.timestamp("us"),
    "started_at": pa.timestamp("us"),
    "ended_at": pa.timestamp("us"),
    "entered_at": pa.timestamp("us"),
    "sent_at": pa.timestamp("us"),
    "performed_at": pa.timestamp("us"),
    "predicted_discharge_date": pa.date32(),
    "died_on": pa.date32(),
    "age_years": pa.int64(),
    "episode": pa.int64(),
}


def write(rows: list[dict], file: Path) -> None:
    if rows:
        file.parent.mkdir(parents=True, exist_ok=True)
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        arrays = {n: pa.array(values, TYPES.get(n, pa.string())) for n, values in columns.items()}
        pq.write_table(pa.table(arrays), file)


def stored(store: dict, directory: Path, *, turned: bool = False) -> Activity:
    """The store on disk; `turned` writes every file's rows in the opposite order."""
    order = -1 if turned else 1
    for number, (source, mode, coverage, rows) in enumerate(store["loads"], start=1):
        folder = directory / "spells" / f"load={number:06d}"
        write(rows[::order], folder / "month=none" / "part-0.parquet")
        about = {"source": source, "mode": mode}
        if coverage:
            about |= {"coverage_from": str(coverage[0]), "coverage_to": str(coverage[1])}
        (folder / "_load.json").write_text(json.dumps(about))
    for name in KEYS:
        write(store[name][::order], directory / f"{name}.parquet")
    given = [{n: v and str(v) for n, v in each.items()} for each in store["corrections"]]
    fields = ("dataset", "key", "field", "old", "new")
    overlay = {name: pa.array([each[name] for each in given], pa.string()) for name in fields}
    codes = store["codes"] and pa.Table.from_pylist(store["codes"])
    return Activity(directory=directory, corrections=pa.table(overlay), codes=codes)
