"""From the columns of a table to outcome, covariates and weights without gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.casemix.fitting import Constant, Rows
from clinmeasures.categories import BLANK, encoded
from clinmeasures.covariates import covariate_numbers, modelled_numbers
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, Integers, at_row, cells, is_frame, label_of

MOST_LEVELS = 1000  # of one categorical covariate; more is an identifier, not a covariate


@dataclass(frozen=True, kw_only=True)
class Design:
    """The complete rows of a table. Arrays have shape (n_complete,) unless said."""

    rows: Rows  # a level of a categorical covariate is named by the column and the level
    cluster: Integers | None
    predicted: Floats | None
    complete: Booleans  # (n_rows,)


def designed(
    data: Any,
    *,
    outcome: Any,
    covariates: Sequence[str],
    categorical: Sequence[str],
    offset: Any,
    weights: Any,
    cluster: Any,
    predicted: Any,
) -> Design:
    """Every column read and checked; rows with a gap in any of them left out.

    Raises
    ------
    BadInput
        Where a column or cell cannot be used, or no complete row is left.
    """
    y = _numbers(data, outcome, "outcome")
    asked = {"offset": offset, "weights": weights, "predicted": predicted}
    columns = {
        role: _numbers(data, given, role) for role, given in asked.items() if given is not None
    }
    groups = None if cluster is None else _groups(data, cluster, "cluster")[1]
    kinds = {
        name: _groups(data, name, name) if name in categorical else _covariate(data, name)
        for name in [*covariates, *categorical]
    }
    complete = _complete(y, columns.values(), groups, kinds.values())
    _refuse_nothing(y, complete)
    _refuse_weights(columns.get("weights"), str(weights))
    kept: Booleans | slice = slice(None) if complete.all() else complete  # a slice copies nothing
    terms, rows = _terms(kinds, kept)
    every = int(complete.sum())
    found = {role: column[kept] for role, column in columns.items()}
    return Design(
        rows=Rows(
            outcome=y[kept],
            covariates=rows if terms else np.empty((0, every)),
            names=terms,
            weights=found.get("weights", np.broadcast_to(1.0, every)),
            offset=found.get("offset", np.broadcast_to(0.0, every)),
        ),
        cluster=None if groups is None else _renumbered(groups[kept]),
        predicted=found.get("predicted"),
        complete=complete,
    )


def _complete(
    y: Floats, columns: Iterable[Floats], groups: Integers | None, kinds: Iterable[Any]
) -> Booleans:
    """The rows without a gap in any column."""
    complete: Booleans = np.isfinite(y)
    for column in columns:
        complete &= np.isfinite(column)
    if groups is not None:
        complete &= groups != BLANK
    for kind in kinds:
        complete &= kind[1] != BLANK if isinstance(kind, tuple) else np.isfinite(kind)
    return complete


def _numbers(data: Any, column: Any, role: str) -> Floats:
    name = column if isinstance(column, str) else role
    return modelled_numbers(cells(data, column) if is_frame(data) else column, column=name)


def _covariate(data: Any, name: str) -> Floats:
    return covariate_numbers(cells(data, name) if is_frame(data) else name, column=name)


def _groups(data: Any, column: Any, role: str) -> tuple[list[Any], Integers]:
    """Levels and each row's; a blank cell is missing."""
    framed = is_frame(data)
    name = column if framed else role
    values, index = encoded(data if framed else None, column, name=name)
    labels = [label_of(value) for value in values]
    position = {label: i for i, label in enumerate(dict.fromkeys(filter(None, labels)))}
    of_value = np.array([*(position.get(label, BLANK) for label in labels), BLANK])
    return list(position), of_value[index]


def _renumbered(index: Integers) -> Integers:
    return np.unique(index, return_inverse=True)[1].astype(np.int64)


def _terms(kinds: Mapping[str, Any], kept: Booleans | slice) -> tuple[list[str], Floats]:
    """Numbers as they are; a categorical covariate as one 0/1 row a level but the first."""
    terms: list[str] = []
    rows: list[Floats] = []
    for name, kind in kinds.items():
        if not isinstance(kind, tuple):
            terms.append(name)
            rows.append(kind[kept])
            continue
        index = kind[1][kept]
        used = [i for i, there in enumerate(np.bincount(index, minlength=1)) if there]
        levels = sorted(used, key=lambda i: _order(kind[0][i]))
        _refuse_levels(name, levels)
        terms += [f"{name}{kind[0][level]}" for level in levels[1:]]
        rows += [(index == level).astype(float) for level in levels[1:]]
    return terms, np.array(rows)


def levels_of(
    data: Any, covariates: Sequence[str], categorical: Sequence[str], kept: Booleans
) -> dict[str, list[str]]:
    """Each covariate's levels in the order of its terms, the reference first; numbers have none."""
    found: dict[str, list[str]] = {}
    for name in [*covariates, *categorical]:
        found[name] = []
        if name in categorical:
            labels, index = _groups(data, name, name)
            used = np.flatnonzero(np.bincount(index[kept], minlength=len(labels))).tolist()
            found[name] = sorted((labels[i] for i in used), key=_order)
    return found


def _order(level: str) -> tuple[int, float, str]:
    """Numbers by size, then words by letter."""
    try:
        return 0, float(level), level
    except ValueError:
        return 1, 0.0, level


def _refuse_levels(name: str, levels: Sequence[int]) -> None:
    if len(levels) < 2:
        raise Constant(name)
    if len(levels) > MOST_LEVELS:
        raise BadInput(
            f"categorical covariate {name!r} has {len(levels)} levels; at most {MOST_LEVELS} make "
            "sense. If it is a number, do not list it as categorical; for many providers use "
            "`clinmeasures providers`."
        )


def _refuse_nothing(outcome: Floats, complete: Booleans) -> None:
    if not len(outcome):
        raise BadInput("there are no rows; give at least two.")
    if not complete.any():
        raise BadInput("no row is complete: each has a blank in one of the columns used.")


def _refuse_weights(weights: Floats | None, name: str) -> None:
    if weights is None:
        return
    wrong = weights < 0
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise BadInput(f"{at_row(row)}, column {name!r} is negative; a weight cannot be.")
    if not np.nansum(weights) > 0:
        raise BadInput(f"every weight in column {name!r} is 0; give some rows a weight.")
