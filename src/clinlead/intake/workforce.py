"""The workforce extract changes the organisation: people, posts and their own codes."""

from datetime import datetime

import pyarrow.dataset as ds

from clinlead.intake.models import Load
from clinlead.intake.queries import store
from clinlead.organisation.actions import Outcome, apply_workforce

WORKFORCE = "workforce"
COLUMNS = ["person_code", "from", "to", "name", "grade", "department", "whole_time_equivalent"]


def place_people(load: Load, *, at: datetime) -> Outcome | None:
    """Part of the load's own transaction; None where the load is not of the workforce."""
    if load.dataset != WORKFORCE:
        return None
    files = sorted((store() / WORKFORCE / f"load={load.folder}").rglob("*.parquet"))
    rows = ds.dataset(files).to_table(columns=COLUMNS).sort_by("from").to_pylist()
    return apply_workforce(rows=rows, at=at, by_id=load.loaded_by_id)
