"""Columns of any data frame as arrays: numbers, labels and moments, with errors that say where.

A frame here is a mapping of column name to sequence (as the commands read from CSV), or anything
Narwhals reads: pandas, Polars, PyArrow, a DuckDB relation. Narwhals is imported only for those.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinmeasures.errors import BadInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Codes = NDArray[np.int32]  # which of some thing each row has, where rows may be many
Booleans = NDArray[np.bool_]
Signs = NDArray[np.int8]  # -1, 0 or +1

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local civil times have no zone here
SHOWN = 40  # characters of a bad cell that an error repeats


def is_frame(data: object) -> bool:
    """Whether `data` has named columns, rather than being one array of values."""
    if isinstance(data, Mapping):
        return True
    if isinstance(data, (list, tuple, np.ndarray)):
        return False
    kind = type(data)  # asking a lazy frame itself would resolve its schema
    return hasattr(kind, "columns") or hasattr(kind, "column_names")


def collected(data: Any) -> Any:
    """A lazy frame worked out, once for all of its columns; anything else as it is."""
    if isinstance(data, Mapping) or not is_frame(data):
        return data
    import narwhals as nw

    frame = nw.from_native(data)
    return frame.collect().to_native() if isinstance(frame, nw.LazyFrame) else data


def cells(data: Any, column: str) -> Any:
    """One column of a frame, in the frame's order.

    Raises
    ------
    BadInput
        If there is no such column; the message lists those there are.
    """
    series = series_of(data, column)
    if isinstance(data, Mapping):
        return series
    import narwhals as nw

    if series.dtype.is_numeric():
        return series.cast(nw.Float64).to_numpy()
    return series.to_list()


def series_of(data: Any, column: str) -> Any:
    """One column of a frame, untouched: a mapping's own sequence, or a Narwhals series."""
    if isinstance(data, Mapping):
        return data[_known(column, list(data))]
    import narwhals as nw

    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    return frame[_known(column, frame.columns)]


def row_count(data: Any, column: str) -> int:
    """How many rows the column has."""
    return len(cells(data, column))


def _known(column: str, columns: Sequence[str]) -> str:
    if column in columns:
        return column
    there = ", ".join(str(name) for name in columns) or "none"
    raise BadInput(
        f"there is no column {column!r}; the columns are {there}. Name one of these, or check the "
        "first line of the file."
    )


def as_numbers(values: Any, *, column: str) -> Floats:
    """The cells as floats, blank ones as NaN.

    Parameters
    ----------
    values : sequence of number, text or None, shape (n_rows,)
    column : str
        Its name, for the error.

    Raises
    ------
    BadInput
        At the first cell that is not a finite number, with its row (1 is the first data row).
    """
    try:
        numbers = _fast_numbers(values)
    except (TypeError, ValueError):
        numbers = np.array([_number(cell, i, column) for i, cell in enumerate(values)], dtype=float)
    if numbers.ndim != 1:
        raise BadInput(f"column {column!r} has shape {numbers.shape}; give one row of numbers.")
    if np.isinf(numbers).any():
        row = int(np.flatnonzero(np.isinf(numbers))[0])
        raise _bad_number(values[row], row, column)
    return numbers


def _fast_numbers(values: Any) -> Floats:
    """Whole columns at once; anything unusual raises ValueError and is read cell by cell."""
    if isinstance(values, (list, tuple)) and any(isinstance(cell, str) for cell in values[:1]):
        if any(c in "nNiI_" for cell in set(values) if cell is not None for c in str(cell)):
            raise ValueError("words among the numbers")
        return np.array(["nan" if cell in ("", None) else cell for cell in values], dtype=float)
    return np.array(values, dtype=float)


def _number(cell: Any, row: int, column: str) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return math.nan
    try:
        number = float(cell)
    except (TypeError, ValueError):
        raise _bad_number(cell, row, column) from None
    if isinstance(cell, str) and ("_" in cell or not math.isfinite(number)):
        raise _bad_number(cell, row, column)
    return number


def _bad_number(cell: Any, row: int, column: str) -> BadInput:
    return BadInput(
        f"{at_row(row)}, column {column!r}: {str(cell)[:SHOWN]!r} is not a number; correct it "
        "(digits and a point, no commas, signs or units) or leave the cell blank if it is missing."
    )


def at_row(row: int) -> str:
    """Where a row is, counting data rows from 1, and the line of a CSV file with one heading."""
    return f"row {row + 1} (line {row + 2} of a file with one heading line)"


def as_labels(values: Any, *, column: str) -> list[str]:
    """The cells as names of units or series, in the order of the rows.

    Raises
    ------
    BadInput
        At the first blank one: a row that belongs nowhere is never dropped in silence.
    """
    names, index = as_groups(values, column=column)
    return [names[i] for i in index.tolist()]


def as_groups(values: Any, *, column: str) -> tuple[list[str], Integers]:
    """Names in order of first appearance, and which of them each row has.

    Raises
    ------
    BadInput
        At the first blank one.
    """
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    distinct = dict.fromkeys(listed)
    if set(map(type, distinct)) == {str}:
        label = {cell: cell.strip() for cell in distinct}
    else:
        label = {cell: "" if is_missing(cell) else label_of(cell) for cell in distinct}
    if "" in label.values():
        row = next(i for i, cell in enumerate(listed) if not label[cell])
        raise BadInput(
            f"{at_row(row)}, column {column!r} is blank; say which one the row belongs to, or "
            "remove the row."
        )
    position = {name: i for i, name in enumerate(dict.fromkeys(label.values()))}
    of_cell = {cell: position[name] for cell, name in label.items()}
    index = np.fromiter(map(of_cell.__getitem__, listed), dtype=np.int64, count=len(listed))
    return list(position), index


def is_missing(cell: Any) -> bool:
    """None, NaN, or a data frame's own missing value (pandas' NaT is also a datetime)."""
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is None or str(cell) in {"NaT", "<NA>"}


def label_of(cell: Any) -> str:
    """A whole number keeps no decimal point: the unit 7 read as 7.0 is still "7"."""
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).strip()


def as_moments(values: Any, *, column: str) -> tuple[Integers, list[str]]:
    """Sortable whole numbers and ISO 8601 texts of dates, times, months or plain positions.

    Parameters
    ----------
    values : sequence of date, datetime, ISO 8601 text or whole number, shape (n_rows,)
        One kind throughout: all dates, or all whole numbers.
    column : str
        Its name, for the error.

    Raises
    ------
    BadInput
        At the first blank cell or one that is not a date, with its row.
    """
    listed = _listed(values)
    read: dict[Any, tuple[int, str, bool]] = {}
    for row, cell in enumerate(listed):
        if cell not in read:
            read[cell] = _moment(cell, row, column)
    if len({kind for _, _, kind in read.values()}) > 1:
        raise BadInput(
            f"column {column!r} mixes dates with plain numbers; use one kind throughout."
        )
    key = {cell: moment for cell, (moment, _, _) in read.items()}
    texts = _without_midnights({cell: text for cell, (_, text, _) in read.items()})
    keys = np.fromiter(map(key.__getitem__, listed), dtype=np.int64, count=len(listed))
    return keys, list(map(texts.__getitem__, listed))


def _listed(values: Any) -> list[Any]:
    if isinstance(values, np.ndarray) and np.issubdtype(values.dtype, np.datetime64):
        return list(values.astype("datetime64[us]").tolist())
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    return list(values)


def _without_midnights(texts: dict[Any, str]) -> dict[Any, str]:
    """Dates that a frame stored as midnights are written as dates."""
    if all(text.endswith("T00:00:00") for text in texts.values()):
        return {cell: text[:10] for cell, text in texts.items()}
    return texts


def _moment(cell: Any, row: int, column: str) -> tuple[int, str, bool]:
    """Its sorting key, its text, and whether it is a date rather than a plain number."""
    if isinstance(cell, (int, np.integer)) or (isinstance(cell, float) and cell.is_integer()):
        return int(cell), str(int(cell)), False
    missing = is_missing(cell)
    if isinstance(cell, date) and not missing:
        return microseconds(cell), cell.isoformat(), True
    text = "" if missing else str(cell).strip()
    if text.isdecimal():
        return int(text), text, False
    moment, since = _read_once(text)
    if moment is None:
        what = f"{text[:SHOWN]!r} is not a date" if text else "the date is blank"
        raise BadInput(
            f"{at_row(row)}, column {column!r}: {what}; write it as year-month-day, for example "
            "2026-03-31."
        )
    if text[10:11] == " ":  # as some programs write times; ISO 8601 has a T there
        text = moment.isoformat()
    return since, text, True


def option_moments(moments: Sequence[Any], *, option: str) -> tuple[Integers, list[str]]:
    """As `as_moments`, for dates that an option names instead of a column.

    Raises
    ------
    BadInput
        At the first that is not a date, with the option's name.
    """
    for given in moments:
        text = given.strip() if isinstance(given, str) else "0"
        if not text.isdecimal() and read_moment(text) is None:
            raise BadInput(
                f"{option}: {text[:SHOWN]!r} is not a date; write it as year-month-day, for "
                "example 2026-03-31."
            )
    return as_moments(list(moments), column=option)


@lru_cache(maxsize=4096)  # the charts of one page name the same months again and again
def _read_once(text: str) -> tuple[date | datetime | None, int]:
    moment = read_moment(text)
    return moment, 0 if moment is None else microseconds(moment)


def read_moment(text: str) -> date | datetime | None:
    """A date, a time or a month in ISO 8601; None if it is none of these."""
    if len(text) == 7 and text[4] == "-":
        text += "-01"
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return None


def microseconds(moment: date | datetime) -> int:
    """Since 1970, local civil time; a moment with a zone is first taken to UTC."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def or_none(values: Floats) -> list[float | None]:
    """Floats for JSON: what is missing, or has no end, is null."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def like(columns: Mapping[str, Sequence[Any]], data: Any) -> Any:
    """The columns as a frame of the kind that was given; an Arrow table where none was."""
    if isinstance(data, Mapping) or not is_frame(data):
        import pyarrow as pa

        return pa.table(dict(columns))
    import narwhals as nw

    backend = nw.get_native_namespace(data)
    if backend.__name__ in {"duckdb", "ibis"}:
        import pyarrow as pa

        backend = pa
    return nw.from_dict(dict(columns), backend=backend).to_native()
