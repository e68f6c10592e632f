"""Random effects of providers on binary outcomes and counts: Laplace or adaptive quadrature."""

from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.fixed import (
    adding_up,
    farthest_moves,
    inverse,
    refuse_collinear,
    separation,
)
from clinmeasures.providers.marginal import Marginal, nodes
from clinmeasures.providers.model import Model
from clinmeasures.providers.random import random_coefficients, refuse_one_provider
from clinmeasures.providers.refusals import NotEstimable
from clinmeasures.providers.rows import Block, Rows

FIRST_VARIANCE = 0.1
FEW_VARIANCE = 1e-3  # a start from some of the rows is no lower
LEAST_VARIANCE = 1e-12
NO_VARIANCE = 1e-9  # below it, the estimate is 0
ENOUGH_ROWS = 50_000  # of whole blocks that the first search uses
ENOUGH_UNITS = 200
NEARLY = 1e-3  # a gradient in standard errors; Newton's steps do the rest
SURELY = 1e-5
LAST_STEPS = 20
STILL_MOVING = 1.0  # a row's predictor, over the last steps
ENDLESS = 30.0  # a standard error of so many a standard deviation of its covariate
SMALL_STEP = 1e-3  # of the differences that give the information, in standard errors


class _Point(NamedTuple):
    intercept: float
    beta: Floats
    variance: float

    def array(self) -> Floats:
        """Intercept, slopes and variance in one row, as the steps take them."""
        return np.concatenate([[self.intercept], self.beta, [self.variance]])


def fit_mixed(rows: Rows, family: str, quadrature: int) -> Model:
    """Effects between providers are normal; coefficients and their variance at the most likely.

    Source
    ------
    Breslow & Clayton 1993, 10.1080/01621459.1993.10594284; Pinheiro & Bates 1995,
    10.1080/10618600.1995.10474663 (adaptive quadrature); Bates et al. 2015,
    10.18637/jss.v067.i01.
    """
    refuse_one_provider(rows)
    marginal = Marginal(rows, family, nodes(quadrature), rows.blocks)
    point = _start(rows, family)
    few = _some(rows)
    if len(few) < len(rows.blocks):
        near = _climbed(rows, Marginal(rows, family, nodes(1), few), point)
        point = near._replace(variance=max(near.variance, FEW_VARIANCE))
    point = _climbed(rows, marginal, point)
    point, covariance = _finished(rows, marginal, point)
    none = point.variance <= NO_VARIANCE
    linear = point.intercept + point.beta @ rows.covariates
    weight = adding_up(
        rows, family, point.beta, point.intercept + marginal.effects, rows.units
    ).weight
    return Model(
        family=family,
        linear=linear,
        effects=np.zeros(rows.units) if none else marginal.effects.copy(),
        se=np.zeros(rows.units) if none else 1 / np.sqrt(1 / point.variance + weight),
        shift=0.0,
        coefficients=random_coefficients(rows, point.intercept, point.beta, covariance),
        between=0.0 if none else point.variance,
        residual=None,
        fit=None,
    )


def _start(rows: Rows, family: str) -> _Point:
    events, cases = float(rows.outcome.sum()), float(len(rows.outcome))
    if events == 0 or (family == "binomial" and events == cases):
        raise NotEstimable(
            "every outcome is the same, so nothing can be told of the providers; check the column."
        )
    others = cases if family == "poisson" else cases - events
    return _Point(float(np.log(events / others)), np.zeros(len(rows.terms)), FIRST_VARIANCE)


def _some(rows: Rows) -> tuple[Block, ...]:
    """Blocks spread over the sizes of providers, for the first steps; all of them if few."""
    every = max(1, round(len(rows.outcome) / ENOUGH_ROWS))
    chosen = rows.blocks[every // 2 :: every]
    enough = sum(len(block.counts) for block in chosen) >= ENOUGH_UNITS
    return chosen if enough else rows.blocks


def _widths(rows: Rows, marginal: Marginal, point: _Point) -> Floats:
    """A matrix that turns steps in standard errors, roughly, into steps of the parameters."""
    last = rows.units
    at = adding_up(rows, marginal.family, point.beta, point.intercept + marginal.effects, last)
    mixed = np.vstack([at.weight, at.mixed])
    alone = np.empty((len(mixed), len(mixed)))
    alone[0] = alone[:, 0] = mixed.sum(axis=1)
    alone[1:, 1:] = at.beta_weight
    wide = 1 + point.variance * at.weight
    information = alone - (mixed * point.variance / wide) @ mixed.T
    refuse_collinear(rows, information[1:, 1:], alone[1:, 1:])
    steps = np.zeros((len(mixed) + 1, len(mixed) + 1))
    steps[:-1, :-1] = np.linalg.inv(np.linalg.cholesky(information)).T
    steps[-1, -1] = 1 / np.sqrt(0.5 * ((at.weight / wide) ** 2).sum())
    return steps


def _climbed(rows: Rows, marginal: Marginal, start: _Point) -> _Point:
    """Close to the most likely parameters, by quasi-Newton steps in standard errors."""
    from scipy.optimize import minimize

    first = marginal.at(*start)
    steps = _widths(rows, marginal, start)
    origin = start.array()

    def falling(moved: Floats) -> tuple[float, Floats]:
        """How far the likelihood lies below the start's, and its slope, for a minimiser."""
        value = marginal.at(*_point(origin + steps @ moved))
        return first.loglik - value.loglik, -steps.T @ value.gradient

    least = (LEAST_VARIANCE - start.variance) / steps[-1, -1]
    bounds = [(None, None)] * (len(origin) - 1) + [(least, None)]
    found = minimize(
        falling,
        np.zeros(len(origin)),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"gtol": NEARLY, "ftol": 0.0, "maxiter": 200},
    )
    return _point(origin + steps @ found.x)


def _point(parameters: Floats) -> _Point:
    return _Point(
        float(parameters[0]), parameters[1:-1], max(float(parameters[-1]), LEAST_VARIANCE)
    )


def _finished(rows: Rows, marginal: Marginal, point: _Point) -> tuple[_Point, Floats]:
    """Newton's last steps, and the covariance of intercept and coefficients."""
    fixed = point.variance <= NO_VARIANCE
    free = slice(0, -1) if fixed else slice(0, None)
    steps = _widths(rows, marginal, point)
    value = marginal.at(*point)
    information = _information(marginal, point, steps)[free, free]
    covariance, move, start = inverse(information), np.zeros(len(steps)), point
    _refuse_endless(rows, covariance, point)
    for _ in range(LAST_STEPS):
        move[free] = covariance @ value.gradient[free]
        if (np.abs(np.linalg.solve(steps, move)) < SURELY).all():
            return point, covariance[: len(rows.terms) + 1, : len(rows.terms) + 1]
        point = _point(point.array() + move)
        value = marginal.at(*point)
    gone = point.beta - start.beta
    if (farthest_moves(rows, gone) > STILL_MOVING).any():
        raise separation(rows, gone)
    raise NotEstimable("the random effects did not settle; use fixed effects, or fewer covariates.")


def _information(marginal: Marginal, point: _Point, steps: Floats) -> Floats:
    """Minus the second derivatives, by differences of the exact gradient along each step."""
    middle = point.array()
    columns = []
    for step in steps.T * SMALL_STEP:
        after = marginal.at(*_point(middle + step)).gradient
        before = marginal.at(*_point(middle - step)).gradient
        columns.append((before - after) / 2)
    marginal.at(*point)
    found = np.linalg.solve(steps.T * SMALL_STEP, np.array(columns))
    return (found + found.T) / 2


def _refuse_endless(rows: Rows, covariance: Floats, point: _Point) -> None:
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))[1 : len(rows.terms) + 1]
    if not np.isfinite(covariance).all() or (error > ENDLESS).any():
        raise separation(rows, point.beta * error)
