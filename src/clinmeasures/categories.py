"""Long columns of labels as whole numbers, at the speed of Arrow."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Codes, at_row, cells, is_missing, label_of

BLANK = -1
FEW = 50_000  # rows below which Arrow takes longer to load than to save


def encoded(data: Any, column: Any, *, name: str) -> tuple[list[Any], Codes]:
    """The unlike cells in order of first appearance, and which of them each row has.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
    column : str, or array of shape (n_rows,) where `data` is None
    name : str
        What an error calls it.

    Returns
    -------
    list, array of int, shape (n_rows,)
        Cells as Python values. A missing cell (None, NaN) is `BLANK`.

    Raises
    ------
    BadInput
        If there is no such column, or its cells are not of one kind.
    """
    values = _values(data, column)
    if isinstance(values, list | tuple | range | np.ndarray) and len(values) < FEW:
        return _one_by_one(values, name)
    try:
        array = _as_arrow(values)
        whole = array.dictionary_encode()
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        return _one_by_one(values, name)
    index = whole.indices.fill_null(BLANK).to_numpy(zero_copy_only=False)
    return whole.dictionary.to_pylist(), index.astype(np.int32, copy=False)


def labelled(data: Any, column: Any, *, name: str) -> tuple[list[str], Codes]:
    """Like `encoded`, with cells as labels: 7 read as 7.0 is "7".

    Raises
    ------
    BadInput
        At the first blank one: a row that belongs nowhere is never dropped in silence.
    """
    values, index = encoded(data, column, name=name)
    labels = [label_of(value) for value in values]
    blank = np.array([not label for label in labels] + [True])  # the last is BLANK's
    if len(index) and blank[index].any():
        row = int(np.flatnonzero(blank[index])[0])
        raise BadInput(
            f"{at_row(row)}, column {name!r} is blank; say which one the row belongs to, or remove "
            "the row."
        )
    position = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    of_value = np.array([position[label] for label in labels], dtype=np.int32)
    return list(position), of_value[index] if len(index) else index


def _values(data: Any, column: Any) -> Any:
    if data is None:
        return column
    if isinstance(data, Mapping):
        return cells(data, column)
    import narwhals as nw

    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.select(column).collect() if column in frame.columns else frame.collect()
    if column not in frame.columns:
        return cells(data, column)  # says which columns there are
    return frame[column].to_arrow()


def _as_arrow(values: Any) -> Any:
    """One Arrow array; NaN and NaT are missing, an object that Arrow does not know is an error."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if isinstance(array, pa.DictionaryArray):
        array = array.cast(array.type.value_type)
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), None, array)
    return array


def _one_by_one(values: Any, name: str) -> tuple[list[Any], Codes]:
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    position: dict[Any, int] = {}
    try:
        for cell in dict.fromkeys(listed):
            if not is_missing(cell):
                position[cell] = len(position)
    except TypeError:
        raise BadInput(f"column {name!r} holds lists; give one value a row.") from None
    found = (position.get(cell, BLANK) for cell in listed)
    return list(position), np.fromiter(found, dtype=np.int32, count=len(listed))
