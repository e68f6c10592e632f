"""Rows of a table added up by unit: a frame's columns by name, or arrays as they are."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_groups,
    as_numbers,
    at_row,
    cells,
    collected,
    is_frame,
)

LARGEST, SMALLEST = 1e12, 1e-9  # what no hospital's count, expected count or amount lies beyond


def numbers_by_unit(
    data: Any, unit: Any, columns: Mapping[str, Any]
) -> tuple[list[str], Integers, dict[str, Floats]]:
    """The units in order of first appearance, which of them each row is, and the numbers.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
    unit : str, or sequence of unit names, shape (n_rows,)
        A column of `data`; the names themselves where `data` is None.
    columns : mapping of role to str or array, shape (n_rows,)
        Likewise. Blank cells are NaN.

    Raises
    ------
    BadInput
        Where a column is not named, not there, not of numbers or of another length, and where
        there is no row at all.
    """
    names = {role: column_name(given, role) for role, given in {"unit": unit, **columns}.items()}
    data = collected(data)
    if is_frame(data):
        unit = cells(data, names["unit"])
        columns = {role: cells(data, names[role]) for role in columns}
    numbers = {role: as_numbers(given, column=names[role]) for role, given in columns.items()}
    units, index = as_groups(unit, column=names["unit"])
    if not units:
        raise BadInput("there are no rows; give at least one unit.")
    for role, column in numbers.items():
        size = np.abs(column)
        absurd = (size > LARGEST) | ((size > 0) & (size < SMALLEST))
        refuse_rows(absurd, names[role], "is beyond any count or amount of care")
        if len(column) != len(index):
            raise BadInput(
                f"column {names[role]!r} has {len(column)} rows and the units have {len(index)}; "
                "give one number for each row."
            )
    return units, index, numbers


def column_name(given: Any, role: str) -> str:
    """How errors call a column: its own name, or its role where an array came."""
    if given is None:
        raise BadInput(f"say which column holds the {role}.")
    return given if isinstance(given, str) else role


def added_up(index: Integers, groups: int, columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Each unit's sums over the rows in which no column is missing; NaN where it has none."""
    there = np.logical_and.reduce([np.isfinite(column) for column in columns.values()])
    rows = np.bincount(index, weights=there, minlength=groups)
    sums = {}
    for role, column in columns.items():
        total = np.bincount(index, weights=np.where(there, column, 0.0), minlength=groups)
        sums[role] = np.where(rows > 0, total, np.nan)
    return sums


def refuse_rows(wrong: Booleans, column: str, why: str) -> None:
    """Raise for the first row that is wrong."""
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise BadInput(f"{at_row(row)}, column {column!r} {why}; correct the row.")
