"""What a funnel says of each unit: its rate, its z, and the limits of its own volume."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.frames import Booleans, Floats, like, or_none
from clinmeasures.funnels.limits import chance_limits, scores, taken_back
from clinmeasures.funnels.overdispersion import Dispersion

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
    overdispersion: str = "none"  # what the limits allow for
    trim: str = "winsorise"  # which z the spread between units was judged by
    transform: str = "sqrt"
    method: str = "exact"  # of the limits of chance alone
    given: Any = field(default=None, repr=False)
    deviation: float | None = None  # of single values, for a funnel of means
    logarithmic: bool = False  # a funnel of means of logarithms

    @property
    def widened(self) -> bool:
        """Whether the limits are those that allow for units that differ beyond chance."""
        return Dispersion(self.phi, self.tau2).widens(self.overdispersion)

    @property
    def differ(self) -> bool:
        """Whether the units were found to differ beyond chance, which makes the limits wider."""
        return Dispersion(self.phi, self.tau2).differ(self.overdispersion)

    @property
    def cautions(self) -> list[str]:
        """Where these limits do not hold what they promise, in words, with what does."""
        from clinmeasures.wording import cautions_for_funnel

        return cautions_for_funnel(self)

    def limits_at(self, sizes: Floats, percentage: float) -> tuple[Floats, Floats]:
        """The funnel's limits at any volumes, for drawing.

        With over-dispersion, a ratio of counts is taken to have the target's count on top.
        """
        spread = Dispersion(self.phi, self.tau2)
        if self.deviation is not None:
            error = spread.widened(mean_error(sizes, self.deviation), self.overdispersion)
            return around(self.target, error, percentage, logarithmic=self.logarithmic)
        if not self.widened:
            return chance_limits(self.kind, sizes, self.target, percentage / 100, self.method)
        there = scores(self.kind, sizes * self.target, sizes, self.target, self.transform)
        reach = normal(percentage) * spread.widened(there.error, self.overdispersion)
        return (
            taken_back(self.kind, self.transform, there.target - reach),
            taken_back(self.kind, self.transform, there.target + reach),
        )

    def outside(self, percentage: float) -> Booleans:
        """Strictly beyond the limits, by more than arithmetic's own rounding."""
        lower, upper = self.limits[percentage]
        with np.errstate(invalid="ignore"):
            slack = ROUNDING * np.abs(self.rate)
            return (self.rate < lower - slack) | (self.rate > upper + slack)

    def p_values(self) -> Floats:
        """Two-sided, of the adjusted z on the transformed scale; NaN where a unit has no rate."""
        from scipy.special import ndtr

        return np.minimum(2 * ndtr(-np.abs(self.z_adjusted)), 1.0)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures funnel`: missing numbers are None."""
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
            columns[f"upper_{_name(percentage)}"] = or_none(upper)
        for percentage in self.limits:
            columns[f"outside_{_name(percentage)}"] = self.outside(percentage).tolist()
        return columns


def mean_error(sizes: Floats, deviation: float) -> Floats:
    """The standard error of a mean of so many values; NaN for none."""
    return deviation / np.sqrt(np.where(sizes > 0, sizes, np.nan))


def around(
    target: float, error: Floats, percentage: float, *, logarithmic: bool
) -> tuple[Floats, Floats]:
    """Normal limits of a mean; of a geometric mean where values were taken as logarithms."""
    reach = normal(percentage) * error
    if logarithmic:
        with np.errstate(over="ignore"):
            return target * np.exp(-reach), target * np.exp(reach)
    return target - reach, target + reach


def normal(percentage: float) -> float:
    """99.8% leaves 0.1% in each tail: the quantile at 0.999."""
    from scipy.special import ndtri

    return float(ndtri(1 - (1 - percentage / 100) / 2))


def _name(percentage: float) -> str:
    return f"{percentage:g}".replace(".", "_")
