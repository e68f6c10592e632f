"""What random effects of every family share."""

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.refusals import NotEstimable
from clinmeasures.providers.result import Coefficient
from clinmeasures.providers.rows import Rows


def refuse_one_provider(rows: Rows) -> None:
    """Raise NotEstimable where there are not two or more to differ."""
    if rows.units < 2:
        raise NotEstimable(
            "there is one provider, so how far providers differ cannot be told; use fixed effects."
        )


def random_coefficients(
    rows: Rows, intercept: float, beta: Floats, covariance: Floats
) -> list[Coefficient]:
    """The intercept and the covariates in their own units, with standard errors.

    `covariance` is of the intercept and the coefficients of the centred, scaled covariates.
    """
    back = np.diag(np.concatenate([[1.0], 1 / rows.scale]))
    back[0, 1:] = -rows.centre / rows.scale
    estimate = back @ np.concatenate([[intercept], beta])
    error = np.sqrt(np.maximum(np.diag(back @ covariance @ back.T), 0.0))
    named = zip(["(Intercept)", *rows.terms], estimate.tolist(), error.tolist(), strict=True)
    return [Coefficient(term=term, estimate=value, se=se) for term, value, se in named]
