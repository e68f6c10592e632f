"""How much of the difference between units' figures is the units, and how much chance.

Reliability is not validity: a reliable figure tells units apart again and again, whether by the
quality of care or by patients, coding and attribution.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers, like, or_none
from clinmeasures.reliability.betabinomial import beta_binomial
from clinmeasures.reliability.variance import BetweenVariance, between_variance
from clinmeasures.units import added_up, column_name, numbers_by_unit, refuse_rows

KINDS = ("proportion", "ratio", "mean")
THRESHOLD = 0.7
MIN_UNITS = 10
MOST_CASES = 2_000_000  # the likelihood adds up over each case of the largest unit


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Of each unit, in order of first appearance. Arrays (n_units,); NaN cannot be estimated."""

    kind: str
    between: float | None  # variance between units, on the scale of the figure
    within: float | None  # variance of one case
    units: list[str]
    n: Floats  # cases; the expected count of a ratio
    reliability: Floats
    lower: Floats
    upper: Floats
    cases_needed: float | None  # for the threshold; the same for every unit
    threshold: float
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures reliability`: what cannot be estimated is None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {
            "between": self.between,
            "units": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def to_frame(self) -> Any:
        """One row a unit, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {"unit": list(self.units)}
        names = ("n", "reliability", "lower", "upper")
        columns |= {name: or_none(getattr(self, name)) for name in names}
        return columns | {"cases_needed": [self.cases_needed] * len(self.units)}


@dataclass(frozen=True)
class _Parts:
    """Variance between units, of one case within them, and their ratio with its interval."""

    between: float
    within: float
    ratio: float
    lower: float
    upper: float


def reliability(
    data: Any,
    *,
    unit: Any,
    numerator: Any = None,
    denominator: Any = None,
    value: Any = None,
    kind: str = "proportion",
    threshold: float = THRESHOLD,
    level: float = 0.95,
    min_units: int = MIN_UNITS,
) -> Reliability:
    """The reliability of each unit's figure: between / (between + within / n).

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the others as column names; or None with arrays there. Rows of one unit are added up.
    unit : the unit of each row.
    numerator, denominator : for a proportion events and cases; for a ratio observed and expected
        events, so that the difference of case mix is taken out before.
    value : for a mean, one value a row.
    kind : {"proportion", "ratio", "mean"}
        Proportions by the beta-binomial (maximum likelihood, interval by profile likelihood);
        ratios and means by variance components (Paule and Mandel, interval by Q-profile).
    threshold : float
        The reliability that `cases_needed` is for.
    level : float
        Of the interval, which comes from that of the variance between units.
    min_units : int
        With fewer units that have cases, nothing is estimated and every number is None.

    Returns
    -------
    Reliability
        `cases_needed` is None where units do not differ at all: then no number is enough.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.

    Notes
    -----
    `within` is the average unit's variance of one case, so that reliability depends on volume
    alone. Taken from each unit's own rate p(1 - p), a unit with no event would seem perfectly
    reliable.

    Source
    ------
    Adams, Mehrotra, Thomas & McGlynn 2010, 10.1056/NEJMsa0906323; Adams 2009, RAND TR-653.
    """
    _refuse_options(kind, threshold, level)
    asked = {"value": value}
    if kind != "mean":
        asked = {"numerator": numerator, "denominator": denominator}
    units, index, rows = numbers_by_unit(data, unit, asked)
    names = {role: column_name(given, role) for role, given in asked.items()}
    if kind == "mean":
        size, parts = _of_means(index, len(units), rows["value"], level, min_units)
    else:
        for role, column in rows.items():
            refuse_rows(column < 0, names[role], "is negative; it cannot be")
        sums = added_up(index, len(units), rows)
        size = sums["denominator"]
        if kind == "ratio":
            parts = _of_ratios(sums, level, min_units)
        else:
            _refuse_impossible(rows, names)
            parts = _of_proportions(sums, level, min_units)
    return _found(kind, units, size, parts, threshold, data)


def _found(
    kind: str, units: list[str], size: Floats, parts: _Parts | None, *rest: Any
) -> Reliability:
    threshold, data = rest
    reached = [np.full(len(units), np.nan)] * 3
    if parts is not None:
        reached = [_share(ratio, size) for ratio in (parts.ratio, parts.lower, parts.upper)]
    return Reliability(
        kind=kind,
        between=None if parts is None else parts.between,
        within=None if parts is None else parts.within,
        units=units,
        n=size,
        reliability=reached[0],
        lower=reached[1],
        upper=reached[2],
        cases_needed=None if parts is None else _needed(parts.ratio, threshold, kind),
        threshold=threshold,
        given=data,
    )


def _share(ratio: float, size: Floats) -> Floats:
    """Between / (between + within / n) from between / within; NaN where n is missing."""
    if math.isinf(ratio):
        return np.where(np.isnan(size), np.nan, (size > 0) * 1.0)
    return ratio * size / (1 + ratio * size)


def _needed(ratio: float, threshold: float, kind: str) -> float | None:
    """Cases for the threshold, whole where cases are counted."""
    if ratio == 0:
        return None
    cases = threshold / (1 - threshold) / ratio
    return cases if kind == "ratio" else float(max(1, math.ceil(cases - 1e-9)))


def _of_proportions(sums: dict[str, Floats], level: float, min_units: int) -> _Parts | None:
    known = sums["denominator"] > 0
    events, cases = sums["numerator"][known], sums["denominator"][known]
    if len(cases) < max(min_units, 2) or not 0 < events.sum() < cases.sum() or cases.max() < 2:
        return None
    if cases.max() > MOST_CASES:
        raise BadInput(
            f"a unit has more than {MOST_CASES:,} cases; shorten the period, for with so many "
            "reliability is not in question."
        )
    found = beta_binomial(events, cases, level=level)
    return _Parts(
        between=found.between,
        within=max(0.0, found.rate * (1 - found.rate) - found.between),
        ratio=found.theta,
        lower=found.lower,
        upper=found.upper,
    )


def _components(found: BetweenVariance, within: float) -> _Parts:
    return _Parts(
        between=found.tau2,
        within=within,
        ratio=found.tau2 / within,
        lower=found.lower / within,
        upper=found.upper / within,
    )


def _of_ratios(sums: dict[str, Floats], level: float, min_units: int) -> _Parts | None:
    """The variance of observed / expected about its mean; that of chance is mean / expected."""
    known = sums["denominator"] > 0
    observed, expected = sums["numerator"][known], sums["denominator"][known]
    if len(expected) < max(min_units, 2) or not observed.sum() > 0:
        return None
    overall = float(observed.sum() / expected.sum())
    found = between_variance(observed / expected, overall / expected, method="PM", level=level)
    return _components(found, overall)


def _of_means(
    index: Integers, groups: int, values: Floats, level: float, min_units: int
) -> tuple[Floats, _Parts | None]:
    """One-way: the pooled variance within units, and Paule and Mandel's between their means."""
    there = np.isfinite(values)
    size = np.bincount(index, weights=there, minlength=groups).astype(float)
    filled = np.where(there, values, 0.0)
    mean = np.bincount(index, weights=filled, minlength=groups) / np.maximum(size, 1)
    gaps = np.where(there, values - mean[index], 0.0)
    known, freedom = size > 0, float(size.sum() - (size > 0).sum())
    within = float((gaps**2).sum() / freedom) if freedom > 0 else 0.0
    if known.sum() < max(min_units, 2) or not within > 0:
        return size, None
    found = between_variance(mean[known], within / size[known], method="PM", level=level)
    return size, _components(found, within)


def _refuse_options(kind: str, threshold: float, level: float) -> None:
    if kind not in KINDS:
        raise BadInput(f"there is no kind {kind!r}; use one of {', '.join(KINDS)}.")
    if not 0 < threshold < 1:
        raise BadInput(f"the threshold {threshold} is not between 0 and 1; 0.7 is usual.")
    if not 0 < level < 1:
        raise BadInput(f"the level {level} is not between 0 and 1; 0.95 is usual.")


def _refuse_impossible(rows: dict[str, Floats], names: dict[str, str]) -> None:
    top, bottom = rows["numerator"], rows["denominator"]
    refuse_rows(top > bottom, names["numerator"], f"is more than {names['denominator']!r}")
    for role, column in rows.items():
        part = np.isfinite(column) & (column != np.floor(column))
        refuse_rows(part, names[role], "is not a whole number; a proportion counts cases")
