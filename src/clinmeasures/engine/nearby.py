"""The rows that a change of some records can alter, computed from what they hang on alone.

Every derived field looks at its own record, at what belongs to it, and at its patient's other
records; so the changed records and those of their patients are all that can come out otherwise.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clinmeasures.activity.record_types import RECORD_TYPES, RecordType
from clinmeasures.engine.activity import Activity
from clinmeasures.engine.fact_rows import fact_rows
from clinmeasures.engine.laid import LaidTables
from clinmeasures.engine.shapes import BELONGS_BY, Shape, laid_out
from clinmeasures.engine.sources import StoreSource
from clinmeasures.engine.statements import Statements, Step, run
from clinmeasures.engine.store import check_store
from clinmeasures.engine.tables import latest

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = "changed_keys"  # a table of one column
ROWS = "changed_rows"  # the rows as they come out now


def make_changed_rows(
    connection: Any, activity: Activity, record: str, keys: Iterable[str], together: Iterable[str]
) -> None:
    """Make the table `changed_rows` of a record type: these records and all of their patients'.

    It has the columns of the facts. `changed_keys` and `near_together` say whose rows it holds:
    the patients (of theatre cases, the sessions) that are given, and those the records are or were
    of.
    """
    import pyarrow as pa

    check_store(activity.directory)
    shape, corrections = laid_out(connection, activity, record)
    connection.register(KEYS, pa.table({"_key": pa.array(sorted(keys), pa.string())}))
    column = RECORD_TYPES[record].together or "none"
    known = pa.table({column: pa.array(sorted(together), pa.string())})
    connection.register("known_together", known)
    run(connection, plan_of(shape), corrections)


@lru_cache(maxsize=200)
def plan_of(shape: Shape) -> tuple[Step, ...]:
    """The tables to make, in their order, for stores of this shape."""
    statements = Statements()
    tables = NearbyTables(statements, shape)
    rows = fact_rows(StoreSource.of(tables), shape.record)
    statements.keep(ROWS, tables.changed(rows))
    return tuple(statements.made)


class NearbyTables(LaidTables):
    """The data sets of a store that is laid out, narrowed to changed records."""

    def __init__(self, statements: Statements, shape: Shape) -> None:
        import ibis

        super().__init__(statements, shape)
        self._keys = ibis.table({"_key": "string"}, name=KEYS)
        self._narrow_to_changed(RECORD_TYPES[shape.record])

    def _narrow_to_changed(self, record: RecordType) -> None:
        """The changed records, and every other record of whoever they are or were of."""
        loaded = self.as_loaded(record, ())
        keys, together = self._keys, record.together
        if together:
            self._near[together] = self._others(record, loaded)
            keys = self._keys_of(record, loaded, together).union(keys)
        self._near["_key"] = self._kept("keys", keys)
        kept = self.keeper.keep("near_rows", self.table(record.name))
        self._made[record.name] = kept
        self._near |= self._belonging(record, kept)

    def _others(self, record: RecordType, loaded: "ir.Table") -> "ir.Table":
        """The patients (or sessions) whose records may come out otherwise."""
        import ibis

        together = record.together
        found = ibis.table({together: "string"}, name="known_together")
        mine = loaded.filter(loaded["_key"].isin(self._keys["_key"]))
        found = found.union(mine[[together]])
        moved = self.changes(record).get(together)
        if moved is not None:
            mine = moved.filter(moved["_corrected_key"].isin(self._keys["_key"]))
            found = found.union(
                mine.select(**{together: mine["_old"]}), mine.select(**{together: mine["_new"]})
            )
        return self._kept("together", found)

    def _keys_of(self, record: RecordType, loaded: "ir.Table", column: str) -> "ir.Table":
        """The keys of rows that belong to what is near, or may by a correction."""
        keys = self._among(loaded, column)[["_key"]]
        moved = self.changes(record).get(column)
        return keys if moved is None else keys.union(moved.select(_key="_corrected_key"))

    def _among(self, rows: "ir.Table", column: str) -> "ir.Table":
        values = self._near[column]
        return rows.filter(rows[column].isin(values[values.columns[0]]))

    def _make(self, record: RecordType) -> "ir.Table":
        loads = self.loads(record.name)
        rows = self.as_loaded(record, loads)
        mine = record.name == self.shape.record
        column = "_key" if mine else next(c for c in BELONGS_BY if c in rows.columns)
        rows = self._whole_records(record, rows, column)
        if len(loads) > 1:
            rows = latest(rows, record, loads)
        rows = self.put_right(rows, record, "latest")
        return rows if mine else self._among(rows, column)

    def _whole_records(self, record: RecordType, rows: "ir.Table", column: str) -> "ir.Table":
        """Every row that loads ever gave of the records that may belong to what is near."""
        fixed = column == "_key" or column in record.key or len(self.loads(record.name)) < 2
        if fixed and column not in self.changes(record):
            return self._among(rows, column)
        keys = self._kept(f"keys_of_{record.name}", self._keys_of(record, rows, column))
        return rows.filter(rows["_key"].isin(keys["_key"]))

    def changed(self, rows: "ir.Table") -> "ir.Table":
        """Of rows that were computed, those that the change can alter: the rest lack neighbours."""
        mine = rows["_key"].isin(self._keys["_key"])
        together = RECORD_TYPES[self.shape.record].together
        if together:
            mine = mine | rows[together].isin(self._near[together][together])
        return rows.filter(mine)
