"""REFI-QDA, the exchange format of programs for qualitative data: projects and codebooks. Pure."""

from clinlead.coding.refi.project import (
    CannotRead,
    CodeFound,
    CodingFound,
    NoteFound,
    Project,
    SourceFound,
)
from clinlead.coding.refi.reading import read_codebook, read_project
from clinlead.coding.refi.writing import write_codebook, write_project

__all__ = [
    "CannotRead",
    "CodeFound",
    "CodingFound",
    "NoteFound",
    "Project",
    "SourceFound",
    "read_codebook",
    "read_project",
    "write_codebook",
    "write_project",
]
