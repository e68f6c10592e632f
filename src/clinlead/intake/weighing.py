"""What one stay, case or attendance weighs among others: a table beside the activity."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.db import transaction

from clinlead.history.actions import append
from clinlead.intake.queries import store, weights_now
from clinmeasures.engine import weights_in


@dataclass(frozen=True, kw_only=True)
class Brought:
    """Whose weights they are, how many, and whether they differ from those before."""

    source: str
    rows: int
    changed: bool


def bring_weights(*, file: Path, at: datetime) -> Brought:
    """Put a file's weights in place of those before, all of it or nothing.

    Figures that weigh work come out otherwise once they are computed again.
    """
    table, before = weights_in(file), weights_now()
    place = store() / "weights"
    place.mkdir(parents=True, exist_ok=True)
    aside = place / "weights.part"
    with transaction.atomic():
        pq.write_table(table, aside)
        aside.replace(place / "weights.parquet")
        now = weights_now()
        if now != before:
            append(
                act="weights brought",
                at=at,
                by_id=None,
                object_kind="weights",
                object_id=now["source"],
                details={"digest": now["digest"], "rows": table.num_rows},
            )
    return Brought(source=now["source"], rows=table.num_rows, changed=now != before)
