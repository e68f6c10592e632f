"""Definitions compiled to one expression with two outputs: tallies and records."""

from clinmeasures.engine.activity import Activity, Facts
from clinmeasures.engine.compute import compute_records, compute_tallies
from clinmeasures.engine.facts import write_facts

__all__ = ["Activity", "Facts", "compute_records", "compute_tallies", "write_facts"]
