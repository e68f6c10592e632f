"""A stored load's attribution, judged by the clinicians' codes there are now."""

from typing import Any

from clinlead.intake.models import Load
from clinlead.intake.queries import known_codes, store
from clinmeasures.activity import RECORD_TYPES
from clinmeasures.activity.quality import Part, attribution_of


def regraded(load: Load) -> dict[str, Any]:
    """The load's quality with a new part for attribution, and the grade that follows."""
    known, left = rows_known(load) if RECORD_TYPES[load.dataset].clinician_columns else (0, 0)
    if not left:  # no clinician is named in it, or every month of it is erased
        return load.quality
    part = attribution_of(known, left)
    parts: list[dict[str, Any]] = [
        {"part": part.part, "value": part.value, "grade": part.grade, "because": part.because}
        if each["part"] == Part.ATTRIBUTION
        else each
        for each in load.quality["parts"]
    ]
    return load.quality | {"parts": parts, "grade": max(each["grade"] for each in parts)}


def rows_known(load: Load) -> tuple[int, int]:
    """Rows of the load that name at least one clinician's code we know, of those it still has."""
    from functools import reduce
    from operator import or_

    import pyarrow.dataset as ds

    folder = store() / load.dataset / f"load={load.folder}"
    files = sorted(folder.glob("month=*/*.parquet"))
    if not files:
        return 0, 0
    rows = ds.dataset(files, format="parquet")
    codes = sorted(known_codes(load.source))
    columns = RECORD_TYPES[load.dataset].clinician_columns
    named = reduce(or_, (ds.field(name).isin(codes) for name in columns))
    return rows.count_rows(filter=named), rows.count_rows()
