"""Risks of records by a frozen model, and units' observed events beside the sum of their risks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.casemix.families import Family
from clinmeasures.categories import BLANK, encoded
from clinmeasures.covariates import covariate_numbers
from clinmeasures.errors import BadInput
from clinmeasures.frames import (
    Booleans,
    Floats,
    Integers,
    as_groups,
    as_numbers,
    cells,
    label_of,
    like,
    or_none,
)
from clinmeasures.standardisation import IndirectRatios, standardise
from clinmeasures.units import refuse_rows

NANO = 1_000_000_000
MIN_UNITS = 10  # below which the variance between units is not estimated


@dataclass(frozen=True)
class ScoredColumns:
    """A model's terms in the rows of a table."""

    rows: int
    terms: dict[str, Floats]  # 0 where a row has no such value
    known: Booleans  # rows that have every covariate
    gaps: dict[str, int]  # what is missing or strange → in how many rows


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Each record's risk, in the order of the rows; NaN where a covariate is missing."""

    model: str
    digest: str
    family: Family
    risk: Floats
    gaps: dict[str, int]
    given: Any = field(default=None, repr=False)

    @property
    def nano(self) -> list[int | None]:
        """Risks as whole billionths, so that sums do not depend on their order."""
        return [round(risk * NANO) if np.isfinite(risk) else None for risk in self.risk.tolist()]

    def notes(self) -> list[str]:
        """What became of records without a risk, in words."""
        without = int(np.isnan(self.risk).sum())
        if not without:
            return []
        why = "; ".join(f"{what} in {count}" for what, count in self.gaps.items())
        return [
            f"{without} of {len(self.risk)} records have no risk by {self.model}, so they count "
            f"neither as observed nor as expected: {why}."
        ]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures score`: a missing risk is None."""
        return {
            "model": self.model,
            "digest": self.digest,
            "risks": or_none(self.risk),
            "billionths": self.nano,
        }

    def to_frame(self) -> Any:
        """One row a record, as the kind of frame that came in (Arrow where arrays did)."""
        return like({"risk": or_none(self.risk), "billionths": self.nano}, self.given)


@dataclass(frozen=True, kw_only=True)
class ObservedExpected:
    """Units' observed over expected, the raw ratio beside the shrunken one. Arrays (n_units,)."""

    ratios: IndirectRatios
    shrunken: Floats  # NaN where the variance between units is not known, or no event was seen
    tau2: float | None
    tau2_from: str  # "these 14 units", the pool's name, or why it cannot be estimated

    def to_dict(self) -> dict[str, Any]:
        """Units as `clinmeasures standardise` gives them, with the shrunken ratio."""
        rows = self.ratios.to_dict()["units"]
        for row, ratio in zip(rows, or_none(self.shrunken), strict=True):
            row["shrunken"] = ratio
        return {"tau2": self.tau2, "tau2_from": self.tau2_from, "units": rows}


def columns_scored(data: Any, levels: Mapping[str, Sequence[str]]) -> ScoredColumns:
    """The model's covariates, coded as it codes them."""
    terms: dict[str, Floats] = {}
    gaps: dict[str, int] = {}
    known: Booleans = np.ones(len(cells(data, next(iter(levels)))), dtype=bool)
    for name, fitted in levels.items():
        if not fitted:
            values = covariate_numbers(cells(data, name), column=name)
            there = np.isfinite(values)
            terms[name] = np.where(there, values, 0.0)
            _count(gaps, f"{name!r} is blank", ~there)
        else:
            place = _places(data, name, fitted, gaps)
            there = place >= 0
            terms |= {f"{name}{fitted[i]}": (place == i) * 1.0 for i in range(1, len(fitted))}
        known &= there
    return ScoredColumns(len(known), terms, known, gaps)


def _places(data: Any, name: str, fitted: Sequence[str], gaps: dict[str, int]) -> Integers:
    """Which of the model's levels each row has; -1 for none of them."""
    values, index = encoded(data, name, name=name)
    labels = [label_of(value) for value in values]
    place = {level: i for i, level in enumerate(fitted)}
    of_value = np.array([*(place.get(label, BLANK) for label in labels), BLANK])
    for i, label in enumerate(labels):
        if label and label not in place:
            _count(gaps, f"{name!r} is {label!r}, which the model does not know,", index == i)
    blank = np.array([not label for label in labels] + [True])
    _count(gaps, f"{name!r} is blank", blank[index])
    return of_value[index].astype(np.int64)


def _count(gaps: dict[str, int], what: str, rows: Booleans) -> None:
    if rows.any():
        gaps[what] = int(rows.sum())


def observed_expected(
    scored: Scored,
    data: Any,
    *,
    unit: str,
    outcome: str,
    pool: str | None = None,
    pool_tau2: float | None = None,
    method: str = "byar",
    level: float = 0.95,
    min_units: int = MIN_UNITS,
) -> ObservedExpected:
    """Units' observed events over the sum of their records' risks, with intervals.

    Parameters
    ----------
    scored : Scored
        Of the same rows.
    data : data frame that Narwhals reads, or mapping of columns
    unit, outcome : str
        Columns. Records without a risk or outcome count towards neither side.
    pool, pool_tau2 : str and float, optional
        The name and the variance between units (of ln O/E) of a larger pool, where there are
        fewer units than `min_units`.
    method, level : as for `standardise`.

    Raises
    ------
    BadInput
        Where a column or cell cannot be used, or a pool lacks its name or its variance.
    """
    if (pool is None) != (pool_tau2 is None):
        raise BadInput("give a pool its name and its variance between units, both or neither.")
    events = as_numbers(cells(data, outcome), column=outcome)
    wrong, why = scored.family.why_not(events)
    refuse_rows(wrong & np.isfinite(events), outcome, why)
    names, index = as_groups(cells(data, unit), column=unit)
    counted = np.isfinite(scored.risk) & np.isfinite(events)
    there = np.bincount(index[counted], minlength=len(names)) > 0
    billionths = np.zeros(len(names), dtype=np.int64)
    np.add.at(billionths, index[counted], np.rint(scored.risk[counted] * NANO).astype(np.int64))
    observed = np.bincount(index[counted], weights=events[counted], minlength=len(names))
    ratios = standardise(
        None,
        unit=names,
        observed=np.where(there, observed, np.nan),
        expected=np.where(there, billionths / NANO, np.nan),
        method=method,
        level=level,
    )
    assert isinstance(ratios, IndirectRatios)
    tau2, origin, shrunken = _between(ratios, pool, pool_tau2, min_units)
    return ObservedExpected(ratios=ratios, shrunken=shrunken, tau2=tau2, tau2_from=origin)


def _between(
    ratios: IndirectRatios, pool: str | None, pool_tau2: float | None, min_units: int
) -> tuple[float | None, str, Floats]:
    """The variance between units, where it comes from, and the ratios that it shrinks."""
    from clinmeasures.reliability import heterogeneity

    seen = int(((ratios.observed > 0) & (ratios.expected > 0)).sum())
    if seen < (2 if pool else max(min_units, 2)):
        of = f"{seen} of {len(ratios.units)} units have an event"
        why = f"cannot be estimated: {of}, and {min_units} are needed"
        return None, why, np.full(len(ratios.units), np.nan)
    found = heterogeneity(
        None,
        unit=ratios.units,
        observed=ratios.observed,
        expected=ratios.expected,
        tau2=pool_tau2,
        min_units=min_units,
    )
    return found.tau2, pool or f"these {seen} units", np.exp(found.shrunken)
