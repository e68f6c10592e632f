"""How probable the event was for each case: a logistic model of a few covariates. Pure.

It stands in for a case-mix model of the measure until one is in force: then cases bring the risks
that it gave them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinmeasures.errors import BadInput

COVARIATES = ("age_band", "admission_method", "specialty")  # of them, those that a record has
FEWEST_EVENTS = 20  # below these nothing can be expected of anybody
FEWEST_OF_A_LEVEL = 10  # events; rarer levels are taken together
OTHER = "other"
BASELINE = timedelta(days=731)  # two years from the first case
SHORT = timedelta(days=365)  # a shorter baseline is worked out again as months come in
AGAIN_AFTER = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A text a case, each different one kept once. `codes` has shape (n_cases,)."""

    codes: NDArray[np.int64]
    names: tuple[str, ...]  # by code

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, places: Any) -> "Coded":
        return Coded(codes=self.codes[places], names=self.names)


Levels = Mapping[str, Coded]  # covariate → each case's level


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Coefficients on the log-odds scale; a level that is not named has none of its own."""

    intercept: float
    levels: Mapping[str, Mapping[str, float]]  # covariate → level → coefficient

    def as_json(self) -> dict[str, Any]:
        return {"intercept": self.intercept, "levels": {k: dict(v) for k, v in self.levels.items()}}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Terms":
        return cls(intercept=given["intercept"], levels=given["levels"])


@dataclass(frozen=True, kw_only=True)
class Fitted:
    terms: Terms
    auc: float | None


def baseline_end(first: date, last: date) -> date:
    """The last day of the cases that expected risks are worked out from."""
    return min(last, first + BASELINE)


def is_due_again(first: date, last: date, mature_to: date) -> bool:
    """Whether a model of a short baseline is worked out again, now that more cases are mature."""
    return last - first < SHORT and mature_to - last >= AGAIN_AFTER


def fitted(levels: Levels, events: NDArray[np.bool_]) -> Fitted:
    """A logistic model of these covariates; the last ones are left out where it has no estimate."""
    names = list(levels)
    while names:
        try:
            return logistic({name: levels[name] for name in names}, events)
        except BadInput:  # separated, collinear or constant: these cases cannot tell
            names.pop()
    rate = float(events.mean())
    return Fitted(terms=Terms(intercept=float(np.log(rate / (1 - rate))), levels={}), auc=None)


def logistic(levels: Levels, events: NDArray[np.bool_]) -> Fitted:
    from clinmeasures.casemix import casemix  # slow: SciPy

    merged = {name: grouped(values, events) for name, values in levels.items()}
    names = list(merged)
    found = casemix(
        cells_of(merged, events),
        outcome="event",
        covariates=names,
        categorical=names,
        weights="count",
        family="binomial",
    )
    estimates = {one.term: one.estimate for one in found.coefficients}
    terms = Terms(
        intercept=estimates["(Intercept)"],
        levels={name: of_levels(name, merged[name], estimates) for name in names},
    )
    return Fitted(terms=terms, auc=found.discrimination.auc)


def cells_of(levels: Levels, events: NDArray[np.bool_]) -> dict[str, list[Any]]:
    """How many cases there are of each kind, with the event and without; as good as every case."""
    rows = np.array([*(one.codes for one in levels.values()), events.astype(np.int64)])
    cells, counts = np.unique(rows, axis=1, return_counts=True)
    data: dict[str, list[Any]] = {
        name: [one.names[code] for code in row.tolist()]
        for (name, one), row in zip(levels.items(), cells, strict=False)
    }
    return data | {"event": cells[-1].astype(float).tolist(), "count": counts.tolist()}


def of_levels(name: str, values: Coded, estimates: Mapping[str, float]) -> dict[str, float]:
    """Each level's coefficient; the first in order has 0, as the others are set against it."""
    used = sorted({values.names[code] for code in np.unique(values.codes).tolist()})
    return {level: estimates.get(f"{name}{level}", 0.0) for level in used}


def grouped(values: Coded, events: NDArray[np.bool_]) -> Coded:
    """Levels as they are, those with too few events taken together."""
    counts = np.bincount(values.codes[events], minlength=len(values.names))
    other = len(values.names)
    kept = np.where(counts >= FEWEST_OF_A_LEVEL, np.arange(other), other)
    return Coded(codes=kept[values.codes], names=(*values.names, OTHER))


def risks(terms: Terms, levels: Levels, cases: int) -> NDArray[np.float64]:
    """Each case's probability of the event, strictly between 0 and 1."""
    logit = np.full(cases, terms.intercept)
    for name, coefficients in terms.levels.items():
        usual = coefficients.get(OTHER, 0.0)
        each = np.array([coefficients.get(one, usual) for one in levels[name].names])
        logit += each[levels[name].codes]
    return np.clip(1 / (1 + np.exp(-logit)), 1e-6, 1 - 1e-6)


def words_of(names: Sequence[str]) -> str:
    """age band, admission method and specialty"""
    said = [name.replace("_", " ") for name in names]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)
