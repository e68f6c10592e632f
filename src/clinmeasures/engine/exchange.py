"""Rows too many for the memory: divided by spell while other data is gathered, then by patient.

Nothing is read twice: each data set is written once into as many parts as are wanted, so the cost
grows with the rows and the memory does not.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.engine.deriving import Derivation
from clinmeasures.engine.joined import gathered, side_rows
from clinmeasures.engine.tables import Tables

if TYPE_CHECKING:
    import ibis.expr.schema as sch
    import ibis.expr.types as ir

# What the stages after the first read of a record's own columns.
READ_LATER = frozenset(
    (
        *("spell_id", "patient_key", "admitted_at", "admitted_at_utc", "discharged_at"),
        *("discharged_at_utc", "decided_to_admit_at_utc", "ready_at", "primary_procedure"),
        *("_admitted", "_stay", "_emergency", "_inpatient", "_died_here"),
    )
)
PART = "_part"
# A key occurs about once, so a dictionary of them would be built in vain; and the files are read
# once, from the cache of the disk.
AS_WRITTEN = {"compression": "uncompressed", "dictionary_size_limit": 1}


@dataclass(frozen=True)
class Division:
    """One division of a record type's rows into so many parts, in a folder of its own."""

    wanted: Derivation
    tables: Tables
    place: Path
    many: int
    step: Callable[[], None]  # called after each of the 2 × `many` steps

    def parts(self, carried: frozenset[str] | None) -> Iterator["ir.Table"]:
        """The rows with fields and units; every patient's are in one part.

        `carried` names the columns that are wanted of the rows, None all. A part can be read until
        the next is asked for.
        """
        self.tables.keep = True
        rows = self.wanted.own(self.tables.table(self.wanted.record), self.tables)
        if carried is not None:
            rows = rows.select(*[name for name in rows.columns if name in carried | READ_LATER])
        schema = self._by_patient(rows)
        for which in range(self.many):
            part = self._read("patients", which, schema)
            yield self.wanted.last(self.wanted.ahead(part, self.tables), self.tables)
            self.step()

    def _by_patient(self, rows: "ir.Table") -> "sch.Schema":
        """Write the rows, with what is beside their spells, divided by patient; their columns."""
        besides, schema = self.wanted.besides, rows.schema()
        if not besides:
            self._write(rows, "patient_key", "patients")
            for _ in range(self.many):
                self.step()
            return schema
        sides = side_rows(self.tables, besides)
        self._write(rows, "spell_id", "spells")
        self._write(sides, "_of", "sides")
        for which in range(self.many):
            found = gathered(self._read("sides", which, sides.schema()), besides)
            joined = self.wanted.beside(self._read("spells", which, rows.schema()), found)
            self._write(joined, "patient_key", "patients", writing=which)
            schema = joined.schema()
            self.step()
        shutil.rmtree(self.place / "spells")
        shutil.rmtree(self.place / "sides")
        return schema

    def _write(self, rows: "ir.Table", key: str, name: str, writing: int = 0) -> None:
        """Write rows into the parts, equal keys into one."""
        folder = self.place / name / f"writing-{writing}"
        folder.mkdir(parents=True)
        part = rows[key].hash().abs() % self.many
        rows.mutate(**{PART: part}).to_parquet(folder, partition_by=PART, **AS_WRITTEN)

    def _read(self, name: str, which: int, schema: "sch.Schema") -> "ir.Table":
        """The rows of one part, from whichever writings hold some."""
        import ibis

        files = sorted((self.place / name).glob(f"*/{PART}={which}/*.parquet"))
        if not files:
            return ibis.memtable([], schema=schema)
        return self.tables.connection.read(files, filed=False)
