"""Long columns of few distinct cells: the cells once, and which of them each row has.

Dates and names of series repeat from row to row. Reading each distinct cell once, and moving codes
instead of texts, is what makes ten thousand series cheap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinmeasures.errors import BadInput
from clinmeasures.frames import Codes, Integers, as_groups, as_moments, is_frame, series_of

MOST_DISTINCT = 0.5  # of the rows: beyond this share, coding by runs costs more than it saves


@dataclass(frozen=True)
class Coded:
    """A column as `cells[codes[row]]`; `cells` are distinct, in order of first appearance."""

    cells: list[Any]
    codes: Codes  # shape (n_rows,)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Any:
        return self.cells[self.codes[row]]

    def listed(self, rows: slice | Integers = slice(None)) -> list[Any]:
        """The cells of these rows, one by one."""
        return [self.cells[code] for code in self.codes[rows].tolist()]

    def taken(self, rows: Integers) -> "Coded":
        """The column of these rows, in this order."""
        return Coded(self.cells, self.codes[rows])


def coded(values: Any, column: str | None = None) -> Coded:
    """A sequence or array, or one column of a frame, as codes.

    Parameters
    ----------
    values : sequence or array, shape (n_rows,), or a data frame with `column`
    """
    if column is not None and is_frame(values):
        values = _of_frame(values, column)
    if isinstance(values, Coded):
        return values
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return _of_array(values)
    listed = list(values)
    position = {cell: i for i, cell in enumerate(dict.fromkeys(listed))}
    codes = np.fromiter(map(position.__getitem__, listed), dtype=np.int32, count=len(listed))
    return Coded(list(position), codes)


def _of_frame(frame: Any, column: str) -> Any:
    """A Narwhals series as what is cheapest to code: texts by Arrow, dates and numbers by NumPy."""
    series = series_of(frame, column)
    if isinstance(frame, Mapping):
        return series
    import narwhals as nw

    kind = series.dtype
    if isinstance(kind, (nw.String, nw.Categorical, nw.Enum)):
        return _of_arrow(series.to_arrow())
    naive = isinstance(kind, nw.Datetime) and kind.time_zone is None
    if naive or isinstance(kind, nw.Date) or kind.is_integer():
        return series.to_numpy()
    return series.to_list()


def _of_arrow(texts: Any) -> Coded:
    """Texts by their dictionary, which Arrow makes in order of first appearance."""
    array = texts.combine_chunks() if hasattr(texts, "combine_chunks") else texts
    found = array if hasattr(array, "dictionary") else array.dictionary_encode()
    cells: list[Any] = found.dictionary.to_pylist()
    codes = found.indices.to_numpy(zero_copy_only=False)
    if found.null_count:
        codes = np.where(np.isnan(codes), len(cells), codes)
        cells = [*cells, None]
    return _by_appearance(cells, codes.astype(np.int32, copy=False))


def _of_array(values: NDArray[Any]) -> Coded:
    if values.dtype.kind == "M":
        return _of_dates(values)
    if values.dtype.kind in "iu" and len(values):
        return _of_whole_numbers(values, np.ndarray.tolist)
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    if not len(values) or changed.mean() > MOST_DISTINCT:
        return coded(values.tolist())
    few = coded(values[changed].tolist())
    return Coded(few.cells, few.codes[np.cumsum(changed) - 1])


def _of_dates(values: NDArray[Any]) -> Coded:
    unit = "D" if np.datetime_data(values.dtype)[0] in {"Y", "M", "W", "D"} else "us"
    moments = values.astype(f"datetime64[{unit}]", copy=False)
    if not len(moments) or np.isnat(moments).any():
        return coded(moments.tolist())
    kind = moments.dtype
    return _of_whole_numbers(moments.view(np.int64), lambda keys: keys.astype(kind).tolist())


def _of_whole_numbers(numbers: NDArray[Any], told: Callable[[NDArray[Any]], list[Any]]) -> Coded:
    """By a table where the numbers lie close together, as dates do; by sorting otherwise."""
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > len(numbers):
        distinct, codes = np.unique(numbers, return_inverse=True)
    else:
        offsets = (numbers - low).astype(np.int64, copy=False)
        there = np.bincount(offsets, minlength=high - low + 1) > 0
        distinct = (np.flatnonzero(there) + low).astype(numbers.dtype)
        codes = (np.cumsum(there, dtype=np.int32) - np.int32(1))[offsets]
    return _by_appearance(told(distinct), codes)


def _by_appearance(cells: list[Any], codes: NDArray[np.integer[Any]]) -> Coded:
    """The same column with its cells in the order in which rows first show them."""
    narrow: Codes = codes.astype(np.int32, copy=False)
    first = np.full(len(cells), len(codes), dtype=np.int32)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)
    order = np.argsort(first, kind="stable")
    order = order[first[order] < len(codes)]
    if np.array_equal(order, np.arange(len(cells))):
        return Coded(cells, narrow)
    place = np.zeros(len(cells), dtype=np.int32)
    place[order] = np.arange(len(order))
    return Coded([cells[i] for i in order.tolist()], place[narrow])


def coded_groups(column: Coded, *, name: str) -> tuple[list[str], Codes]:
    """As `frames.as_groups`: names in order of first appearance, and which of them each row has."""
    if _are_names(column.cells):
        return column.cells, column.codes
    try:
        names, which = as_groups(column.cells, column=name)
    except BadInput:
        as_groups(column.listed(), column=name)  # says which row
        raise
    return names, which.astype(np.int32)[column.codes]


def _are_names(cells: list[Any]) -> bool:
    """Whether the cells can be names as they stand: texts, none blank or with blanks around it."""
    texts = set(map(type, cells)) == {str} and "" not in cells
    return texts and list(map(str.strip, cells)) == cells


def coded_moments(column: Coded, *, name: str) -> tuple[Integers, Coded]:
    """As `frames.as_moments`: sortable keys of every row, and ISO 8601 texts as codes."""
    try:
        keys, texts = as_moments(column.cells, column=name)
    except BadInput:
        as_moments(column.listed(), column=name)  # says which row
        raise
    return keys[column.codes], Coded(texts, column.codes)
