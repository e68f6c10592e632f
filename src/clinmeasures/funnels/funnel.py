"""Units beside each other, each within the limits of its own volume. Nothing here ranks them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats
from clinmeasures.funnels.limits import Scores, chance_limits, scores, taken_back
from clinmeasures.funnels.options import (
    KINDS,
    LIMITS,
    MIN_UNITS,
    TRANSFORMS,
    method_of,
    refuse_impossible,
    refuse_standards,
    refuse_unknown,
)
from clinmeasures.funnels.overdispersion import Dispersion, dispersion
from clinmeasures.funnels.result import Funnel, normal
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows


def funnel(
    data: Any,
    *,
    type: str,  # noqa: A002 - the name of the command's option
    unit: Any = None,
    numerator: Any = None,
    denominator: Any = None,
    overdispersion: str = "none",
    trim: str = "winsorise",
    trim_at: float = 0.1,
    transform: str = "sqrt",
    target: float | None = None,
    limits: Sequence[float] = LIMITS,
    min_units: int = MIN_UNITS,
    method: str | None = None,
    pool_tau2: float | None = None,
) -> Funnel:
    """Compare units with the limits that chance sets for their volumes.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With `unit`, `numerator` and `denominator` as column names; or None with arrays there.
        Rows of one unit are added up.
    type : {"SR", "PR", "RC"}
        Standardised ratio (observed over expected), proportion, or ratio of two counts.
    overdispersion : {"none", "additive", "multiplicative"}
        Whether limits allow for units that differ beyond chance. Phi and tau squared are given
        in any case: they say whether limits of chance alone are fair.
    trim, trim_at : which z count towards the estimate: all, the outer tenths pulled in
        (`winsorise`) or left out (`truncate`).
    transform : {"sqrt", "log"}
        Scale of a standardised ratio where over-dispersion is judged.
    target : float, optional
        1 for SR; otherwise all numerators over all denominators.
    limits : sequence of float
        Percentages; 99.8 leaves one in a thousand in each tail.
    min_units : int
        With fewer, phi and tau squared are None and the limits stay those of chance alone.
    method : {"arcsine", "exact", "interpolated", "normal"}, optional
        Of a proportion's limits of chance alone (`limits.chance_limits`); SR and RC are exact.
        Choose `exact` for small volumes: there the others are approximations.
    pool_tau2 : float, optional
        The tau squared of a larger pool of units on the same scale, for additive limits in place
        of these units' own. Name the pool beside the funnel.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970; NHS Digital, SHMI methodology.
    """
    refuse_unknown("type", type, KINDS)
    refuse_unknown("transform", transform, TRANSFORMS)
    refuse_impossible(overdispersion=overdispersion, trim=trim, trim_at=trim_at, limits=limits)
    refuse_standards(target=target, pool_tau2=pool_tau2)
    units, top, bottom = _added_up(data, unit, numerator, denominator, type)
    standard = _standard(type, top, bottom, target)
    chosen = method_of(type, method, standard)
    found = scores(type, top, bottom, standard, transform) if standard > 0 else None
    spread = Dispersion(None, None)
    if found is not None:
        spread = dispersion(found, trim=trim, trim_at=trim_at, min_units=min_units)
        spread = replace(spread, tau2=spread.tau2 if pool_tau2 is None else pool_tau2)
    z, adjusted = _z(found, spread, overdispersion, len(units))
    if found is not None and spread.widens(overdispersion):
        wide = spread.widened(found.error, overdispersion)
        edges = {each: _widened(type, transform, found, wide, each) for each in limits}
    else:
        edges = {each: chance_limits(type, bottom, standard, each / 100, chosen) for each in limits}
    return Funnel(
        kind=type,
        target=standard,
        phi=spread.phi,
        tau2=spread.tau2,
        units=units,
        numerator=top,
        denominator=bottom,
        rate=_rate(top, bottom),
        z=z,
        z_adjusted=adjusted,
        limits=edges,
        overdispersion=overdispersion,
        trim=trim,
        transform=transform,
        method=chosen,
        given=data,
    )


def _widened(
    kind: str, transform: str, found: Scores, error: Floats, percentage: float
) -> tuple[Floats, Floats]:
    """Normal limits about the target with this error, on the rate's own scale."""
    reach = normal(percentage) * error
    return (
        taken_back(kind, transform, found.target - reach),
        taken_back(kind, transform, found.target + reach),
    )


def _rate(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _z(
    found: Scores | None, spread: Dispersion, overdispersion: str, units: int
) -> tuple[Floats, Floats]:
    """Distances from the target in standard errors: by chance alone, and as the limits have it."""
    if found is None:
        return np.full(units, np.nan), np.full(units, np.nan)
    return found.z, (found.value - found.target) / spread.widened(found.error, overdispersion)


def _standard(kind: str, top: Floats, bottom: Floats, target: float | None) -> float:
    if target is not None:
        return float(target)
    if kind == "SR":
        return 1.0
    known = np.isfinite(top) & (bottom > 0)
    if not known.any():
        raise BadInput("no unit has a numerator and a denominator above 0; there is no average.")
    return float(top[known].sum() / bottom[known].sum())


def _added_up(
    data: Any, unit: Any, numerator: Any, denominator: Any, kind: str
) -> tuple[list[str], Floats, Floats]:
    """Each unit's numerator and denominator, over all of its rows."""
    asked = {"numerator": numerator, "denominator": denominator}
    units, index, rows = numbers_by_unit(data, unit, asked)
    names = {role: column_name(given, role) for role, given in asked.items()}
    refuse_rows(rows["numerator"] < 0, names["numerator"], "is negative; a count cannot be")
    refuse_rows(rows["denominator"] < 0, names["denominator"], "is negative; it cannot be")
    if kind == "PR":
        more = rows["numerator"] > rows["denominator"]
        refuse_rows(more, names["numerator"], f"is more than {names['denominator']!r}")
    sums = added_up(index, len(units), rows)
    return units, sums["numerator"], sums["denominator"]
