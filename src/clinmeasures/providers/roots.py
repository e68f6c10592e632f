"""Roots of many falling functions at once."""

from collections.abc import Callable

import numpy as np

from clinmeasures.frames import Floats

CLOSE = 1e-10
MOST = 200


def falling_roots(
    function: Callable[[Floats], tuple[Floats, Floats]], start: Floats, low: Floats, high: Floats
) -> Floats:
    """Where falling functions cross zero: Newton's steps, halving the bracket where those leave it.

    Parameters
    ----------
    function : takes x of shape (n,), gives values and slopes of shape (n,)
    start, low, high : array of float, shape (n,)
        The crossing lies between `low` and `high`; the nearer end is the answer if it does not.

    Returns
    -------
    array of float, shape (n,)
        To 1e-10, relative where |x| is above 1.
    """
    x, low, high = np.clip(start, low, high), low.copy(), high.copy()
    for _ in range(MOST):
        value, slope = function(x)
        np.copyto(low, x, where=value >= 0)
        np.copyto(high, x, where=value <= 0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = x - value / slope
        inside = (newton >= low) & (newton <= high)
        new = np.where(inside, newton, (low + high) / 2)
        moved = np.abs(new - x)
        x = new
        if (moved <= CLOSE * np.maximum(1, np.abs(x))).all():
            break
    return x
