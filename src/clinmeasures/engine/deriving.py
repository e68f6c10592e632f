"""A record type's rows with their derived fields and units, stage by stage.

A field is worked out as soon as it can be and not later, so that what it needed is carried no
further: at size, what rows carry through joins and windows is what they cost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import OWN_COLUMN
from clinmeasures.definitions.fields import JOINING
from clinmeasures.engine.derived import EXPRESSIONS
from clinmeasures.engine.joined import (
    DEATH,
    NEXT_ADMISSIONS,
    Beside,
    Join,
    OfPatient,
    beside,
    gathered,
    side_rows,
)
from clinmeasures.engine.sessions import CUT, SESSION, SESSION_OWNER, TOUCHED, with_owner
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.units import (
    LONGEST_STAY,
    with_longest_unit,
    with_operating_unit,
    with_own_unit,
)
from clinmeasures.engine.workdays import daily

if TYPE_CHECKING:
    import ibis.expr.types as ir

LONGEST, OPERATING = "longest_stay", "operating"
Begin = Callable[["ir.Table"], "ir.Table"]


def unchanged(rows: "ir.Table") -> "ir.Table":
    """The rows as they are."""
    return rows


def begun_rows(record: str, tables: Tables) -> "ir.Table":
    """A data set's own rows; job plans day by day, joined with what was done."""
    return daily(tables) if record in JOINING else tables.table(record)


@dataclass(frozen=True)
class Derivation:
    """Which fields and units are wanted of a record type, and the stages that lead to them."""

    record: str
    fields: frozenset[str]
    rules: tuple[str, ...]
    begin: Begin = unchanged  # what to do where a record's own columns are all that there is

    @cached_property
    def joins(self) -> tuple[Join | None, ...]:
        """What the asked fields need joined, each once; None where a field needs nothing."""
        known = EXPRESSIONS.get(self.record, {})
        owner = (TOUCHED,) if SESSION_OWNER in self.rules else ()
        wanted = (*(known[name][0] for name in known if name in self.fields), *owner)
        before = (each for join in wanted if isinstance(join, OfPatient) for each in join.after)
        return tuple(dict.fromkeys((*before, *wanted)))

    @cached_property
    def besides(self) -> tuple[Beside, ...]:
        """What is gathered beside each record."""
        longest = (LONGEST_STAY,) if LONGEST in self.rules else ()
        return (*(join for join in self.joins if isinstance(join, Beside)), *longest)

    def of(self, tables: Tables) -> "ir.Table":
        """All stages over a whole data set."""
        rows = self.ahead(self.own(begun_rows(self.record, tables), tables), tables)
        if self.besides:
            rows = self.beside(rows, gathered(side_rows(tables, self.besides), self.besides))
        return self.last(rows, tables)

    def own(self, rows: "ir.Table", tables: Tables) -> "ir.Table":
        """What the record's own columns say."""
        for rule in self.rules:
            if rule in OWN_COLUMN.get(self.record, {}):
                rows = with_own_unit(rows, tables, self.record, rule)
        for join in (NEXT_ADMISSIONS, DEATH):
            if join in self.joins:
                rows = rows.mutate(**join.own(rows))
        return self.begin(self._worked_out(rows, None))

    def ahead(self, rows: "ir.Table", tables: Tables) -> "ir.Table":
        """What the patient's later records say, or the other cases of the session."""
        for join in (NEXT_ADMISSIONS, SESSION, TOUCHED, CUT):
            if join in self.joins:
                rows = self._worked_out(join.join(rows, tables), join)
        return with_owner(rows, tables) if SESSION_OWNER in self.rules else rows

    def beside(self, rows: "ir.Table", found: "ir.Table") -> "ir.Table":
        """What other data sets say of each record."""
        key = RECORD_TYPES[self.record].key[0]
        rows = self._worked_out(beside(rows, found, key), *self.besides)
        return with_longest_unit(rows) if LONGEST in self.rules else rows

    def last(self, rows: "ir.Table", tables: Tables) -> "ir.Table":
        """What the patient's death says, and whose procedures the spells hold."""
        if DEATH in self.joins:
            rows = self._worked_out(DEATH.join(rows, tables), DEATH)
        if OPERATING in self.rules and OPERATING not in OWN_COLUMN.get(self.record, {}):
            rows = with_operating_unit(rows, tables)
        return rows

    def _worked_out(self, rows: "ir.Table", *joins: Join | None) -> "ir.Table":
        known = EXPRESSIONS.get(self.record, {})
        ready = {name: known[name][1] for name in known if known[name][0] in joins}
        return rows.mutate(**{name: ready[name](rows) for name in ready if name in self.fields})
