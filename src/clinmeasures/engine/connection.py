"""The seam between expressions and whoever computes them: a connection reads, keeps and answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Keeper(Protocol):
    """Whoever can keep a table while others are built on it."""

    frames_by_row: bool  # whether a window's frame may open where a column of its row says

    def keep(self, name: str, rows: "ir.Table") -> "ir.Table":
        """The rows under this name, computed once: what is built on them is compiled quickly."""
        ...


class Connection(Keeper, Protocol):
    """An engine at work on one computation.

    Everything else is an expression, which means the same to every engine; how an engine says it is
    its own affair.
    """

    room: Path | None  # for rows that outgrow the memory; None: the engine sees to them itself

    def read(self, files: Sequence[Path], *, filed: bool = True) -> "ir.Table":
        """The rows of many files as one table; columns that a file lacks are null in its rows.

        `filed`: folders named `column=value` that hold the files are columns too, of text.
        """
        ...

    def let_go(self, name: str) -> None:
        """Keep the table of this name no longer."""
        ...

    def answer(self, rows: "ir.Table") -> "pa.Table":
        """The rows themselves."""
        ...

    def close(self) -> None:
        """Give back whatever the computation held."""
        ...
