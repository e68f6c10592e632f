"""What became of the rows of a load, in numbers that a page or a command can show."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reason:
    """How many rows were quarantined for one kind of mistake in one column."""

    kind: str
    column: str
    rows: int
    example_row: int
    example: str


@dataclass(frozen=True, kw_only=True)
class Unlisted:
    """A code that is in no list of ours: kept, counted and reported."""

    column: str
    code: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """One file as it was found."""

    label: str
    sha256: str
    rows: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    used: dict[str, str]  # ours → theirs
    unused: tuple[str, ...]  # source columns the mapping leaves alone


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """Every row is accepted, quarantined, a collapsed copy, or left out; they sum to `rows`."""

    dataset: str
    rows: int
    accepted: int
    quarantined: int
    copies: int  # identical copies of an accepted row
    left_out: int  # rows the mapping says belong to no data set here
    reasons: tuple[Reason, ...] = ()
    incomplete: int = 0  # quarantined rows that lack a required column
    unlisted: tuple[Unlisted, ...] = ()
    with_unlisted: int = 0  # accepted rows with at least one code in no list
    filled: dict[str, int] = field(default_factory=dict)  # accepted rows with a value, by column
    ambiguous: dict[str, int] = field(default_factory=dict)  # in the hour that comes twice
    shifted: dict[str, int] = field(default_factory=dict)  # in the hour the clocks skip
    without_time: dict[str, int] = field(default_factory=dict)  # a day alone, taken as 00:00
    first: date | None = None  # of the accepted rows, by the column that gives the month
    last: date | None = None
    months: dict[str, int] = field(default_factory=dict)
    files: tuple[FileRead, ...] = ()
    note: str = ""
    not_held: dict[str, str] = field(default_factory=dict)  # column of ours → why it is not there
    notes: tuple[str, ...] = ()  # what else the source could not say

    def to_dict(self) -> dict[str, Any]:
        """Plain values: dates as ISO text."""
        plain = asdict(self)
        for key in ("first", "last"):
            plain[key] = plain[key].isoformat() if plain[key] else None
        return plain


def nothing_accepted(report: LoadReport) -> str:
    """Why a load has no row, by its commonest reason."""
    if not report.reasons:
        return "no row belongs to this data set by the mapping; nothing was loaded."
    worst = max(report.reasons, key=lambda each: each.rows)
    return (
        f"none of the {report.rows:,} rows can be used; nothing was loaded. Most often "
        f"({worst.rows:,} rows): row {worst.example_row}: {worst.example}."
    )
