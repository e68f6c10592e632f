"""A funnel of means: lengths of stay and other amounts, on their own or a logarithmic scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers
from clinmeasures.funnels.limits import Scores
from clinmeasures.funnels.options import LIMITS, MIN_UNITS, refuse_impossible, refuse_unknown
from clinmeasures.funnels.overdispersion import dispersion
from clinmeasures.funnels.result import Funnel, around, mean_error
from clinmeasures.units import column_name, numbers_by_unit, refuse_rows

SCALES = ("identity", "log")


def funnel_of_means(
    units: Any,
    values: Any,
    *,
    data: Any = None,
    scale: str = "identity",
    overdispersion: str = "none",
    trim: str = "winsorise",
    trim_at: float = 0.1,
    limits: Sequence[float] = LIMITS,
    min_units: int = MIN_UNITS,
) -> Funnel:
    """Compare units' means with the limits that chance sets for their numbers of cases.

    Parameters
    ----------
    units : sequence of str, shape (n_rows,), or a column of `data`
        The unit of each value.
    values : array of float, shape (n_rows,), or a column of `data`
        NaN is missing.
    data : data frame that Narwhals reads, or mapping of columns, optional
    scale : {"identity", "log"}
        `log` compares geometric means, which suits skewed amounts such as lengths of stay; every
        value must then be above 0.
    overdispersion, trim, trim_at, min_units
        As for `funnel`.
    limits : sequence of float
        Percentages.

    Returns
    -------
    Funnel
        Of kind "MEAN": the target is the (geometric) mean of all values, the standard error of a
        unit's mean their standard deviation / sqrt(n). The numerator is the sum of the values, or
        of their logarithms; the denominator how many there are. Normal: for skewed values on
        their own scale, limits below about 30 cases are only a guide.

    Raises
    ------
    BadInput
        With fewer than two values, and on the logarithmic scale at a value of 0 or less.

    Source
    ------
    Spiegelhalter 2005, 10.1002/sim.1970, section 3 (known standard deviation).
    """
    refuse_unknown("scale", scale, SCALES)
    refuse_impossible(overdispersion=overdispersion, trim=trim, trim_at=trim_at, limits=limits)
    names, index, numbers = _read(data, units, values, scale)
    there = np.isfinite(numbers)
    count = np.bincount(index, weights=there, minlength=len(names)).astype(float)
    filled = np.where(there, numbers, 0.0)
    total = np.bincount(index, weights=filled, minlength=len(names)).astype(float)
    middle, deviation = float(numbers[there].mean()), _deviation(numbers[there])
    found = _scores(total, count, middle, deviation)
    spread = dispersion(found, trim=trim, trim_at=trim_at, min_units=min_units)
    wide = spread.widened(found.error, overdispersion)
    logarithmic = scale == "log"
    target = float(np.exp(middle)) if logarithmic else middle
    error = spread.widened(mean_error(count, deviation), overdispersion)
    return Funnel(
        kind="MEAN",
        target=target,
        phi=spread.phi,
        tau2=spread.tau2,
        units=names,
        numerator=total,
        denominator=count,
        rate=np.exp(found.value) if logarithmic else found.value,
        z=found.z,
        z_adjusted=(found.value - middle) / wide,
        limits={level: around(target, error, level, logarithmic=logarithmic) for level in limits},
        overdispersion=overdispersion,
        trim=trim,
        given=data,
        deviation=deviation,
        logarithmic=logarithmic,
    )


def _read(data: Any, units: Any, values: Any, scale: str) -> tuple[list[str], Integers, Floats]:
    """The units, which of them each row is, and the values on the scale asked for."""
    names, index, columns = numbers_by_unit(data, units, {"value": values})
    numbers = columns["value"]
    if scale == "log":
        name = column_name(values, "value")
        refuse_rows(numbers <= 0, name, "is not above 0, so it has no logarithm")
        numbers = np.log(numbers)
    if np.isfinite(numbers).sum() < 2:
        raise BadInput("fewer than two values; means cannot be compared.")
    return names, index, numbers


def _deviation(numbers: Floats) -> float:
    """0 where all values are equal, whatever rounding makes of their mean."""
    return 0.0 if numbers.min() == numbers.max() else float(numbers.std(ddof=1))


def _scores(total: Floats, count: Floats, middle: float, deviation: float) -> Scores:
    """NaN where a unit has no value, and z everywhere where all values are equal."""
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    error = mean_error(count, deviation)
    return Scores(mean, middle, np.where(error > 0, error, np.nan))
