"""Which other counts to hide so that one hidden count has a second possible value.

In a table the four corners of a rectangle can move by 1 together and leave every total as it is
(a total that is itself a corner moves with them); in a list two counts can, or one and the total.
"""

import numpy as np

from clinmeasures.frames import Booleans, Floats, Integers


def partners(table: Floats, hidden: Booleans, place: tuple[int, ...]) -> Booleans | None:
    """The cheapest corners to hide beside a place; None where no rectangle can move.

    Parameters
    ----------
    table : array of float, shape (n + 1,) or (n_rows + 1, n_columns + 1)
        With its totals.
    hidden : array of bool, of the same shape
        These cost nothing.
    place : the hidden count that is known too well.

    Source
    ------
    The hypercube method: Repsilber 1994; Giessing & Repsilber 2002 (GHQUAR).
    """
    wide = table.reshape(table.shape[0], -1)
    row, column = place[0], place[1] if table.ndim > 1 else 0
    cost = _costs(table, hidden).reshape(wide.shape)
    rows, columns = _signs(wide.shape[0], row), _signs(wide.shape[1], column)
    if table.ndim == 1:
        total = cost
        movable = _movable(rows[:, None], wide, wide[row, column])
    else:
        total = cost + cost[row] + cost[:, [column]]
        movable = _movable_rectangles(wide, rows, columns, (row, column))
    total = np.where(movable, total, np.inf)
    total[row] = np.inf
    if table.ndim > 1:
        total[:, column] = np.inf
    if not np.isfinite(total).any():
        return None
    other_row, other_column = divmod(int(np.argmin(total)), total.shape[1])
    chosen = np.zeros(wide.shape, dtype=bool)
    chosen[np.ix_([row, other_row], [column, other_column])] = True
    return chosen.reshape(table.shape)


def _costs(table: Floats, hidden: Booleans) -> Floats:
    """What hiding a count takes away: itself, totals far more; a 0 is never hidden."""
    total = np.zeros(table.shape, dtype=bool)
    for axis in range(table.ndim):
        np.moveaxis(total, axis, 0)[-1] = True
    price = table + np.where(total, table.sum(), 0.0)
    return np.where(hidden, 0.0, np.where(table > 0, price, np.inf))


def _signs(length: int, place: int) -> Integers:
    """How another place of a line must move with this one: against it, a total with it."""
    signs = np.full(length, -1)
    if place == length - 1:
        signs[:] = 1
    signs[-1] = 1
    return signs


def _movable(moves: Integers, corner: Floats, own: float) -> Booleans:
    """Whether one direction leaves this corner and its own place above 0."""
    up = (moves > 0) | (corner >= 2)
    down = ((moves < 0) | (corner >= 2)) & (own >= 2)
    found: Booleans = up | down
    return found


def _movable_rectangles(
    table: Floats, rows: Integers, columns: Integers, place: tuple[int, int]
) -> Booleans:
    """Likewise for all four corners, for each opposite corner at once."""
    row, column = place
    moves = (
        np.broadcast_to(rows[:, None], table.shape),
        np.broadcast_to(columns[None, :], table.shape),
        rows[:, None] * columns[None, :],
    )
    corners = (
        np.broadcast_to(table[:, [column]], table.shape),
        np.broadcast_to(table[[row], :], table.shape),
        table,
    )
    up = np.ones(table.shape, dtype=bool)
    down = np.full(table.shape, table[row, column] >= 2)
    for move, corner in zip(moves, corners, strict=True):
        up &= (move > 0) | (corner >= 2)
        down &= (move < 0) | (corner >= 2)
    return up | down
