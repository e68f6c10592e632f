"""Least squares for points in order of time, whose neighbours may be alike."""

from dataclasses import dataclass

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats


@dataclass(frozen=True, kw_only=True)
class Change:
    """By how much something differs after the change, with its interval."""

    estimate: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """Coefficients with Newey-West errors, both of shape (n_coefficients,)."""

    beta: Floats
    error: Floats
    lag: int  # up to which neighbouring points may be alike
    free: int  # points beyond coefficients
    neighbours: float | None  # how far neighbouring residuals are alike

    def coefficient(self, index: int, level: float) -> Change:
        """One coefficient with its interval by Student's t."""
        middle, error = float(self.beta[index]), float(self.error[index])
        reach = _quantile(level, self.free) * error
        return Change(estimate=middle, se=error, lower=middle - reach, upper=middle + reach)


def fitted_line(design: Floats, values: Floats) -> Line:
    """Least squares with Newey-West errors.

    Parameters
    ----------
    design : array of float, shape (n_coefficients, n_points)
    values : array of float, shape (n_points,)

    Raises
    ------
    BadInput
        With too few points for the coefficients.

    Source
    ------
    Newey & West 1987, 10.2307/1913610.
    """
    size, n = design.shape
    if n <= size:
        raise BadInput(f"there are {n} points for {size} coefficients; more points are needed.")
    size_of = np.abs(design).max(axis=1)
    rows = design / size_of[:, None]
    if np.linalg.matrix_rank(rows) < size:
        raise BadInput("there are too few points to tell the season from the change.")
    largest = np.abs(values).max() or 1.0  # so that no square overflows or vanishes
    beta = np.linalg.lstsq(rows.T, values / largest, rcond=None)[0]
    residuals = values / largest - beta @ rows
    lag = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    inverse = np.linalg.inv(rows @ rows.T)
    around = inverse @ _newey_west(rows * residuals, lag) @ inverse * n / (n - size)
    return Line(
        beta=beta / size_of * largest,
        error=np.sqrt(np.maximum(np.diag(around), 0.0)) / size_of * largest,
        lag=lag,
        free=n - size,
        neighbours=_neighbours(residuals),
    )


def _newey_west(scores: Floats, lag: int) -> Floats:
    """Sum of the scores' products, those further apart counting less."""
    meat: Floats = scores @ scores.T
    for back in range(1, lag + 1):
        together = scores[:, back:] @ scores[:, :-back].T
        meat = meat + (1 - back / (lag + 1)) * (together + together.T)
    return meat


def _quantile(level: float, free: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(free, 1 - (1 - level) / 2))


def _neighbours(residuals: Floats) -> float | None:
    """How far neighbouring residuals are alike; None where there are none to speak of."""
    spread = residuals @ residuals
    if not spread > 0:
        return None
    return float(residuals[1:] @ residuals[:-1] / spread)
