"""Cases as given, read, checked and put in order: provider after provider, oldest first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_numbers,
    at_row,
    is_frame,
)
from clinmeasures.monitoring.columns import Texts, column_of, dates_of, providers_of

WORDS = {"true": "1", "false": "0"}


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Every case, provider after provider and in order of time within each.

    Arrays have shape (n_cases,); `starts` has shape (n_providers + 1,).
    """

    names: list[str | None]  # of the providers, in order of first appearance
    starts: Integers  # where each provider's cases begin, and the end of the last
    outcome: Booleans
    risk: Floats
    dates: Texts | None
    ties: int  # cases on the same date as the one before: their order is the file's

    def __len__(self) -> int:
        return len(self.risk)

    @property
    def lengths(self) -> Integers:
        """How many cases each provider has."""
        return np.diff(self.starts)

    def cases_of(self, provider: int) -> slice:
        """Where one provider's cases lie."""
        return slice(int(self.starts[provider]), int(self.starts[provider + 1]))


def cases_from(data: Any, *, outcome: Any, risk: Any, date: Any, provider: Any) -> Cases:
    """Columns of a frame, or arrays beside None, as checked cases in order."""
    given = {"outcome": outcome, "risk": risk, "date": date, "provider": provider}
    for role in ("outcome", "risk"):
        if given[role] is None:
            raise BadInput(f"say which column holds the {role}.")
    names = {role: column if isinstance(column, str) else role for role, column in given.items()}
    if is_frame(data):
        given = {
            role: column_of(data, column, role) if isinstance(column, str) else column
            for role, column in given.items()
        }
    happened = _outcomes(given["outcome"], names["outcome"])
    if not len(happened):
        raise BadInput("there are no rows; give at least one case.")
    for role, column in given.items():
        if column is not None and len(column) != len(happened):
            raise BadInput(f"{role} has {len(column)} rows and outcome {len(happened)}.")
    chances = _risks(given["risk"], names["risk"])
    return _ordered(happened, chances, given, names)


def as_risks(risks: ArrayLike) -> Floats:
    """Risks as floats, each strictly between 0 and 1."""
    found = np.atleast_1d(np.asarray(risks, dtype=float))
    if not found.size:
        raise BadInput("there are no risks; give at least one.")
    _refuse_risks(found, "risk")
    return found


def _ordered(happened: Booleans, chances: Floats, given: dict[str, Any], names: Any) -> Cases:
    labels, index = providers_of(given["provider"], names["provider"], len(happened))
    keys, texts = None, None
    if given["date"] is not None:
        keys, texts = dates_of(given["date"], names["date"])
    order = _order(index, keys, len(labels))
    counts = np.bincount(index, minlength=len(labels)).astype(np.int64)
    if order is not None:
        happened, chances = happened[order], chances[order]
        texts = None if texts is None else texts.taken(order)
    return Cases(
        names=labels,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        outcome=happened,
        risk=chances,
        dates=texts,
        ties=0 if keys is None else _ties(index, keys, order),
    )


def _order(index: Integers, keys: Integers | None, providers: int) -> Integers | None:
    """Rows by provider and date, ties in the order given; None where they already are."""
    if keys is None:
        later = index[1:] >= index[:-1]
    else:
        later = (index[1:] > index[:-1]) | ((index[1:] == index[:-1]) & (keys[1:] >= keys[:-1]))
    if bool(later.all()):
        return None
    if keys is not None:
        first, length = int(keys.min()), int(keys.max()) - int(keys.min()) + 1
        if providers * length >= np.iinfo(np.int64).max:
            return np.lexsort((keys, index)).astype(np.int64)
        return np.argsort(index * length + (keys - first), kind="stable")
    few = providers <= np.iinfo(np.uint16).max  # of which sorting is by radix, in one pass
    return np.argsort(index.astype(np.uint16) if few else index, kind="stable")


def _ties(index: Integers, keys: Integers, order: Integers | None) -> int:
    if order is not None:
        index, keys = index[order], keys[order]
    return int(((np.diff(keys) == 0) & (np.diff(index) == 0)).sum())


def _outcomes(values: Any, column: str) -> Booleans:
    """Whether the event came; 0 and 1, or the words true and false."""
    if isinstance(values, np.ndarray) and values.dtype == bool:
        return values
    if not isinstance(values, np.ndarray):
        values = [_digit(cell) for cell in values]
    numbers = _numbers(values, column)
    happened = numbers == 1
    wrong = ~(happened | (numbers == 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        what = "is blank" if np.isnan(numbers[row]) else f"is {numbers[row]:g}"
        raise BadInput(
            f"{at_row(row)}, column {column!r} {what}; an outcome is 1 where the event came and 0 "
            "where it did not: correct the row, or leave the case out."
        )
    return happened


def _digit(cell: Any) -> Any:
    return WORDS.get(cell.strip().lower(), cell) if isinstance(cell, str) else cell


def _risks(values: Any, column: str) -> Floats:
    numbers = _numbers(values, column)
    _refuse_risks(numbers, column)
    return numbers


def _refuse_risks(numbers: Floats, column: str) -> None:
    sound = (numbers > 0) & (numbers < 1)
    if sound.all():
        return
    row = int(np.flatnonzero(~sound)[0])
    what = "is blank" if np.isnan(numbers[row]) else f"is {numbers[row]:g}"
    raise BadInput(
        f"{at_row(row)}, column {column!r} {what}; a risk is a probability above 0 and below 1 (a "
        "percentage is divided by 100): correct the row, or leave the case out."
    )


def _numbers(values: Any, column: str) -> Floats:
    """Without a copy where the values already are an array of numbers."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub" and values.ndim == 1:
        return np.asarray(values, dtype=float)
    return as_numbers(values, column=column)
