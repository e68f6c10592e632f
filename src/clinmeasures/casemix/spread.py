"""How far coefficients could be off: by the model, whatever the variance, or by clusters."""

import numpy as np

from clinmeasures.casemix.families import Family
from clinmeasures.casemix.fitting import Fit, Rows
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers

BLOCK = 1 << 16  # rows at a time, so that scores never fill memory


def pearson(outcome: Floats, mean: Floats, weights: Floats, family: Family) -> float:
    """Pearson's chi-squared."""
    return float(weights @ ((outcome - mean) ** 2 / family.variance(mean)))


def model_errors(found: Fit, family: Family, dispersion: float) -> Floats:
    """Standard errors if the family's variance is right."""
    scale = dispersion if family.scaled else 1.0
    errors: Floats = np.sqrt(np.diag(found.inverse) * scale)
    return errors


def robust_errors(
    found: Fit, rows: Rows, family: Family, cluster: Integers | None = None
) -> Floats:
    """Standard errors that hold whatever the variance is; within clusters where these are given.

    HC0, times clusters / (clusters - 1) where there are clusters.

    Source
    ------
    White 1980, 10.2307/1912934; Liang & Zeger 1986, 10.1093/biomet/73.1.13; R's sandwich.
    """
    pull = rows.weights * family.pull(rows.outcome, found.predictor, found.mean)
    if cluster is None:
        meat, factor = _row_meat(rows.covariates, pull), 1.0
    else:
        clusters = int(cluster.max()) + 1
        if clusters < 2:
            raise BadInput("there is one cluster; errors between clusters need at least two.")
        every = [np.ones_like(pull), *rows.covariates]
        sums = np.array([np.bincount(cluster, pull * row) for row in every])
        meat, factor = sums @ sums.T, clusters / (clusters - 1)
    around = found.inverse @ meat @ found.inverse
    errors: Floats = np.sqrt(np.maximum(np.diag(around), 0) * factor)
    return errors


def _row_meat(covariates: Floats, pull: Floats) -> Floats:
    size = len(covariates) + 1
    meat = np.zeros((size, size))
    for first in range(0, len(pull), BLOCK):
        here = slice(first, first + BLOCK)
        scores = np.vstack([np.ones(len(pull[here])), covariates[:, here]]) * pull[here]
        meat += scores @ scores.T
    return meat
