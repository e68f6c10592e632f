"""Definitions compiled to one expression with two outputs: tallies and records."""

from clinmeasures.engine.activity import Activity, Facts
from clinmeasures.engine.compute import compute_records, compute_tallies
from clinmeasures.engine.facts import write_facts
from clinmeasures.engine.mending import Mended, OlderFacts, mend_facts
from clinmeasures.engine.overlay import DUPLICATE_OF
from clinmeasures.engine.shapes import read_by
from clinmeasures.engine.weight_files import read_weights, weights_in

__all__ = [
    "DUPLICATE_OF",
    "Activity",
    "Facts",
    "Mended",
    "OlderFacts",
    "compute_records",
    "compute_tallies",
    "mend_facts",
    "read_by",
    "read_weights",
    "weights_in",
    "write_facts",
]
