"""Intervals of the rows of a table: the function behind `clinmeasures interval`."""

from dataclasses import replace
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Floats,
    as_groups,
    as_labels,
    as_numbers,
    at_row,
    cells,
    collected,
    is_frame,
)
from clinmeasures.intervals.limits import (
    Intervals,
    byar,
    exact,
    jeffreys,
    poisson_exact,
    student_t,
    wilson,
)
from clinmeasures.units import column_name

METHODS = {
    "proportion": {"wilson": wilson, "exact": exact, "jeffreys": jeffreys},
    "rate": {"byar": byar, "exact": poisson_exact},
}
KINDS = ("proportion", "rate", "mean")


def interval(
    data: Any,
    *,
    kind: str,
    numerator: Any = None,
    denominator: Any = None,
    value: Any = None,
    unit: Any = None,
    method: str | None = None,
    level: float = 0.95,
) -> Intervals:
    """Intervals of every row of a table, or of the mean of every unit in it.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there.
    kind : {"proportion", "rate", "mean"}
    numerator, denominator : str or array of float, shape (n_rows,)
        Of a proportion or rate: one interval a row, in the rows' order. Blank is missing.
    value, unit : str or array, shape (n_rows,)
        Of a mean: one interval a unit, in order of first appearance. Blank values are left
        out. Without `unit` all rows are one. With a proportion or rate, `unit` names the rows.
    method : {"wilson", "exact", "jeffreys"} for a proportion, {"byar", "exact"} for a rate
        By default the first of them. Byar is exact below ten events.
    level : float

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.
    """
    data = collected(data)
    if kind not in KINDS:
        raise BadInput(f"there is no kind {kind!r}; use one of {', '.join(KINDS)}.")
    if kind == "mean":
        return _means(data, value=value, unit=unit, method=method, level=level)
    known = METHODS[kind]
    chosen = method or next(iter(known))
    if chosen not in known:
        raise BadInput(f"method {chosen!r} is not one for a {kind}; use {' or '.join(known)}.")
    x = _numbers(data, numerator, "numerator")
    n = _numbers(data, denominator, "denominator")
    if len(x) != len(n):
        raise BadInput(f"there are {len(x)} numerators and {len(n)} denominators; give as many.")
    _refuse_impossible(
        x,
        n,
        column_name(numerator, "numerator"),
        column_name(denominator, "denominator"),
        proportion=kind == "proportion",
    )
    names = None if unit is None else _labels(data, unit)
    return replace(known[chosen](x, n, level=level), units=names, given=data)


def _named(data: Any, column: Any, role: str) -> tuple[Any, str]:
    """The cells of a column, or the array itself, and what errors call it."""
    name = column_name(column, role)
    return (cells(data, name) if is_frame(data) else column), name


def _labels(data: Any, unit: Any) -> list[str]:
    values, name = _named(data, unit, "unit")
    return as_labels(values, column=name)


def _numbers(data: Any, column: Any, role: str) -> Floats:
    values, name = _named(data, column, role)
    numbers = as_numbers(values, column=name)
    if not len(numbers):
        raise BadInput("there are no rows; give at least one.")
    return numbers


def _refuse_impossible(x: Floats, n: Floats, top: str, bottom: str, *, proportion: bool) -> None:
    wrongs = [(x < 0, top, "is negative; a count cannot be")]
    wrongs.append((n < 0, bottom, "is negative; a denominator cannot be"))
    if proportion:
        wrongs.append((x > n, top, f"is more than {bottom!r}; correct one of them"))
    for wrong, column, why in wrongs:
        if wrong.any():
            raise BadInput(f"{at_row(int(np.flatnonzero(wrong)[0]))}, column {column!r} {why}.")


def _means(data: Any, *, value: Any, unit: Any, method: str | None, level: float) -> Intervals:
    if method is not None:
        raise BadInput("a mean has one method, Student's t; leave the method out.")
    values = _numbers(data, value, "values")
    names: list[str] = []
    index = np.zeros(len(values), dtype=np.int64)
    if unit is not None:
        labels, called = _named(data, unit, "unit")
        names, index = as_groups(labels, column=called)
    groups = max(len(names), 1)
    there = np.isfinite(values)
    count = np.bincount(index, weights=there, minlength=groups)
    some = np.maximum(count, 1)
    total = np.bincount(index, weights=np.where(there, values, 0.0), minlength=groups)
    average = np.where(count > 0, total / some, np.nan)
    gaps = np.where(there, values - average[index], 0.0)
    largest = np.abs(gaps).max() or 1.0  # so that no square overflows or vanishes
    squares = np.bincount(index, weights=(gaps / largest) ** 2, minlength=groups)
    deviation = largest * np.sqrt(squares / np.maximum(count - 1, 1))
    found = student_t(average, deviation, count, level=level)
    return replace(found, units=names if unit is not None else None, given=data)
