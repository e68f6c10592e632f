"""England's hospital mortality indicator (SHMI), from observed and expected deaths."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers, like, or_none
from clinmeasures.funnels import Funnel, chance_limits, funnel

HIGHER, AS_EXPECTED, LOWER = 1, 2, 3  # as published
UNKNOWN = 0
POISSON_LEVEL = 0.998
BANDING_LEVEL = 95.0
TRIMMED = 0.1


@dataclass(frozen=True, kw_only=True)
class Shmi:
    """Each trust's SHMI with its two pairs of limits and its band. Arrays (n_trusts,)."""

    units: list[str]
    observed: Floats
    expected: Floats
    value: Floats
    poisson_lower: Floats  # 99.8%
    poisson_upper: Floats
    overdispersed_lower: Floats  # 95%
    overdispersed_upper: Floats
    banding: Integers  # 1 higher than expected, 2 as expected, 3 lower; 0 where there is no value
    phi: float | None
    tau2: float | None
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """One row a trust, and what the over-dispersed limits rest on."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {
            "phi": self.phi,
            "tau2": self.tau2,
            "units": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def to_frame(self) -> Any:
        """One row a trust, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        numbers = (
            "observed",
            "expected",
            "value",
            "poisson_lower",
            "poisson_upper",
            "overdispersed_lower",
            "overdispersed_upper",
        )
        columns: dict[str, list[Any]] = {"unit": list(self.units)}
        columns |= {name: or_none(getattr(self, name)) for name in numbers}
        columns["banding"] = [band or None for band in self.banding.tolist()]
        return columns


def shmi(
    data: Any,
    *,
    unit: Any,
    observed: Any,
    expected: Any,
    leave_out: Collection[str] = (),
) -> Shmi:
    """The SHMI of each trust, its limits and its band, as NHS England publishes them.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        One release: with `unit`, `observed` and `expected` as column names; or None with arrays.
    unit, observed, expected
        The trust, its deaths, and the deaths expected of it. Rows of one trust are added up.
    leave_out : collection of str
        Trusts that get a value and limits, but do not count towards the over-dispersion.

    Returns
    -------
    Shmi
        Full precision; the publication rounds to four decimals. Trusts without expected deaths
        have no value.

    Raises
    ------
    BadInput
        Where a column or cell cannot be used, and with fewer than ten trusts: then there is no
        over-dispersion to estimate and so no band.

    Notes
    -----
    z = sqrt(E) ln(O/E). The z of rank r of n is left out where floor(10 r / (n + 1)) is 0 or 9.
    Of the m kept: phi = mean z^2, tau^2 = max(0, (m phi - (m - 1)) / (sum E - sum E^2 / sum E)).
    Band by exp(+-1.96 sqrt(1/E + tau^2)); Poisson limits at 99.8% by chi-squared quantiles.

    Source
    ------
    NHS England (NHS Digital), Summary Hospital-level Mortality Indicator: methodology and
    specification; Spiegelhalter 2005, 10.1002/sim.1970.
    """
    everyone = _funnel(data, unit, observed, expected)
    base = everyone if not leave_out else _without(everyone, frozenset(leave_out))
    if base.phi is None:
        raise BadInput("fewer than ten trusts have deaths expected; their bands need at least ten.")
    size = everyone.denominator
    poisson = chance_limits("SR", size, 1.0, POISSON_LEVEL, "exact")
    lower, upper = base.limits_at(size, BANDING_LEVEL)
    value = everyone.rate
    band = np.where(value > upper, HIGHER, np.where(value < lower, LOWER, AS_EXPECTED))
    return Shmi(
        units=everyone.units,
        observed=everyone.numerator,
        expected=size,
        value=value,
        poisson_lower=poisson[0],
        poisson_upper=poisson[1],
        overdispersed_lower=lower,
        overdispersed_upper=upper,
        banding=np.where(np.isfinite(value), band, UNKNOWN).astype(np.int64),
        phi=base.phi,
        tau2=base.tau2,
        given=data,
    )


def _funnel(data: Any, unit: Any, observed: Any, expected: Any) -> Funnel:
    return funnel(
        data,
        type="SR",
        unit=unit,
        numerator=observed,
        denominator=expected,
        overdispersion="additive",
        transform="log",
        trim="truncate",
        trim_at=TRIMMED,
    )


def _without(everyone: Funnel, left_out: frozenset[str]) -> Funnel:
    unknown = left_out - set(everyone.units)
    if unknown:
        raise BadInput(f"there is no trust {sorted(unknown)[0]!r} to leave out; check its code.")
    kept = [i for i, name in enumerate(everyone.units) if name not in left_out]
    return _funnel(
        None,
        [everyone.units[i] for i in kept],
        everyone.numerator[kept],
        everyone.denominator[kept],
    )
