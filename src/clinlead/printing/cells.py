"""Cells of files that people open in a spreadsheet. No web framework here."""

from typing import TypeVar

Cell = TypeVar("Cell")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run text that begins so


def harmless(cell: Cell) -> Cell | str:
    """The cell; text that a spreadsheet would take for a formula is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
