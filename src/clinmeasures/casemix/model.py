"""A case-mix model: the outcome each patient is expected to have, and how far to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.casemix.design import Design, designed
from clinmeasures.casemix.families import FARTHEST, Family, NegativeBinomial, family_named
from clinmeasures.casemix.fitting import Fit, Rows, fit
from clinmeasures.casemix.judging import (
    Calibration,
    Discrimination,
    Ranked,
    brier,
    calibration,
    discrimination,
)
from clinmeasures.casemix.spread import model_errors, pearson, robust_errors
from clinmeasures.casemix.theta import fit_counts, with_theta
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, at_row, collected, like, or_none

ERRORS = ("model", "hc0")


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """One term of a fitted model, on the scale of its link; no error where none was computed."""

    term: str
    estimate: float
    se: float | None


@dataclass(frozen=True, kw_only=True)
class CaseMix:
    """A fitted model, or given risks, judged on the rows."""

    family: str
    link: str
    coefficients: list[Coefficient]  # none where risks were given
    fitted: Floats  # (n_rows,) in the rows' order; NaN where a row had a gap
    discrimination: Discrimination
    brier: float | None
    deviance: float | None
    dispersion: float | None
    calibration: Calibration
    rows: int
    left_out: int  # rows with a gap
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures casemix`: missing numbers are None."""
        judged = self.calibration
        return {
            "coefficients": [dict(vars(one)) for one in self.coefficients],
            "fitted": or_none(self.fitted),
            "auc": self.discrimination.auc,
            "brier": self.brier,
            "deviance": self.deviance,
            "dispersion": self.dispersion,
            "calibration": {
                "intercept": judged.intercept,
                "slope": judged.slope,
                "in_the_large": judged.in_the_large,
                "hosmer_lemeshow": judged.hosmer_lemeshow,
                "groups": [dict(vars(group)) for group in judged.groups],
            },
        }

    def to_frame(self) -> Any:
        """One row a coefficient, as the kind of frame that came in (Arrow where arrays did)."""
        columns: dict[str, Sequence[Any]] = {
            "term": [one.term for one in self.coefficients],
            "estimate": [one.estimate for one in self.coefficients],
            "se": [one.se for one in self.coefficients],
        }
        return like(columns, self.given)


def casemix(
    data: Any,
    *,
    outcome: Any,
    covariates: Sequence[str] = (),
    categorical: Sequence[str] = (),
    offset: Any = None,
    weights: Any = None,
    cluster: Any = None,
    se: str = "model",
    predicted: Any = None,
    family: str,
    link: str | None = None,
) -> CaseMix:
    """Fit a case-mix model and judge its risks, or judge given risks.

    Parameters
    ----------
    data : data frame that Narwhals reads, or mapping of columns
        One row a case. Rows with a gap in any column used are left out and counted.
    outcome : str
    covariates : sequence of str
        Numbers, unless also in `categorical`.
    categorical : sequence of str
        One coefficient a level but the first in order.
    offset : str, optional
        On the link's scale; for counts, the log of the time at risk.
    weights : str, optional
        How much a row counts.
    cluster : str, optional
        Standard errors that allow for likeness within it (HC0 x clusters / (clusters - 1)).
    se : {"model", "hc0"}
        Whether standard errors rest on the family's variance.
    predicted : str, optional
        Judge these risks (or means); nothing is fitted.
    family : {"binomial", "poisson", "negbinomial", "gaussian", "gamma"}
    link : {"logit", "probit", "log", "identity"}, optional
        By default logit, log (poisson, negbinomial, gamma), identity.

    Returns
    -------
    CaseMix
        auc and brier only for binomial; dispersion is Pearson's chi-squared over its degrees of
        freedom, theta for negbinomial.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used; Separated, Collinear or Constant (all
        BadInput) where a coefficient has no estimate.

    Source
    ------
    McCullagh & Nelder 1989; Steyerberg 2019, Clinical Prediction Models, chapter 15.

    >>> found = casemix({"died": [0, 1, 0, 1], "age": [50, 60, 70, 80]}, outcome="died",
    ...                 covariates=["age"], family="binomial")
    >>> [one.term for one in found.coefficients]
    ['(Intercept)', 'age']
    """
    kind = family_named(family, link)
    _refuse_options(se, predicted, [*covariates, *categorical], [offset, cluster])
    data = collected(data)
    design = designed(
        data,
        outcome=outcome,
        covariates=covariates,
        categorical=categorical,
        offset=offset,
        weights=weights,
        cluster=cluster,
        predicted=predicted,
    )
    _refuse_outcomes(design, kind, str(outcome))
    if design.predicted is not None:
        return _judged(data, design, kind, design.predicted, str(predicted))
    _refuse_too_few(design.rows, kind, str(outcome))
    _refuse_offsets(design.rows, kind, str(offset))
    return _modelled(data, design, kind, se)


def _fitted(rows: Rows, kind: Family) -> tuple[Fit, Family]:
    if isinstance(kind, NegativeBinomial):
        return fit_counts(rows, kind)
    return fit(rows, kind), kind


def _modelled(data: Any, design: Design, kind: Family, se: str) -> CaseMix:
    rows = design.rows
    found, kind = _fitted(rows, kind)
    free = int((rows.weights > 0).sum()) - len(found.coefficients)
    dispersion = pearson(rows.outcome, found.mean, rows.weights, kind) / free
    if design.cluster is None and se == "model":
        errors = model_errors(found, kind, dispersion)
    else:
        errors = robust_errors(found, rows, kind, design.cluster)
    terms = ["(Intercept)", *rows.names]
    estimates = zip(terms, found.coefficients.tolist(), or_none(errors), strict=True)
    return _result(
        data,
        design,
        kind,
        found.mean,
        coefficients=[Coefficient(term=t, estimate=e, se=error) for t, e, error in estimates],
        dispersion=kind.theta if isinstance(kind, NegativeBinomial) else dispersion,
    )


def _judged(data: Any, design: Design, kind: Family, mean: Floats, name: str) -> CaseMix:
    """Given risks: no coefficient was estimated from these rows, so every row is free."""
    rows = design.rows
    if kind.name == "binomial":
        _refuse_rows(design, (mean < 0) | (mean > 1), name, "is not a risk between 0 and 1")
    elif kind.name != "gaussian":
        _refuse_rows(design, mean <= 0, name, "is not above 0, as an expected value must be")
    if isinstance(kind, NegativeBinomial):
        kind = with_theta(rows, mean, kind)
        return _result(data, design, kind, mean, coefficients=[], dispersion=kind.theta)
    with np.errstate(all="ignore"):
        spread = pearson(rows.outcome, mean, rows.weights, kind)
    dispersion = spread / (rows.weights > 0).sum()
    return _result(data, design, kind, mean, coefficients=[], dispersion=dispersion)


def _result(
    data: Any,
    design: Design,
    kind: Family,
    mean: Floats,
    *,
    coefficients: list[Coefficient],
    dispersion: float,
) -> CaseMix:
    rows, binary = design.rows, kind.name == "binomial"
    fitted = np.full(len(design.complete), np.nan)
    fitted[design.complete] = mean
    with np.errstate(all="ignore"):
        deviance = float(rows.weights @ kind.deviances(rows.outcome, mean))
    ranked = Ranked.of(rows.outcome, mean, rows.weights)
    return CaseMix(
        family=kind.name,
        link=kind.link.name,
        coefficients=coefficients,
        fitted=fitted,
        discrimination=discrimination(ranked) if binary else Discrimination(auc=None),
        brier=brier(rows.outcome, mean, rows.weights) if binary else None,
        deviance=_finite(deviance),
        dispersion=_finite(dispersion),
        calibration=calibration(ranked, kind),
        rows=len(design.complete),
        left_out=int((~design.complete).sum()),
        given=data,
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _refuse_options(se: str, predicted: Any, covariates: Sequence[str], more: list[Any]) -> None:
    if se not in ERRORS:
        raise BadInput(f"there are no standard errors {se!r}; use {' or '.join(ERRORS)}.")
    if predicted is None and not covariates:
        raise BadInput("name the covariates to fit, or the column of risks to judge.")
    if predicted is not None and (covariates or any(given is not None for given in more)):
        raise BadInput(
            "risks are given, so nothing is fitted; leave out covariates, offset and cluster."
        )


def _refuse_outcomes(design: Design, kind: Family, name: str) -> None:
    wrong, why = kind.why_not(design.rows.outcome)
    _refuse_rows(design, wrong, name, why)


def _refuse_offsets(rows: Rows, kind: Family, name: str) -> None:
    apart = float(np.ptp(rows.offset))
    if kind.link.name == "log" and apart > FARTHEST:
        raise BadInput(
            f"the offsets in column {name!r} lie {apart:g} apart, and the log link raises e to "
            "them; give the logarithm of the time at risk, not the time itself."
        )


def _refuse_rows(design: Design, wrong: Booleans, column: str, why: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(design.complete)[np.flatnonzero(wrong)[0]])
        raise BadInput(f"{at_row(row)}, column {column!r} {why}; correct the row.")


def _refuse_too_few(rows: Rows, kind: Family, outcome: str) -> None:
    counted, terms = int((rows.weights > 0).sum()), len(rows.names) + 1
    if counted <= terms:
        raise BadInput(
            f"there are {counted} complete rows for {terms} coefficients; a model needs more rows "
            "than coefficients, and a trustworthy one at least ten events for each."
        )
    outcomes = rows.outcome[rows.weights > 0]
    least, most = outcomes.min(), outcomes.max()
    if least == most and (kind.name == "binomial" or (kind.name != "gaussian" and most == 0)):
        raise BadInput(
            f"column {outcome!r} is {most:.0f} in every complete row; there is nothing to tell "
            "apart."
        )
