"""Reading loads, and everything the engine needs to measure what is in use now."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db.models import Max, QuerySet

from clinlead.intake.models import (
    Correction,
    CorrectionState,
    Erasure,
    Load,
    LoadState,
    SavedMapping,
)
from clinlead.organisation.queries import codes_table
from clinmeasures.engine import Activity, read_weights

CORRECTIONS_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("dataset", "key", "field", "old", "new")]
)


def store() -> Path:
    """The directory of all activity."""
    return Path(settings.CONFIGURATION.data_dir) / "activity"


def weights_now() -> dict[str, str]:
    """Whose weights stand with the activity, and a digest of them; empty without any."""
    table = read_weights(store())
    if table is None:
        return {}
    rows = sorted(table.to_pylist(), key=lambda row: (row["record"], row["field"], row["code"]))
    said = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return {"source": rows[0]["source"], "digest": hashlib.sha256(said.encode()).hexdigest()}


def activity() -> Activity:
    """What the engine measures: the loads in use, the corrections on top, the clinicians' codes."""
    store().mkdir(parents=True, exist_ok=True)
    return Activity(
        directory=store(),
        active=active_loads(),
        corrections=corrections_table(),
        codes=codes_of_sources(),
        timezone=settings.CONFIGURATION.timezone,
        first_months=first_months(),
    )


def first_months() -> dict[str, str]:
    """Data set → the first month that is kept, where earlier ones are erased or about to be."""
    rows = Erasure.objects.order_by().values_list("dataset").annotate(Max("first_month"))
    return dict(rows)


def active_loads() -> dict[str, list[str]]:
    """Data set → the folders of its loads in use, oldest first."""
    found: dict[str, list[str]] = {}
    for load in in_use().order_by("number").only("dataset", "number"):
        found.setdefault(load.dataset, []).append(load.folder)
    return found


def sources_of_loads() -> pa.Table:
    """The name that facts have for each load of stays, and whose extract it was."""
    loads = list(Load.objects.filter(dataset="spells").only("number", "source"))
    return pa.table(
        {
            "load": pa.array([each.folder for each in loads], pa.string()),
            "source": pa.array([each.source for each in loads], pa.string()),
        }
    )


def in_use() -> QuerySet[Load]:
    return Load.objects.filter(state=LoadState.ACTIVE)


def corrections_table() -> pa.Table:
    """The corrections in use, in the order in which they were made."""
    rows = (
        Correction.objects.filter(state=CorrectionState.ACTIVE)
        .order_by("pk")
        .values("dataset", "key", "field", "old", "new")
    )
    return pa.Table.from_pylist(list(rows), schema=CORRECTIONS_SCHEMA)


def codes_of_sources() -> pa.Table:
    """Clinicians' codes of every source that has a load in use."""
    sources = sorted(set(in_use().order_by().values_list("source", flat=True)))
    tables = [codes_table(source) for source in sources or [""]]
    return pa.concat_tables(tables).group_by(tables[0].column_names).aggregate([])


def known_codes(source: str) -> frozenset[str]:
    """Codes that a person or a pool has in this source, on any day."""
    return frozenset(codes_table(source)["code"].to_pylist())


def latest_grades() -> dict[str, Load]:
    """Data set → its newest load in use, whose grade is the data set's."""
    return {load.dataset: load for load in in_use().order_by("number")}


def complete_to(dataset: str) -> date | None:
    """The last day that the loads in use of a data set answer for."""
    days = in_use().filter(dataset=dataset).values_list("coverage_to", flat=True)
    return max((day for day in days if day), default=None)


def saved_text(source: str, dataset: str) -> str:
    """The text of the mapping that a source's extracts are read by; empty where none is saved."""
    saved = saved_mapping(source, dataset) if source else None
    return saved.text if saved else ""


def saved_mapping(source: str, dataset: str) -> SavedMapping | None:
    """The newest mapping saved for a source's data set."""
    saved = SavedMapping.objects.filter(source=source, dataset=dataset)
    return saved.order_by("-pk").first()
