"""How much standardised ratios differ beyond chance, and each unit's shrunken ratio."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like, or_none
from clinmeasures.reliability.variance import BetweenVariance, between_variance
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows


@dataclass(frozen=True, kw_only=True)
class Heterogeneity:
    """Units' ln(observed / expected) and what lies behind them. Arrays (n_units,)."""

    units: list[str]
    observed: Floats
    expected: Floats
    log_ratio: Floats  # NaN without an event: it has no logarithm and counts towards nothing
    variance: Floats  # of chance alone, 1 / expected
    shrunken: Floats  # best linear unbiased prediction of the log ratio
    shrunken_error: Floats
    mean: float
    mean_error: float
    tau2: float  # variance between units
    tau2_lower: float
    tau2_upper: float
    i2: float  # % of the variation that is not chance
    q: float
    q_p_value: float
    prediction_lower: float  # where a further unit's log ratio would lie
    prediction_upper: float
    method: str
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The summary, and one row a unit; missing numbers are None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        summary = (
            "method",
            "mean",
            "mean_error",
            "tau2",
            "tau2_lower",
            "tau2_upper",
            "i2",
            "q",
            "q_p_value",
            "prediction_lower",
            "prediction_upper",
        )
        return {name: getattr(self, name) for name in summary} | {
            "units": [dict(zip(columns, row, strict=True)) for row in rows]
        }

    def to_frame(self) -> Any:
        """One row a unit, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        names = ("observed", "expected", "log_ratio", "variance", "shrunken", "shrunken_error")
        columns: dict[str, list[Any]] = {"unit": list(self.units)}
        return columns | {name: or_none(getattr(self, name)) for name in names}


def heterogeneity(
    data: Any,
    *,
    unit: Any,
    observed: Any,
    expected: Any,
    method: str = "REML",
    level: float = 0.95,
    min_units: int = 10,
    tau2: float | None = None,
) -> Heterogeneity:
    """Random-effects summary of standardised ratios on the log scale.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there. Rows of one unit are added up.
    unit, observed, expected
    method : {"REML", "ML", "DL", "PM"}
    level : float
        Of the prediction interval and of the interval of tau squared.
    min_units : int
    tau2 : float, optional
        The variance between the units of a larger pool, in place of these units' own; then two
        units are enough. Name the pool beside the figures.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used, and with fewer units than `min_units` that
        have an event: a variance between so few cannot be estimated.

    Notes
    -----
    y = ln(O/E) with variance 1/E. Shrunken: B y + (1 - B) mean, B = tau2 / (tau2 + 1/E), with
    variance B / E + (1 - B)^2 x that of the mean. I2 = tau2 / (tau2 + typical within variance).

    Source
    ------
    Viechtbauer 2010 (metafor), 10.18637/jss.v036.i03; Higgins & Thompson 2002, 10.1002/sim.1186.
    """
    from scipy.special import chdtrc, ndtri

    if tau2 is not None and not 0 <= tau2 < math.inf:
        raise BadInput(f"the pool's tau squared {tau2:g} is not 0 or more; check it.")
    units, sums = _counts(data, unit, observed, expected)
    known = (sums["observed"] > 0) & (sums["expected"] > 0)
    _refuse_few(int(known.sum()), max(min_units, 2) if tau2 is None else 2)
    value, within = _logarithms(sums, known)
    found = between_variance(value[known], within[known], method=method, level=level, tau2=tau2)
    shrunken, error = _shrunken(value, within, found)
    reach = float(ndtri(0.5 + level / 2)) * math.hypot(math.sqrt(found.tau2), found.mean_error)
    typical = _typical_variance(within[known])
    return Heterogeneity(
        units=units,
        observed=sums["observed"],
        expected=sums["expected"],
        log_ratio=value,
        variance=within,
        shrunken=shrunken,
        shrunken_error=error,
        mean=found.mean,
        mean_error=found.mean_error,
        tau2=found.tau2,
        tau2_lower=found.lower,
        tau2_upper=found.upper,
        i2=100 * found.tau2 / (found.tau2 + typical) if found.tau2 else 0.0,
        q=found.q,
        q_p_value=float(chdtrc(found.freedom, found.q)),
        prediction_lower=found.mean - reach,
        prediction_upper=found.mean + reach,
        method=method,
        given=data,
    )


def _counts(
    data: Any, unit: Any, observed: Any, expected: Any
) -> tuple[list[str], dict[str, Floats]]:
    """Each unit's events, seen and expected, over all of its rows."""
    asked = {"observed": observed, "expected": expected}
    units, index, rows = numbers_by_unit(data, unit, asked)
    for role, column in rows.items():
        refuse_rows(column < 0, column_name(asked[role], role), "is negative; it cannot be")
    return units, added_up(index, len(units), rows)


def _refuse_few(units: int, fewest: int) -> None:
    if units < fewest:
        raise BadInput(
            f"{units} units have an event; how much they differ cannot be estimated below {fewest}."
        )


def _logarithms(sums: dict[str, Floats], known: Booleans) -> tuple[Floats, Floats]:
    nothing = np.full(len(known), np.nan)
    ratio = np.divide(sums["observed"], sums["expected"], out=nothing.copy(), where=known)
    return np.log(ratio), np.divide(1.0, sums["expected"], out=nothing.copy(), where=known)


def _shrunken(value: Floats, within: Floats, found: BetweenVariance) -> tuple[Floats, Floats]:
    own = found.tau2 / (found.tau2 + within)
    variance = own * within + (1 - own) ** 2 * found.mean_error**2
    return own * value + (1 - own) * found.mean, np.sqrt(variance)


def _typical_variance(within: Floats) -> float:
    weight = 1 / within
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    return float((len(weight) - 1) / spare) if spare > 0 else 0.0
