"""Columns of millions of cases without an object for each: names, dates and whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.frames import Integers, as_groups, as_moments, cells

A_DAY = 86_400_000_000  # in microseconds, the unit of sorting keys of dates


@dataclass(frozen=True)
class Coded:
    """A column of names as a list of them, and which one each row has."""

    names: list[str]
    index: Integers

    def __len__(self) -> int:
        return len(self.index)


def column_of(data: Any, column: str, role: str) -> Any:
    """The cells of a frame; names by their different ones, and days as an array, where they are."""
    if isinstance(data, Mapping) or role not in {"provider", "date"}:
        return cells(data, column)
    import narwhals as nw

    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if column not in frame.columns:
        return cells(data, column)
    series = frame[column]
    quick = _coded(series) if role == "provider" else _days(series)
    return cells(data, column) if quick is None else quick


def _days(series: Any) -> Any:
    """Dates as an array; None where they are not dates without a zone, or one is missing."""
    import narwhals as nw

    if series.dtype not in {nw.Date, nw.Datetime("us"), nw.Datetime("ns"), nw.Datetime("ms")}:
        return None
    return None if series.null_count() else series.to_numpy().astype("datetime64[us]")


def _coded(series: Any) -> Coded | None:
    """A text column by its different names; None where it is not text, or has a blank cell."""
    import narwhals as nw

    if series.dtype != nw.String:
        return None
    found = series.to_arrow().dictionary_encode()
    names = [str(name).strip() for name in found.dictionary.to_pylist()]
    if found.null_count or len({*names, ""}) <= len(names):
        return None
    return Coded(names, found.indices.to_numpy().astype(np.int64))


@dataclass(frozen=True)
class Texts:
    """A column as text, written out only for the rows that are looked at."""

    values: Any  # list of str, or array of whole numbers or of days

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, where: slice) -> list[str]:
        part = self.values[where]
        if isinstance(part, list):
            return part
        days = part.dtype.kind == "M"
        written = np.datetime_as_string(part, unit="D") if days else part.astype(str)
        return [str(text) for text in written.tolist()]

    def at(self, row: int) -> str:
        """The text of one row."""
        return self[row : row + 1][0]

    def taken(self, order: Integers) -> "Texts":
        """The texts of these rows, in this order."""
        if isinstance(self.values, list):
            return Texts([self.values[i] for i in order.tolist()])
        return Texts(self.values[order])


def dates_of(values: Any, column: str) -> tuple[Integers, Texts]:
    """Sortable keys and texts, as `as_moments` gives them."""
    if isinstance(values, np.ndarray) and values.ndim == 1:
        if values.dtype.kind == "M" and not np.isnat(values).any():
            keys = values.astype("datetime64[us]").astype(np.int64)
            if not (keys % A_DAY).any():
                return keys, Texts(values)
        numeric = values.dtype.kind in "iuf" and np.isfinite(values).all()
        if numeric and bool((np.floor(values) == values).all()):
            return values.astype(np.int64), Texts(values.astype(np.int64))
    keys, texts = as_moments(values, column=column)
    return keys, Texts(texts)


def providers_of(values: Any, column: str, length: int) -> tuple[list[str | None], Integers]:
    """Names in order of first appearance, and which of them each case has."""
    if values is None:
        return [None], np.zeros(length, dtype=np.int64)
    if isinstance(values, Coded):
        return [*values.names], values.index
    numbers = _whole(values)
    if numbers is None:
        names, index = as_groups(values, column=column)
        return [*names], index
    low = int(numbers.min())
    seen = np.full(int(numbers.max()) - low + 1, length, dtype=np.int64)
    shifted = numbers - low
    seen[shifted[::-1]] = np.arange(length - 1, -1, -1)
    there = np.flatnonzero(seen < length)
    there = there[np.argsort(seen[there])]
    seen[there] = np.arange(len(there))
    return [str(number + low) for number in there.tolist()], seen[shifted]


def _whole(values: Any) -> Integers | None:
    """Whole numbers that lie close together, as codes often do; None for anything else."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf" or values.ndim != 1:
        return None
    if values.dtype.kind == "f" and not bool((np.floor(values) == values).all()):
        return None
    near = float(values.max()) - float(values.min()) < 2 * len(values) + 1_000
    return values.astype(np.int64) if near and np.isfinite(values).all() else None
