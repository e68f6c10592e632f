"""Work weighted by a named source: how much one stay, case or attendance weighs among others.

`weights/weights.csv` (or `.parquet`) of the activity has the columns `source` (its name), `record`
(spells, theatre or clinics), `field`, `code` and `weight`, in thousandths: a record weighs what the
row of its field's value says, else what the row of the code `*` says, else nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinmeasures.engine.tables import Tables
from clinmeasures.engine.units import resolved
from clinmeasures.engine.weight_files import ANY, WEIGHED

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

WORK = ("_stays", "_cases", "_attendances")
SEEN = ("attended", "late_seen")


def weighed_work(tables: Tables) -> "ir.Table":
    """`_did, _done, _stays, _cases, _attendances`: a person's weighted work, day by day."""
    import ibis

    found = tables.weights()
    parts = [] if found is None else list(_parts(tables, found))
    if not parts:
        nobody = tables.table("leave").limit(0)
        none = dict.fromkeys(WORK, ibis.null("int64"))
        return nobody.select(_did="person_code", _done="from", **none)
    together = parts[0] if len(parts) == 1 else ibis.union(*parts)
    sums = {name: together[name].sum().cast("int64") for name in WORK}
    return together.group_by("_did", "_done").aggregate(**sums)


def weighed_by(tables: Tables) -> str:
    """The source of the weights; empty where there are none."""
    found = tables.weights()
    return "" if found is None else str(found["source"][0].as_py())


def _parts(tables: Tables, found: "pa.Table") -> Iterator["ir.Table"]:
    import ibis
    import pyarrow.compute as pc

    for record in pc.unique(found["record"]).to_pylist():
        mine = found.filter(pc.equal(found["record"], record))
        who, when, column, _ = WEIGHED[record]
        rows = _done(tables, record)
        rows = tables.of_months(rows.filter(rows[who].notnull() & rows[when].notnull()), when)
        rows = resolved(rows, tables, code=who, when=when, name="_did")
        weight = _weight(rows, record, mine)
        sums = {name: ibis.literal(0, "int64") for name in WORK}
        yield rows.select("_did", _done=rows[when].cast("date"), **{**sums, column: weight})


def _done(tables: Tables, record: str) -> "ir.Table":
    """What was done: stays that ended, cases that were operated on, attendances that took place."""
    rows = tables.table(record)
    if record == "theatre":
        return rows.filter(rows["anaesthetic_start"].coalesce(rows["knife_to_skin"]).notnull())
    return rows.filter(rows["outcome"].isin(SEEN)) if record == "clinics" else rows


def _weight(rows: "ir.Table", record: str, weights: "pa.Table") -> "ir.Value":
    import ibis

    from clinmeasures.engine.derived import EXPRESSIONS

    field = weights["field"][0].as_py()
    known = EXPRESSIONS.get(record, {}).get(field)
    value = rows[field] if known is None else known[1](rows)
    pairs = dict(zip(weights["code"].to_pylist(), weights["weight"].to_pylist(), strict=True))
    rest = pairs.pop(ANY, 0)
    steps = [(value == code, weight) for code, weight in pairs.items()]
    return ibis.cases(*steps, else_=rest).cast("int64") if steps else ibis.literal(rest, "int64")
