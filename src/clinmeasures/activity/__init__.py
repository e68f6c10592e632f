"""The record types, their schemas and checks, and the store of immutable activity."""

from clinmeasures.activity.mapping import (
    InvalidMapping,
    Mapping,
    builtin_mappings,
    load_mapping,
    parse_mapping,
    shipped_mapping,
)
from clinmeasures.activity.prepare import PreparedLoad, prepare_load
from clinmeasures.activity.record_types import RECORD_TYPES, Column, Kind, RecordType
from clinmeasures.activity.report import LoadReport
from clinmeasures.activity.room import NoRoom
from clinmeasures.activity.source import UnreadableFile
from clinmeasures.activity.staged import Staged
from clinmeasures.activity.store import WrittenLoad, sweep

__all__ = [
    "RECORD_TYPES",
    "Column",
    "InvalidMapping",
    "Kind",
    "LoadReport",
    "Mapping",
    "NoRoom",
    "PreparedLoad",
    "RecordType",
    "Staged",
    "UnreadableFile",
    "WrittenLoad",
    "builtin_mappings",
    "load_mapping",
    "parse_mapping",
    "prepare_load",
    "shipped_mapping",
    "sweep",
]
