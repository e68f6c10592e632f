"""The data sets of a store as its shape has them, for what is compiled once a shape."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RecordType
from clinmeasures.engine.shapes import CODES, Shape, changes_name, stored_name
from clinmeasures.engine.statements import Statements
from clinmeasures.engine.store import Load
from clinmeasures.engine.tables import Tables, typed

if TYPE_CHECKING:
    import ibis.expr.types as ir


class LaidTables(Tables):
    """The data sets of a store that is laid out under fixed names; nothing is read of it."""

    def __init__(self, statements: Statements, shape: Shape) -> None:
        self.keeper = self.statements = statements
        self.shape = shape
        self.keep = False
        self.months = self.days = None
        self._made = {}
        self._near = {}
        self._data_sets = dict(shape.data_sets)

    def loads(self, dataset: str) -> tuple[Load, ...]:
        """The loads of a data set, as its shape has them."""
        return self._data_sets[dataset].loads

    def as_loaded(self, record: RecordType, loads: Sequence[Load]) -> "ir.Table":  # noqa: ARG002
        """The data set's rows in its stored form, its times typed."""
        import ibis

        schema = ibis.schema(self._data_sets[record.name].schema)
        return typed(ibis.table(schema, name=stored_name(record.name)), record, self.shape.clock)

    def put_right(self, rows: "ir.Table", record: RecordType, what: str) -> "ir.Table":
        """The rows as a view over which corrections are laid when the SQL is run."""
        return self.statements.put_right(record.name, rows, what)

    def changes(self, record: RecordType) -> "Mapping[str, ir.Table]":
        """The corrections of each field by which a row may come to belong to another."""
        import ibis

        return {
            field: ibis.table(ibis.schema(schema), name=changes_name(record.name, field))
            for field, schema in self._data_sets[record.name].moved
        }

    def codes(self) -> "ir.Table | None":
        """The clinicians' codes; None where the store has none."""
        import ibis

        held = self.shape.codes
        return None if held is None else ibis.table(ibis.schema(held), name=CODES)
