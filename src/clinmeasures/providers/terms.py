"""Covariates as they are given: numbers, and categories coded against their first level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.covariates import covariate_numbers
from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    cells,
    is_frame,
    is_missing,
    label_of,
)
from clinmeasures.providers.refusals import Collinear

MOST_LEVELS = 1000  # of one category; more is an identifier, not a covariate


@dataclass(frozen=True)
class Category:
    """Labels, and which of them each row has; -1 where it is blank."""

    labels: list[str]
    index: Integers

    def __len__(self) -> int:
        return len(self.index)

    @property
    def known(self) -> Booleans:
        """Which rows have a level."""
        return self.index >= 0


def read_covariates(
    data: Any, covariates: Any, categorical: Any
) -> list[tuple[str, Floats | Category]]:
    """Every covariate by name, in the order given; one named twice is a category."""
    chosen = dict(_columns(data, categorical, "category"))
    named = dict(_columns(data, covariates, "covariate")) | chosen
    return [
        (name, _category(values) if name in chosen else covariate_numbers(values, column=name))
        for name, values in named.items()
    ]


def terms_of(
    given: Sequence[tuple[str, Floats | Category]], whole: Booleans
) -> Iterator[tuple[str, Any]]:
    """A column for each number, and for each level that whole rows have but the first."""
    for name, values in given:
        if not isinstance(values, Category):
            yield name, values
            continue
        used = np.flatnonzero(np.bincount(values.index[whole], minlength=len(values.labels)))
        _refuse_levels(name, len(used))
        for level in sorted(used.tolist(), key=lambda i: _order(values.labels[i]))[1:]:
            yield f"{name}{values.labels[level]}", values.index == level


def _category(values: Any) -> Category:
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    text = {cell: "" if is_missing(cell) else label_of(cell) for cell in dict.fromkeys(listed)}
    labels = list(dict.fromkeys(filter(None, text.values())))
    place = {label: i for i, label in enumerate(labels)} | {"": -1}
    of_cell = {cell: place[label] for cell, label in text.items()}
    index = np.fromiter(map(of_cell.__getitem__, listed), dtype=np.int64, count=len(listed))
    return Category(labels, index)


def _order(level: str) -> tuple[int, float, str]:
    """Numbers by size, then words by letter."""
    try:
        return 0, float(level), level
    except ValueError:
        return 1, 0.0, level


def _refuse_levels(name: str, levels: int) -> None:
    if levels < 2:
        raise Collinear(
            f"covariate {name!r} has one level only, so it tells nothing; leave it out."
        )
    if levels > MOST_LEVELS:
        raise BadInput(
            f"covariate {name!r} has {levels} levels; at most {MOST_LEVELS} make sense. If it is a "
            "number, do not list it as categorical."
        )


def _columns(data: Any, given: Any, word: str) -> Iterator[tuple[str, Any]]:
    """Names and values of several columns, given as names, arrays, or names of arrays."""
    if given is None:
        return
    if isinstance(given, str):
        given = [name.strip() for name in given.split(",") if name.strip()]
    if isinstance(given, Mapping):
        yield from ((str(name), values) for name, values in given.items())
        return
    if isinstance(given, np.ndarray) and given.ndim == 2:
        given = list(given.T)
    for i, each in enumerate(given):
        yield name_of(each, f"{word}{i + 1}"), column_of(data, each)


def column_of(data: Any, given: Any) -> Any:
    """A column by its name, or the array that was given instead."""
    if isinstance(given, str):
        if not is_frame(data):
            raise BadInput(f"column {given!r} was named, but no table was given.")
        return cells(data, given)
    return given


def name_of(given: Any, otherwise: str) -> str:
    """What errors call a column: its own name, or its role where an array came."""
    return given if isinstance(given, str) else otherwise
