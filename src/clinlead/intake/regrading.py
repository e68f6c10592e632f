"""A stored load's attribution, judged by the clinicians' codes there are now."""

from typing import Any

from clinlead.intake.models import Load
from clinlead.intake.queries import known_codes, store
from clinmeasures.activity import RECORD_TYPES
from clinmeasures.activity.quality import Part, attribution_of


def regraded(load: Load) -> dict[str, Any]:
    """The load's quality with a new part for attribution, and the grade that follows."""
    if not RECORD_TYPES[load.dataset].clinician_columns:
        return load.quality
    part = attribution_of(known_rows(load), load.rows_accepted)
    parts: list[dict[str, Any]] = [
        {"part": part.part, "value": part.value, "grade": part.grade, "because": part.because}
        if each["part"] == Part.ATTRIBUTION
        else each
        for each in load.quality["parts"]
    ]
    return load.quality | {"parts": parts, "grade": max(each["grade"] for each in parts)}


def known_rows(load: Load) -> int:
    """Rows of the load that name at least one clinician's code we know."""
    from functools import reduce
    from operator import or_

    import pyarrow.dataset as ds

    folder = store() / load.dataset / f"load={load.folder}"
    rows = ds.dataset(sorted(folder.glob("month=*/*.parquet")), format="parquet")
    codes = sorted(known_codes(load.source))
    columns = RECORD_TYPES[load.dataset].clinician_columns
    return rows.count_rows(filter=reduce(or_, (ds.field(name).isin(codes) for name in columns)))
