"""A funnel of observed over expected amounts (lengths of stay) on a logarithmic scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.funnels.limits import Scores
from clinmeasures.funnels.options import LIMITS, MIN_UNITS, refuse_impossible, refuse_standards
from clinmeasures.funnels.overdispersion import Dispersion, dispersion
from clinmeasures.funnels.result import Funnel, around, mean_error
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows


def spread_of_amounts(expected: Floats, squares: Floats) -> float:
    """The variance of an observed amount for each unit of amount expected.

    Parameters
    ----------
    expected : array of float, shape (n_units,)
    squares : array of float, shape (n_units,)
        (observed - expected) squared of single records, added up.

    Returns
    -------
    float
        0 where nothing is expected. Divided by it, amounts carry as much as that many counts:
        the variance of ln(observed / expected) is spread / expected.
    """
    total = float(np.sum(expected))
    return float(np.sum(squares)) / total if total > 0 else 0.0


def funnel_of_amounts(
    data: Any,
    *,
    unit: Any,
    observed: Any,
    expected: Any,
    squares: Any,
    overdispersion: str = "none",
    trim: str = "winsorise",
    trim_at: float = 0.1,
    limits: Sequence[float] = LIMITS,
    min_units: int = MIN_UNITS,
    pool_tau2: float | None = None,
) -> Funnel:
    """Compare units' observed amounts with what was expected of their own records.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there. Rows of one unit are added up.
    unit, observed, expected
        Amounts added up: nights stayed, and nights that a case-mix model foresaw.
    squares
        (observed - expected) squared of the single records, added up.
    overdispersion, trim, trim_at, limits, min_units, pool_tau2
        As for `funnel`.

    Returns
    -------
    Funnel
        Of kind "SR" about 1, its limits those of the ratio's logarithm taken back: they are not
        symmetrical, and never below 0. NaN for a unit without anything observed or expected.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.

    Notes
    -----
    ln(observed / expected) is taken as normal with variance spread / expected; the spread is that
    of all units together (`spread_of_amounts`), so that a unit's own long stayers do not widen
    its own limits. That takes the variance of a record as proportional to what was expected of it.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970, sections 3 and 4; the variance as in a quasi-Poisson
    model (McCullagh & Nelder, Generalized Linear Models, 2nd ed., section 9.2).
    """
    refuse_impossible(overdispersion=overdispersion, trim=trim, trim_at=trim_at, limits=limits)
    refuse_standards(target=None, pool_tau2=pool_tau2)
    asked = {"observed": observed, "expected": expected, "squares": squares}
    units, index, rows = numbers_by_unit(data, unit, asked)
    for role, column in rows.items():
        refuse_rows(column < 0, column_name(asked[role], role), "is negative; it cannot be")
    sums = added_up(index, len(units), rows)
    deviation = float(np.sqrt(spread_of_amounts(sums["expected"], sums["squares"])))
    found = _scores(sums["observed"], sums["expected"], deviation)
    own = dispersion(found, trim=trim, trim_at=trim_at, min_units=min_units)
    spread = Dispersion(own.phi, own.tau2 if pool_tau2 is None else pool_tau2)
    wide = spread.widened(found.error, overdispersion)
    edges = spread.widened(mean_error(sums["expected"], deviation), overdispersion)
    return Funnel(
        kind="SR",
        target=1.0,
        phi=spread.phi,
        tau2=spread.tau2,
        units=units,
        numerator=sums["observed"],
        denominator=sums["expected"],
        rate=np.exp(found.value),
        z=found.z,
        z_adjusted=found.value / wide,
        limits={level: around(1.0, edges, level, logarithmic=True) for level in limits},
        overdispersion=overdispersion,
        trim=trim,
        transform="log",
        method="normal",
        given=data,
        deviation=deviation,
        logarithmic=True,
    )


def _scores(observed: Floats, expected: Floats, deviation: float) -> Scores:
    """ln(observed / expected) against 0; NaN where it has no logarithm or nothing varies."""
    known = (observed > 0) & (expected > 0)
    ratio = np.divide(observed, expected, out=np.full(len(known), np.nan), where=known)
    error = np.where(known, mean_error(expected, deviation), np.nan)
    return Scores(np.log(ratio), 0.0, np.where(error > 0, error, np.nan))
