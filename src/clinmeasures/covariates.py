"""Covariates as they are given: numbers, of a size that can be computed with."""

from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, as_numbers, at_row

LARGEST = 1e100  # whose square still has room; no unit of a hospital needs more


def covariate_numbers(values: Any, *, column: str) -> Floats:
    """As `modelled_numbers`, with a word on names that were not said to be names.

    Raises
    ------
    BadInput
        At the first cell that is not a number.
    """
    try:
        return modelled_numbers(values, column=column)
    except BadInput as error:
        if "is not a number" not in str(error):
            raise
        raise BadInput(f"{error} If {column!r} is a name, list it as categorical.") from None


def modelled_numbers(values: Any, *, column: str) -> Floats:
    """As `frames.as_numbers`, without numbers whose squares a model could not hold.

    Raises
    ------
    BadInput
        At the first cell that is not a number or is too large, and where no cell is large enough.
    """
    found = as_numbers(values, column=column)
    size = max(
        float(np.fmax.reduce(found, initial=0.0)), -float(np.fmin.reduce(found, initial=0.0))
    )
    if size > LARGEST:
        row = int(np.flatnonzero(np.abs(found) > LARGEST)[0])
        raise _beyond(found, row, column, "too large")
    if 0 < size < 1 / LARGEST:
        raise _beyond(found, int(np.flatnonzero(np.nan_to_num(found))[0]), column, "too small")
    return found


def _beyond(found: Floats, row: int, column: str, what: str) -> BadInput:
    return BadInput(
        f"{at_row(row)}, column {column!r}: {found[row]:g} is {what} to compute with; use "
        "another unit, or leave the cell blank if it stands for a missing one."
    )
