"""Fixed effects of providers by block Newton: each step costs one pass over the rows.

The information of all effects is diagonal, so that the covariates' own comes from it by a Schur
complement and thousands of providers cost no more than their rows.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.families import moments
from clinmeasures.providers.refusals import Collinear, NotEstimable, Separation
from clinmeasures.providers.roots import falling_roots
from clinmeasures.providers.rows import Block, Rows

SETTLED = 1e-7  # the last step; the error left is of the order of its square
MOST_STEPS = 30
LONGEST_STEP = 4.0
NEAR_NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True)
class FixedFit:
    """In the centred and scaled covariates of `Rows`; effects are those of its providers."""

    family: str
    beta: Floats  # (n_terms,)
    effects: Floats  # (n_units,) finite: Firth's where a provider has all events or none
    covariance: Floats  # (n_terms, n_terms) of beta
    weights: Floats  # (n_units,) information of each effect
    slopes: Floats  # (n_terms, n_units) mean covariates by weight
    residual: float | None = None  # variance, for gaussian
    freedom: int = 0


class Pass(NamedTuple):
    """What one pass over the rows adds up."""

    score: Floats  # (n_units,)
    weight: Floats  # (n_units,)
    mixed: Floats  # (n_terms, n_units)
    beta_score: Floats  # (n_terms,)
    beta_weight: Floats  # (n_terms, n_terms)
    loglik: float

    def schur(self) -> Floats:
        """Information on the covariates that is not spent on the effects."""
        return self.beta_weight - (self.mixed / self.weight) @ self.mixed.T


def fit_fixed(rows: Rows, family: str) -> FixedFit:
    """Maximum likelihood; Firth's penalty for providers with all events or none.

    Raises
    ------
    NotEstimable
        Where covariates are given and no provider has both outcomes.
    Separation, Collinear
        Where a coefficient has no finite estimate, or none of its own.

    Source
    ------
    He et al. 2013, 10.1007/s10985-013-9264-6; Wu et al. 2022, 10.1002/sim.9387; Firth 1993,
    10.1093/biomet/80.1.27.
    """
    usual = rows.usual
    if rows.terms and not usual:
        raise NotEstimable(
            "no provider has both outcomes, so the covariates cannot be told from the providers; "
            "leave them out or take longer periods."
        )
    beta, effects = np.zeros(len(rows.terms)), start_effects(rows, family)
    done = adding_up(rows, family, beta, effects, usual)
    refuse_collinear(rows, done.schur(), done.beta_weight)
    for _ in range(MOST_STEPS):
        before = beta
        beta, effects, done, moved = _stepped(rows, family, beta, effects, done)
        if moved < SETTLED:
            break
    else:
        raise separation(rows, beta - before)
    effects = firth(rows, family, beta, effects)
    full = adding_up(rows, family, beta, effects, rows.units)
    slopes = full.mixed / full.weight
    return FixedFit(
        family=family,
        beta=beta,
        effects=effects,
        covariance=inverse(done.schur()),
        weights=full.weight,
        slopes=slopes,
    )


def start_effects(rows: Rows, family: str) -> Floats:
    """What the effects would be without covariates; half an event is added where there is none."""
    odd = np.arange(rows.units) >= rows.usual
    events = rows.observed + np.where(odd, 0.5, 0.0)
    if family == "poisson":
        return np.log(events) - np.log(rows.counts)
    none = rows.counts - rows.observed + np.where(odd, 0.5, 0.0)
    return np.log(events) - np.log(none)


def adding_up(rows: Rows, family: str, beta: Floats, effects: Floats, last: int) -> Pass:
    """Scores and information of providers up to `last`, in one pass over their rows."""
    terms = len(beta)
    score, weight, mixed = np.empty(last), np.empty(last), np.empty((terms, last))
    beta_score, beta_weight, loglik = np.zeros(terms), np.zeros((terms, terms)), 0.0
    for block in rows.blocks_of(0, last):
        x = rows.covariates[:, block.rows]
        y = rows.outcome[block.rows]
        of = moments(family, y, beta @ x + rows.spread(block, effects))
        left = y - of.mean
        weighted = x * of.weight
        score[block.units] = np.add.reduceat(left, block.starts)
        weight[block.units] = np.add.reduceat(of.weight, block.starts)
        mixed[:, block.units] = np.add.reduceat(weighted, block.starts, axis=1)
        beta_score += x @ left
        beta_weight += weighted @ x.T
        loglik += float(of.loglik.sum())
    return Pass(score, weight, mixed, beta_score, beta_weight, loglik)


def _stepped(
    rows: Rows, family: str, beta: Floats, effects: Floats, at: Pass
) -> tuple[Floats, Floats, Pass, float]:
    """One step of block Newton, halved while it makes the outcomes less likely."""
    usual = rows.usual
    by_effect = at.mixed / at.weight
    beta_step = inverse(at.schur()) @ (at.beta_score - by_effect @ at.score)
    effect_step = (at.score - beta_step @ at.mixed) / at.weight
    longest = max(_largest(beta_step), _largest(effect_step))
    share = min(1.0, LONGEST_STEP / longest) if longest > 0 else 1.0
    while True:
        new_beta, new_effects = beta + share * beta_step, effects.copy()
        new_effects[:usual] += share * effect_step
        done = adding_up(rows, family, new_beta, new_effects, usual)
        worse = done.loglik < at.loglik - 1e-9 * abs(at.loglik)
        if not worse or share * longest < SETTLED:
            return new_beta, new_effects, done, share * longest
        share /= 2


def inverse(matrix: Floats) -> Floats:
    """Of a square matrix, shape (n, n)."""
    return np.asarray(np.linalg.inv(matrix), dtype=float)


def _largest(values: Any) -> float:
    return float(np.abs(values).max(initial=0.0))


def refuse_collinear(rows: Rows, schur: Floats, alone: Floats) -> None:
    """Name the first covariate that the providers and the covariates before it already hold."""
    left = schur.copy()
    for k, term in enumerate(rows.terms):
        if not left[k, k] > NEAR_NOTHING * max(alone[k, k], np.finfo(float).tiny):
            raise Collinear(
                f"covariate {term!r} cannot be told apart from the providers or the other "
                "covariates (it never varies within a provider, or repeats another); leave it out."
            )
        left -= np.outer(left[:, k], left[k]) / left[k, k]


def separation(rows: Rows, step: Floats) -> Separation:
    """Naming the covariate whose coefficient still moves some row's predictor most."""
    worst = farthest_moves(rows, step).argmax() if rows.terms else -1
    term = rows.terms[int(worst)] if rows.terms else "provider"
    return Separation(
        f"covariate {term!r} foretells the outcome without a miss in these rows, so its "
        "coefficient has no finite value; leave it out, or join its rare values with others."
    )


def farthest_moves(rows: Rows, step: Floats) -> Floats:
    """How far a step of each coefficient moves the predictor of the row that it moves most."""
    return np.abs(step) * np.abs(rows.covariates).max(axis=1, initial=0.0)


def firth(rows: Rows, family: str, beta: Floats, effects: Floats) -> Floats:
    """Finite effects for providers with all events or none, given the covariates' coefficients.

    Maximises the log-likelihood of the provider's own rows plus half the logarithm of its
    information (Firth 1993, 10.1093/biomet/80.1.27), which adds half an event and half a non-event
    where there are no covariates.
    """
    found = effects.copy()
    for block in rows.blocks_of(rows.usual, rows.units):
        found[block.units] = _firth_of(rows, family, beta, effects, block)
    return found


def _firth_of(rows: Rows, family: str, beta: Floats, effects: Floats, block: Block) -> Floats:
    y, linear = rows.outcome[block.rows], beta @ rows.covariates[:, block.rows]
    observed = rows.observed[block.units]

    def penalised(guess: Floats) -> tuple[Floats, Floats]:
        """Firth's score of each provider at a guess, over its information, and the step's slope."""
        of = moments(family, y, linear + np.repeat(guess, block.counts))
        weight = np.maximum(np.add.reduceat(of.weight, block.starts), np.finfo(float).tiny)
        half = 0.5 * np.add.reduceat(of.slope, block.starts) / weight
        return observed - np.add.reduceat(of.mean, block.starts) + half, -weight

    highest = np.maximum.reduceat(linear, block.starts)
    lowest = np.minimum.reduceat(linear, block.starts)
    middle = np.add.reduceat(linear, block.starts) / block.counts
    return falling_roots(penalised, effects[block.units] - middle, -highest - 60, -lowest + 60)
