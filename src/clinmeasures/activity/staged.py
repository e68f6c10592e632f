"""Rows that another source's reader has put into a data set's own columns, ready to be checked."""

from dataclasses import dataclass, field
from pathlib import Path

ROW = "_row"  # the number of the row, line or record in the source


@dataclass(frozen=True, kw_only=True)
class Ragged:
    """A row with another number of cells than the header has."""

    row: int
    file: int
    cells: int
    wanted: int
    text: str

    @property
    def because(self) -> str:
        """What is wrong with the row, in words."""
        lines = self.text.count("\n") + 1
        runs_over = f", over {lines} lines: a quotation mark may not be closed" if lines > 1 else ""
        return f"the row has {self.cells} cells and the header has {self.wanted}{runs_over}"


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A Parquet file of our own making that stands for rows of somebody else's source."""

    path: Path
    label: str  # what the person knows the source by: a file, a sheet, the query
    sha256: str  # of the source's content, not of the file we made
    encoding: str = "parquet"
    not_held: dict[str, str] = field(default_factory=dict)  # column of ours → why it is not
    notes: tuple[str, ...] = ()  # what else a reader of the figures must know
    ragged: tuple[Ragged, ...] = ()
    dated: frozenset[str] = frozenset()  # columns that the source itself holds as dates or times
