"""What a reader could work out of a table with hidden counts: the least and most each could be."""

import numpy as np

from clinmeasures.errors import MeasureError
from clinmeasures.frames import Booleans, Floats

UNBOUNDED = 3  # HiGHS: the objective has no end


class AuditFailed(MeasureError):
    """The linear programme behind an audit did not end; nothing may be shown."""


def margins(counts: Floats) -> Floats:
    """The table with its totals in a last row and column (a last place for a list)."""
    table = counts
    for axis in range(counts.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def ranges(table: Floats, hidden: Booleans) -> tuple[Floats, Floats]:
    """The least and the most that each hidden count could be, in the order of the table.

    Parameters
    ----------
    table : array of float, shape (n + 1,) or (n_rows + 1, n_columns + 1)
        With its totals.
    hidden : array of bool, of the same shape

    Returns
    -------
    arrays of float, shape (n_hidden,)
        Whole numbers: the constraints of such tables are totally unimodular. The most may be
        infinite.
    """
    left, right = _equations(table, hidden)
    ends = [_ends(left, right, i) for i in range(left.shape[1])]
    low = np.array([end[0] for end in ends], dtype=float)
    high = np.array([end[1] for end in ends], dtype=float)
    return low, high


def _equations(table: Floats, hidden: Booleans) -> tuple[Floats, Floats]:
    """Every line adds up to its total: coefficients of the hidden counts, and what is left."""
    number = np.full(table.shape, -1)
    number[hidden] = np.arange(int(hidden.sum()))
    left, right = [], []
    for axis in range(table.ndim):
        lines = np.moveaxis(table, axis, -1).reshape(-1, table.shape[axis])
        numbers = np.moveaxis(number, axis, -1).reshape(-1, table.shape[axis])
        sign = np.ones(table.shape[axis])
        sign[-1] = -1.0
        for line, unknown in zip(lines, numbers, strict=True):
            row = np.zeros(int(hidden.sum()))
            row[unknown[unknown >= 0]] = sign[unknown >= 0]
            if row.any():
                left.append(row)
                right.append(-(line * sign)[unknown < 0].sum())
    return np.array(left).reshape(len(left), int(hidden.sum())), np.array(right)


def _ends(left: Floats, right: Floats, place: int) -> tuple[float, float]:
    """No hidden count is 0, for no 0 is ever hidden."""
    from scipy.optimize import linprog

    cost = np.zeros(left.shape[1])
    found = []
    for direction in (1.0, -1.0):
        cost[place] = direction
        solved = linprog(cost, A_eq=left, b_eq=right, bounds=(1, None), method="highs")
        if solved.status not in {0, UNBOUNDED}:
            raise AuditFailed(f"the audit of the table did not end: {solved.message}")
        found.append(np.inf if solved.status == UNBOUNDED else direction * solved.fun)
    return round(found[0]), found[1] if np.isinf(found[1]) else round(found[1])
