"""New York State's risk-adjusted mortality of hospitals, from cases, deaths and expected rates."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like, or_none
from clinmeasures.intervals import byar
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True, kw_only=True)
class RiskAdjusted:
    """Each hospital's risk-adjusted rate with its interval and flag, in %. Arrays (n_units,)."""

    units: list[str]
    cases: Floats
    deaths: Floats
    expected_rate: Floats
    rate: Floats  # risk-adjusted
    lower: Floats
    upper: Floats
    flag: list[str | None]  # "higher" or "lower" than the standard; None where not different
    standard_rate: float
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """One row a hospital, and the rate they are compared with."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {
            "standard_rate": self.standard_rate,
            "units": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def to_frame(self) -> Any:
        """One row a hospital, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        numbers = ("cases", "deaths", "expected_rate", "rate", "lower", "upper")
        columns: dict[str, list[Any]] = {"unit": list(self.units)}
        columns |= {name: or_none(getattr(self, name)) for name in numbers}
        return columns | {"flag": list(self.flag)}


def risk_adjusted_rates(
    data: Any,
    *,
    unit: Any,
    cases: Any,
    deaths: Any,
    expected_rate: Any,
    standard: str | int | None = None,
    level: float = 0.95,
) -> RiskAdjusted:
    """Risk-adjusted mortality of one procedure and period, as New York State publishes it.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there. One row a hospital.
    unit, cases, deaths : the hospital, its operations and its deaths.
    expected_rate : array of float, shape (n_rows,)
        The mortality expected of its patients, in %.
    standard : str or int, optional
        The row that is the whole state ("0", also where it is written "0000"): its observed rate
        is what hospitals are compared with. Without one, it is that of all rows together.
    level : float

    Returns
    -------
    RiskAdjusted
        In %, at full precision. A limit above 100 is shown as 100. NaN where a hospital has no
        case or none is expected to die; the row of the state has no interval and no flag.

    Raises
    ------
    BadInput
        Where a column or cell cannot be used, a hospital appears twice, or the state's row is
        missing.

    Notes
    -----
    O deaths of E = cases x expected rate / 100; the rate is O / E x the state's observed rate, the
    limits Byar's approximation of O scaled alike (at any O: never the exact form). A hospital is
    flagged where its interval excludes the state's rate.

    Source
    ------
    New York State Department of Health, Adult Cardiac Surgery / PCI in New York State, appendix
    on the calculation of risk-adjusted rates; Breslow & Day 1987, p 69.
    """
    units, sums = _hospitals(data, unit, cases, deaths, expected_rate)
    itself = _rows_of(units, standard)
    of_all = _standard_rate(sums, itself if standard is not None else ~itself)
    expected = sums["cases"] * sums["expected_rate"] / 100
    found = byar(sums["deaths"], expected, level=level, exact_below=0)
    rate, lower, upper = (
        np.minimum(ratio * of_all, 100.0) for ratio in (found.value, found.lower, found.upper)
    )
    lower, upper = (np.where(itself, np.nan, limit) for limit in (lower, upper))
    return RiskAdjusted(
        units=units,
        cases=sums["cases"],
        deaths=sums["deaths"],
        expected_rate=sums["expected_rate"],
        rate=rate,
        lower=lower,
        upper=upper,
        flag=[
            HIGHER if high else LOWER if low else None
            for high, low in zip(lower > of_all, upper < of_all, strict=True)
        ],
        standard_rate=of_all,
        given=data,
    )


def _hospitals(
    data: Any, unit: Any, cases: Any, deaths: Any, expected_rate: Any
) -> tuple[list[str], dict[str, Floats]]:
    asked = {"cases": cases, "deaths": deaths, "expected_rate": expected_rate}
    units, index, rows = numbers_by_unit(data, unit, asked)
    for role, column in rows.items():
        refuse_rows(column < 0, column_name(asked[role], role), "is negative; it cannot be")
    more = rows["deaths"] > rows["cases"]
    refuse_rows(more, column_name(deaths, "deaths"), "is more than the cases")
    if len(units) < len(index):
        again = int(np.flatnonzero(np.bincount(index) > 1)[0])
        raise BadInput(
            f"{units[again]!r} appears more than once; give one procedure and one period at a time."
        )
    return units, added_up(index, len(units), rows)


def _rows_of(units: list[str], standard: str | int | None) -> Booleans:
    """Which row is the whole state: by its name, or by its number ("0" is "0000")."""
    if standard is None:
        return np.zeros(len(units), dtype=bool)
    name = str(standard)
    chosen = np.array([unit == name for unit in units])
    if not chosen.any() and name.isdecimal():
        chosen = np.array([unit.isdecimal() and int(unit) == int(name) for unit in units])
    if not chosen.any():
        raise BadInput(f"there is no row {name!r} for the whole state; name the one it has.")
    return chosen


def _standard_rate(sums: dict[str, Floats], chosen: Booleans) -> float:
    """The observed rate of the whole, in %."""
    cases = float(np.nansum(sums["cases"][chosen]))
    if not cases > 0:
        raise BadInput("there are no cases to compare with; check the row of the whole state.")
    return 100 * float(np.nansum(sums["deaths"][chosen])) / cases
