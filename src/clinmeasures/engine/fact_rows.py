"""A record type's rows in the columns that facts keep of them."""

from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import rules_for
from clinmeasures.definitions.fields import DERIVED
from clinmeasures.engine.sources import StoreSource
from clinmeasures.engine.units import SHARES, shares_listed

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_MONTH = "none"
LISTED = "units_shares"


def facts_wanted(record: str) -> tuple[str, list[str], tuple[str, ...]]:
    """A record type with every field and rule that its facts keep."""
    return record, [field.name for field in DERIVED.get(record, ())], rules_for(record)


def fact_rows(source: StoreSource, record: str) -> "ir.Table":
    """Everything that facts keep of a record type's rows, as one expression."""
    return as_facts(source.rows(*facts_wanted(record)), source, record)


def as_facts(rows: "ir.Table", source: StoreSource, record: str) -> "ir.Table":
    """Rows with their fields and units in the columns of the facts."""
    rules = rules_for(record)
    if SHARES in rules:
        rows = shares_listed(rows, source.tables, LISTED)
    kept = [name for name in rows.columns if not name.startswith("_") or name in ("_key", "_row")]
    month = rows[RECORD_TYPES[record].month_of].strftime("%Y-%m").fill_null(NO_MONTH)
    return rows.select(*[name for name in kept if name != "month"], month=month)
