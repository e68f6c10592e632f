"""A project of coded texts, as any program for qualitative data has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"


class CannotRead(Exception):
    """A file is not what it should be; the message says what is wrong and what to do."""


@dataclass(frozen=True, kw_only=True)
class CodeFound:
    guid: str
    name: str
    definition: str = ""
    parent: str = ""
    colour: str = ""
    codable: bool = True


@dataclass(frozen=True, kw_only=True)
class CodingFound:
    """A code on a passage, counted in Unicode code points of the source's text."""

    guid: str
    code: str
    start: int
    end: int
    user: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoteFound:
    """A memo, on a code, a source or a passage of one, or on nothing."""

    guid: str
    text: str
    code: str = ""
    source: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class SourceFound:
    """A text with its codings, and what is known of whoever said it."""

    guid: str
    name: str
    text: str
    codings: Sequence[CodingFound] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    origin: str = ""
    users: Mapping[str, str] = field(default_factory=dict)  # by guid
    codes: Sequence[CodeFound] = ()
    sources: Sequence[SourceFound] = ()
    notes: Sequence[NoteFound] = ()
    left: Sequence[str] = ()  # what the file holds and nobody here can use, in words
