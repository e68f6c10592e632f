"""The rows of a profile: complete, coded, and sorted so that each provider is one run of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from clinmeasures.categories import labelled
from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_groups,
    as_numbers,
    at_row,
    is_frame,
    label_of,
)
from clinmeasures.providers.refusals import NotEstimable
from clinmeasures.providers.terms import (
    Category,
    column_of,
    name_of,
    read_covariates,
    terms_of,
)

ROUNDING = 1e-12
NUMBERS_A_ROW = 8  # providers' numbers spread wider than so many a row are told apart one by one
BLOCK = 1 << 14  # rows worked on at once: few enough to stay in a processor's own cache


class Block(NamedTuple):
    """Whole providers whose rows are worked on together."""

    rows: slice
    units: slice
    starts: Integers  # of each provider, within the block
    counts: Integers


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Complete rows sorted by provider. Covariates are centred and scaled."""

    outcome: Floats  # (n_rows,)
    covariates: Floats  # (n_terms, n_rows)
    centre: Floats  # (n_terms,)
    scale: Floats  # (n_terms,)
    terms: list[str]
    starts: Integers  # (n_units + 1,)
    names: list[str]  # of every provider named, in order of first appearance
    of: Integers  # (n_units,) which name each provider here has
    usual: int  # providers from here on have no event, or nothing else
    left_out: int  # rows with a blank

    @property
    def units(self) -> int:
        """How many providers have rows."""
        return len(self.starts) - 1

    @cached_property
    def counts(self) -> Integers:
        """Rows of each provider."""
        return np.diff(self.starts)

    @cached_property
    def observed(self) -> Floats:
        """Outcomes of each provider added up."""
        return np.add.reduceat(self.outcome, self.starts[:-1])

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All rows, in blocks of whole providers that fit a processor's own cache."""
        return tuple(self.blocks_of(0, self.units))

    def blocks_of(self, first: int, last: int, size: int = BLOCK) -> Iterator[Block]:
        """Providers `first` up to `last`, in blocks of about `size` rows."""
        unit = first
        while unit < last:
            end = int(np.searchsorted(self.starts, self.starts[unit] + size, side="right")) - 1
            end = min(max(end, unit + 1), last)
            edges = self.starts[unit : end + 1]
            yield Block(
                slice(int(edges[0]), int(edges[-1])),
                slice(unit, end),
                edges[:-1] - edges[0],
                np.diff(edges),
            )
            unit = end

    def spread(self, block: Block, values: Floats) -> Floats:
        """A value of each provider, on each of its rows."""
        return np.repeat(values[block.units], block.counts)


def read_rows(
    data: Any,
    *,
    outcome: Any,
    provider: Any,
    covariates: Any,
    categorical: Any,
    family: str,
) -> Rows:
    """The rows that have every value, checked and sorted by provider, smallest first.

    Raises
    ------
    BadInput
        Where a column, cell or shape cannot be used.
    NotEstimable
        If no row is complete.
    """
    y = as_numbers(column_of(data, outcome), column=name_of(outcome, "outcome"))
    _refuse_impossible(y, family, name_of(outcome, "outcome"))
    names, index = _providers(data, provider)
    given = read_covariates(data, covariates, categorical)
    for name, values in ((name_of(provider, "provider"), index), *given):
        if len(values) != len(y):
            raise BadInput(f"{name!r} has {len(values)} rows, and the outcome {len(y)}.")
    whole = np.isfinite(y)
    for _, values in given:
        whole &= values.known if isinstance(values, Category) else np.isfinite(values)
    if not whole.any():
        raise NotEstimable("no row has all of its values; nothing can be estimated.")
    return _sorted(y, names, index, dict(terms_of(given, whole)), whole=whole, family=family)


def _sorted(
    y: Floats,
    names: list[str],
    index: Integers,
    table: Mapping[str, Any],
    *,
    whole: Booleans,
    family: str,
) -> Rows:
    """Providers by size, those with no event or nothing else last; their rows together."""
    kept = None if whole.all() else np.flatnonzero(whole)
    if kept is not None:
        index = index[kept]
    count = np.bincount(index, minlength=len(names))
    events = np.bincount(index, weights=y if kept is None else y[kept], minlength=len(names))
    odd = _all_or_none(events, count, family)
    by_size = np.lexsort((count, odd, count == 0))[: int((count > 0).sum())]
    place = np.zeros(len(names), dtype=np.int64)
    place[by_size] = np.arange(len(by_size))
    order = stable_order(place[index])
    order = order if kept is None else kept[order]
    matrix = np.empty((len(table), len(order)))
    for row, column in zip(matrix, table.values(), strict=True):
        row[:] = column[order]
    centre, scale = _standardise(matrix)
    return Rows(
        outcome=y[order],
        covariates=matrix,
        centre=centre,
        scale=scale,
        terms=list(table),
        starts=np.concatenate([[0], np.cumsum(count[by_size])]),
        names=names,
        of=by_size,
        usual=int((~odd[by_size]).sum()),
        left_out=int((~whole).sum()),
    )


def _all_or_none(events: Any, count: Integers, family: str) -> Booleans:
    if family == "binomial":
        return (events <= 0) | (events >= count)
    return events <= 0 if family == "poisson" else np.zeros(len(count), dtype=bool)


def _standardise(matrix: Floats) -> tuple[Floats, Floats]:
    """In place: mean 0 and standard deviation 1; a column that never varies becomes 0."""
    centre = matrix.mean(axis=1)
    scale = np.empty(len(matrix))
    matrix -= centre[:, None]
    for i, row in enumerate(matrix):
        largest = max(float(row.max()), -float(row.min()))
        spread = largest * np.sqrt(np.mean((row / largest) ** 2)) if largest > 0 else 0.0
        real = spread > ROUNDING * abs(centre[i])
        scale[i] = spread if real else 1.0
        matrix[i] *= 1 / scale[i] if real else 0.0
    return centre, scale


def stable_order(keys: Integers) -> Integers:
    """Positions that sort whole numbers from 0, sixteen bits at a time (a radix sort)."""
    order = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
    high = keys >> 16
    while high.any():
        order = order[np.argsort((high & 0xFFFF).astype(np.uint16)[order], kind="stable")]
        high = high >> 16
    return order


def _providers(data: Any, provider: Any) -> tuple[list[str], Integers]:
    if isinstance(provider, str) and is_frame(data) and not isinstance(data, Mapping):
        names, index = labelled(data, provider, name=provider)
        return names, index.astype(np.int64)
    return codes(column_of(data, provider), column=name_of(provider, "provider"))


def codes(values: Any, *, column: str) -> tuple[list[str], Integers]:
    """As `frames.as_groups`; whole numbers, by the million, without a look at each cell."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf" or not len(values):
        return as_groups(values, column=column)
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high) and high - low < NUMBERS_A_ROW * len(values)):
        return as_groups(values, column=column)
    index = (values - low).astype(np.int64)
    if not np.array_equal(index, values - low):
        return as_groups(values, column=column)
    first = np.full(int(high - low) + 1, len(index))
    first[index[::-1]] = np.arange(len(index))[::-1]  # of repeated places, the last is kept
    known = np.flatnonzero(first < len(index))
    known = known[np.argsort(first[known])]
    first[known] = np.arange(len(known))
    return [label_of(number) for number in (known + low).tolist()], first[index]


def _refuse_impossible(y: Floats, family: str, column: str) -> None:
    if not len(y):
        raise BadInput("there are no rows; give at least one.")
    if family == "binomial":
        wrong, why = (y != 0) & (y != 1) & ~np.isnan(y), "is neither 0 nor 1"
    elif family == "poisson":
        wrong, why = (y < 0) | ((y != np.floor(y)) & ~np.isnan(y)), "is not a count"
    else:
        return
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise BadInput(
            f"{at_row(row)}, column {column!r}: {y[row]:g} {why}; correct it, or choose another "
            "family."
        )
