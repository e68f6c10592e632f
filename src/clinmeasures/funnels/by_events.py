"""Limits of a ratio for a number of observed events, as public health funnels draw them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, as_numbers, like, or_none


@dataclass(frozen=True, kw_only=True)
class RatioLimits:
    """For each number of events: how many expected would just make it a signal, and the ratio.

    Arrays (n_rows,). A ratio below `lower` or above `upper` lies outside: with so many events, it
    means more (fewer) expected than `most_expected` (`least_expected`).
    """

    observed: Floats
    least_expected: Floats
    most_expected: Floats
    lower: Floats
    upper: Floats  # infinite for no event: no expected count makes none too many

    def to_dict(self) -> dict[str, Any]:
        """Rows with missing and infinite numbers as None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {"rows": [dict(zip(columns, row, strict=True)) for row in rows]}

    def to_frame(self) -> Any:
        """One row each, as an Arrow table."""
        return like(self._columns(), None)

    def _columns(self) -> dict[str, list[Any]]:
        return {
            "observed": or_none(self.observed),
            "least_expected": or_none(self.least_expected),
            "most_expected": or_none(self.most_expected),
            "lower": or_none(self.lower),
            "upper": or_none(self.upper),
        }


def ratio_limits(observed: ArrayLike, *, level: float = 0.95) -> RatioLimits:
    """The exact Poisson limits of observed / expected by the number observed.

    Parameters
    ----------
    observed : array of float, shape (n_rows,)
        Events; NaN is missing.
    level : float
        0.998 leaves one in a thousand in each tail.

    Returns
    -------
    RatioLimits
        `most_expected` is chi-squared(1 - tail; 2(O + 1)) / 2, `least_expected` chi-squared(tail;
        2 O) / 2, and the ratios O over them. For a ratio of counts (O - E) / E take 1 from each.

    Raises
    ------
    BadInput
        If a count is negative or the level is not between 0 and 1.

    Source
    ------
    Dover & Schopflocher 2011, 10.1186/1478-7954-9-58; the ratio funnels of PHEindicatormethods.
    """
    from scipy.special import gammaincinv

    if not 0 < level < 1:
        raise BadInput(f"the level {level} is not between 0 and 1; 0.95 is usual.")
    counts = as_numbers(np.atleast_1d(np.asarray(observed, dtype=float)), column="observed")
    if (counts < 0).any():
        raise BadInput("an observed count is negative; a count cannot be.")
    tail = (1 - level) / 2
    least = np.where(counts > 0, gammaincinv(np.where(counts > 0, counts, 1.0), tail), 0.0)
    least = np.where(np.isnan(counts), np.nan, least)
    most = gammaincinv(counts + 1, 1 - tail)
    upper = np.divide(counts, least, out=np.full(len(counts), np.inf), where=least > 0)
    return RatioLimits(
        observed=counts,
        least_expected=least,
        most_expected=most,
        lower=counts / most,
        upper=np.where(np.isnan(counts), np.nan, upper),
    )
