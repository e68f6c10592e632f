"""Units beside each other, each within the limits of its own volume. Nothing here ranks them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    as_groups,
    as_numbers,
    at_row,
    cells,
    is_frame,
    like,
    or_none,
)
from clinmeasures.funnels.limits import exact_limits, scores, taken_back
from clinmeasures.funnels.overdispersion import Dispersion, dispersion

KINDS = ("SR", "PR", "RC")
OVERDISPERSION = ("none", "additive", "multiplicative")
TRIMS = ("winsorise", "truncate", "none")
TRANSFORMS = ("sqrt", "log")
LIMITS = (95.0, 99.8)
MIN_UNITS = 10
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Units with their limits, in the order in which they first appear. Arrays (n_units,)."""

    kind: str
    target: float
    phi: float | None
    tau2: float | None
    units: list[str]
    numerator: Floats
    denominator: Floats
    rate: Floats
    z: Floats
    z_adjusted: Floats
    limits: dict[float, tuple[Floats, Floats]]  # percentage → lower and upper
    given: Any = field(default=None, repr=False)
    deviation: float | None = None  # of single values, for a funnel of means

    def limits_at(self, sizes: Floats, percentage: float) -> tuple[Floats, Floats]:
        """The limits of chance alone at any volumes, for drawing."""
        if self.deviation is not None:
            return mean_limits(sizes, self.target, self.deviation, percentage)
        return exact_limits(self.kind, sizes, self.target, percentage / 100)

    def outside(self, percentage: float) -> Booleans:
        """Strictly beyond the limits, by more than arithmetic's own rounding."""
        lower, upper = self.limits[percentage]
        with np.errstate(invalid="ignore"):
            slack = ROUNDING * np.abs(self.rate)
            return (self.rate < lower - slack) | (self.rate > upper + slack)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of INTERFACES: missing numbers are None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {
            "target": self.target,
            "phi": self.phi,
            "tau2": self.tau2,
            "units": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def to_frame(self) -> Any:
        """One row a unit, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {
            "unit": list(self.units),
            "numerator": or_none(self.numerator),
            "denominator": or_none(self.denominator),
            "rate": or_none(self.rate),
            "z": or_none(self.z),
            "z_adjusted": or_none(self.z_adjusted),
        }
        for percentage, (lower, upper) in self.limits.items():
            columns[f"lower_{_name(percentage)}"] = or_none(lower)
            columns[f"upper_{_name(percentage)}"] = or_none(_finite(upper))
        for percentage in self.limits:
            columns[f"outside_{_name(percentage)}"] = self.outside(percentage).tolist()
        return columns


def funnel(
    data: Any,
    *,
    kind: str,
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
) -> Funnel:
    """Compare units with the limits that chance sets for their volumes.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With `unit`, `numerator` and `denominator` as column names; or None with arrays there.
        Rows of one unit are added up.
    kind : {"SR", "PR", "RC"}
        Standardised ratio (observed over expected), proportion, or ratio of two counts.
    overdispersion : {"none", "additive", "multiplicative"}
        Whether limits allow for units that differ beyond chance.
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

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970; NHS Digital, SHMI methodology.
    """
    _refuse_unknown(kind, overdispersion, trim, transform)
    _refuse_impossible_options(trim_at, limits, target)
    units, top, bottom = _added_up(data, unit, numerator, denominator, kind)
    standard = _standard(kind, top, bottom, target)
    found = scores(kind, top, bottom, standard, transform) if standard > 0 else None
    spread = Dispersion(None, None)
    if overdispersion != "none" and found is not None:
        spread = dispersion(found, trim=trim, trim_at=trim_at, min_units=min_units)
    widened = None if found is None else _error(found.error, spread, overdispersion)
    nothing = np.full(len(units), np.nan)
    edges: dict[float, tuple[Floats, Floats]] = {}
    for percentage in limits:
        if widened is None or found is None or spread.phi is None:
            edges[percentage] = exact_limits(kind, bottom, standard, percentage / 100)
        else:
            reach = _normal(percentage) * widened
            edges[percentage] = (
                taken_back(kind, transform, found.target - reach),
                taken_back(kind, transform, found.target + reach),
            )
    return Funnel(
        kind=kind,
        target=standard,
        phi=spread.phi,
        tau2=spread.tau2,
        units=units,
        numerator=top,
        denominator=bottom,
        rate=np.divide(top, bottom, out=nothing.copy(), where=bottom > 0),
        z=nothing if found is None else found.z,
        z_adjusted=nothing
        if found is None or widened is None
        else (found.value - found.target) / widened,
        limits=edges,
        given=data,
    )


def funnel_of_means(
    units: Sequence[str], values: Any, *, limits: Sequence[float] = LIMITS
) -> Funnel:
    """Compare units' means with the limits that chance sets for their numbers of cases.

    Parameters
    ----------
    units : sequence of str, shape (n_rows,)
        The unit of each value.
    values : array of float, shape (n_rows,)
        NaN is missing.
    limits : sequence of float
        Percentages.

    Returns
    -------
    Funnel
        Of kind "MEAN": the target is the mean of all values, and limits are target -/+ z x their
        standard deviation / sqrt(n). Normal: for skewed values such as stays, limits below about
        30 cases are only a guide.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970, section 3 (known standard deviation).
    """
    names, index = as_groups(list(units), column="unit")
    numbers = as_numbers(values, column="value")
    there = np.isfinite(numbers)
    if there.sum() < 2:
        raise BadInput("fewer than two values; means cannot be compared.")
    count = np.bincount(index, weights=there, minlength=len(names)).astype(float)
    sums = np.bincount(index, weights=np.where(there, numbers, 0.0), minlength=len(names))
    total: Floats = sums.astype(float)
    rate = np.divide(total, count, out=np.full(len(names), np.nan), where=count > 0)
    target, deviation = float(numbers[there].mean()), float(numbers[there].std(ddof=1))
    error = deviation / np.sqrt(np.maximum(count, 1))
    z = np.divide(rate - target, error, out=np.full(len(names), np.nan), where=error > 0)
    return Funnel(
        kind="MEAN",
        target=target,
        phi=None,
        tau2=None,
        units=names,
        numerator=total,
        denominator=count,
        rate=rate,
        z=z,
        z_adjusted=z,
        limits={level: mean_limits(count, target, deviation, level) for level in limits},
        deviation=deviation,
    )


def mean_limits(
    sizes: Floats, target: float, deviation: float, percentage: float
) -> tuple[Floats, Floats]:
    """Normal limits of a mean of so many values; NaN for none."""
    reach = _normal(percentage) * deviation / np.sqrt(np.where(sizes > 0, sizes, np.nan))
    return target - reach, target + reach


def _error(error: Floats, spread: Dispersion, overdispersion: str) -> Floats:
    """The standard error with what units differ by beyond chance."""
    if spread.phi is None or spread.tau2 is None:
        return error
    if overdispersion == "multiplicative":
        widened: Floats = error * np.sqrt(max(spread.phi, 1.0))
        return widened
    return np.sqrt(error**2 + spread.tau2)


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
    names = {"unit": unit, "numerator": numerator, "denominator": denominator}
    for role, given in names.items():
        if given is None:
            raise BadInput(f"say which column holds the {role}.")
        names[role] = given if isinstance(given, str) else role
    if is_frame(data):
        unit, numerator, denominator = (cells(data, name) for name in names.values())
    top = as_numbers(numerator, column=names["numerator"])
    bottom = as_numbers(denominator, column=names["denominator"])
    units, index = as_groups(unit, column=names["unit"])
    if not units:
        raise BadInput("there are no rows; give at least one unit.")
    _refuse(top < 0, names["numerator"], "is negative; a count cannot be")
    _refuse(bottom < 0, names["denominator"], "is negative; it cannot be")
    if kind == "PR":
        _refuse(top > bottom, names["numerator"], f"is more than {names['denominator']!r}")
    there = np.isfinite(top) & np.isfinite(bottom)
    groups = len(units)
    rows = np.bincount(index, weights=there, minlength=groups)
    sums = [
        np.bincount(index, weights=np.where(there, column, 0.0), minlength=groups)
        for column in (top, bottom)
    ]
    return units, np.where(rows > 0, sums[0], np.nan), np.where(rows > 0, sums[1], np.nan)


def _refuse(wrong: Booleans, column: str, why: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise BadInput(f"{at_row(row)}, column {column!r} {why}; correct the row.")


def _refuse_unknown(kind: str, overdispersion: str, trim: str, transform: str) -> None:
    for what, given, known in (
        ("type", kind, KINDS),
        ("over-dispersion", overdispersion, OVERDISPERSION),
        ("trim", trim, TRIMS),
        ("transform", transform, TRANSFORMS),
    ):
        if given not in known:
            raise BadInput(f"{what} {given!r} is not known; use one of {', '.join(known)}.")


def _refuse_impossible_options(
    trim_at: float, limits: Sequence[float], target: float | None
) -> None:
    if not 0 < trim_at < 0.5:
        raise BadInput(f"trimming {trim_at} at each end leaves nothing; give a share below 0.5.")
    for percentage in limits:
        if not 0 < percentage < 100:
            raise BadInput(f"limits of {percentage:g}% cannot be drawn; give 95, 99.8 or so.")
    if target is not None and not (np.isfinite(target) and target > 0):
        raise BadInput(f"the target {target:g} is not above 0; give one in the rate's own unit.")


def _normal(percentage: float) -> float:
    """99.8% leaves 0.1% in each tail: the quantile at 0.999."""
    from scipy.special import ndtri

    return float(ndtri(1 - (1 - percentage / 100) / 2))


def _name(percentage: float) -> str:
    return f"{percentage:g}".replace(".", "_")


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
