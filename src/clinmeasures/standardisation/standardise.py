"""Indirect and direct standardisation, each unit with its interval. Nothing here ranks units.

Two indirectly standardised ratios rest on the case mix of two different units, so they may be
compared with the standard (1) and not with each other.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, like, or_none
from clinmeasures.intervals import Intervals, byar, poisson_exact
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows

METHODS = {"byar": byar, "exact": poisson_exact}
FEWEST_EVENTS = 10  # below it Dobson's interval does not hold (PHE Technical Guide, 2018)
HIGH, LOW = "high", "low"


@dataclass(frozen=True, kw_only=True)
class _OfUnits:
    """One row a unit, in order of first appearance. Arrays have shape (n_units,)."""

    NUMBERS: ClassVar[tuple[str, ...]]  # the columns of numbers, as the JSON names them

    units: list[str]
    observed: Floats
    lower: Floats
    upper: Floats
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures standardise`: missing numbers are None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {"units": [dict(zip(columns, row, strict=True)) for row in rows]}

    def to_frame(self) -> Any:
        """One row a unit, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {"unit": list(self.units)}
        return columns | {name: or_none(getattr(self, name)) for name in self.NUMBERS}


@dataclass(frozen=True, kw_only=True)
class IndirectRatios(_OfUnits):
    """Observed over expected of each unit, in order of first appearance. Arrays (n_units,)."""

    NUMBERS = ("observed", "expected", "ratio", "lower", "upper")

    expected: Floats
    ratio: Floats
    flag: list[str | None]  # "high" or "low" where the interval excludes 1

    def _columns(self) -> dict[str, list[Any]]:
        return super()._columns() | {"flag": list(self.flag)}


@dataclass(frozen=True, kw_only=True)
class DirectRates(_OfUnits):
    """Directly standardised rates, in order of first appearance. Arrays (n_units,)."""

    NUMBERS = ("observed", "population", "rate", "lower", "upper")

    population: Floats
    rate: Floats  # events for one of the population

    @property
    def caution(self) -> str | None:
        """Where these intervals do not hold what they promise, in words, with what does."""
        from clinmeasures.wording import caution_for_direct

        return caution_for_direct(self.observed)


def standardise(
    data: Any,
    *,
    unit: Any,
    observed: Any,
    expected: Any = None,
    population: Any = None,
    standard: Any = None,
    method: str = "byar",
    level: float = 0.95,
) -> IndirectRatios | DirectRates:
    """Standardise each unit: indirectly with `expected`, directly with `population, standard`.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there.
    unit, observed : the unit of each row and its events.
    expected : optional
        The events expected of the row. Rows of one unit are added up.
    population, standard : optional
        Rows are strata (age bands, say) of a unit: its population there, and the standard
        population's or weight there.
    method : {"byar", "exact"}
        Of the count's own interval. Byar is exact below ten events.
    level : float

    Returns
    -------
    IndirectRatios or DirectRates
        Ratios of 1 are as expected. Rates are for one of the population; None below ten events,
        and where a stratum with weight has no population.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used, or neither or both kinds are asked for.

    Source
    ------
    Breslow & Day 1987, p 69 (Byar); Garwood 1936; Dobson, Kuulasmaa, Eberle & Scherer 1991,
    10.1002/sim.4780100317.
    """
    if method not in METHODS:
        raise BadInput(f"method {method!r} is not known; use {' or '.join(METHODS)}.")
    if (expected is None) == (population is None and standard is None):
        raise BadInput(
            "give the expected count (indirect), or the population and the standard (direct)."
        )
    if expected is not None:
        asked = {"observed": observed, "expected": expected}
        return _indirect(data, unit, asked, method, level)
    asked = {"observed": observed, "population": population, "standard": standard}
    return _direct(data, unit, asked, method, level)


def _interval(method: str, observed: Floats, expected: Floats, level: float) -> Intervals:
    return METHODS[method](observed, expected, level=level)


def _indirect(
    data: Any, unit: Any, asked: dict[str, Any], method: str, level: float
) -> IndirectRatios:
    units, index, rows = numbers_by_unit(data, unit, asked)
    _refuse_negative(rows, asked)
    sums = added_up(index, len(units), rows)
    found = _interval(method, sums["observed"], sums["expected"], level)
    flags: list[str | None] = [
        HIGH if high else LOW if low else None
        for high, low in zip(found.lower > 1, found.upper < 1, strict=True)
    ]
    return IndirectRatios(
        units=units,
        observed=sums["observed"],
        expected=sums["expected"],
        ratio=found.value,
        lower=found.lower,
        upper=found.upper,
        flag=flags,
        given=data,
    )


def _direct(data: Any, unit: Any, asked: dict[str, Any], method: str, level: float) -> DirectRates:
    """Dobson: the total count's interval, scaled to the weighted rate's own variance."""
    units, index, rows = numbers_by_unit(data, unit, asked)
    _refuse_negative(rows, asked)
    rate, variance = _weighted(index, len(units), rows)
    sums = added_up(index, len(units), rows)
    events = np.where(sums["observed"] >= FEWEST_EVENTS, sums["observed"], np.nan)
    count = _interval(method, events, np.ones(len(units)), level)
    scale = np.sqrt(variance / events)
    return DirectRates(
        units=units,
        observed=sums["observed"],
        population=sums["population"],
        rate=np.where(np.isnan(events), np.nan, rate),
        lower=np.maximum(rate + scale * (count.lower - events), 0),
        upper=rate + scale * (count.upper - events),
        given=data,
    )


def _weighted(index: Any, groups: int, rows: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Rate and variance of each unit; NaN where a stratum's rate is unknown and has weight."""
    events, people, weight = rows["observed"], rows["population"], rows["standard"]
    there = np.isfinite(events) & np.isfinite(people) & np.isfinite(weight)
    weight = np.where(there, weight, 0.0)
    rate = np.divide(events, people, out=np.full(len(events), np.nan), where=people > 0)
    spread = np.divide(rate, people, out=np.full(len(events), np.nan), where=people > 0)
    part, squares = (
        np.where(weight > 0, term, 0.0) for term in (weight * rate, weight**2 * spread)
    )
    total = np.bincount(index, weights=weight, minlength=groups)
    total = np.where(total > 0, total, np.nan)
    return (
        np.bincount(index, weights=part, minlength=groups) / total,
        np.bincount(index, weights=squares, minlength=groups) / total**2,
    )


def _refuse_negative(rows: dict[str, Floats], asked: dict[str, Any]) -> None:
    for role, column in rows.items():
        refuse_rows(column < 0, column_name(asked[role], role), "is negative; it cannot be")
