"""A fitted model as the rest of a profile needs it, whatever its family and effects."""

from dataclasses import dataclass

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.fixed import FixedFit
from clinmeasures.providers.result import Coefficient
from clinmeasures.providers.rows import Rows


@dataclass(frozen=True, kw_only=True)
class Model:
    """Predictors are `linear` plus the provider's effect; effects are reported less `shift`."""

    family: str
    linear: Floats  # (n_rows,)
    effects: Floats  # (n_units,)
    se: Floats  # (n_units,)
    shift: float
    coefficients: list[Coefficient]
    between: float | None
    residual: float | None
    fit: FixedFit | None  # where effects are fixed


def of_fixed(rows: Rows, fit: FixedFit) -> Model:
    """Coefficients and effects in the covariates' own units."""
    per_unit = rows.centre / rows.scale
    inward = fit.slopes + per_unit[:, None]
    variance = 1 / fit.weights + ((fit.covariance @ inward) * inward).sum(axis=0)
    return Model(
        family=fit.family,
        linear=fit.beta @ rows.covariates,
        effects=fit.effects,
        se=np.sqrt(np.maximum(variance, 0.0)),
        shift=float(fit.beta @ per_unit),
        coefficients=coefficients(rows, fit.beta, np.sqrt(np.diag(fit.covariance))),
        between=None,
        residual=fit.residual,
        fit=fit,
    )


def coefficients(rows: Rows, beta: Floats, error: Floats) -> list[Coefficient]:
    """Per unit of each covariate as it was given."""
    own = zip(rows.terms, (beta / rows.scale).tolist(), (error / rows.scale).tolist(), strict=True)
    return [Coefficient(term=term, estimate=value, se=se) for term, value, se in own]
