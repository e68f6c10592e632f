"""The likelihood of random intercepts with the effects integrated out, and its gradient."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.providers.families import Moments, counted, logistic, moments
from clinmeasures.providers.rows import Block, Rows

SETTLED = 1e-5  # the last step towards a mode; the error left is of the order of its square
MOST = 60
BOLDEST = 4.0  # an effect's longest step towards its mode


class Nodes(NamedTuple):
    """Places in conditional standard deviations from the mode, and log weights."""

    places: Floats
    weights: Floats


def nodes(number: int) -> Nodes:
    """Of Gauss-Hermite quadrature; one is Laplace's approximation."""
    places, weights = np.polynomial.hermite.hermgauss(number)
    return Nodes(np.sqrt(2) * places, np.log(weights / np.sqrt(np.pi)) + places**2)


class Value(NamedTuple):
    loglik: float
    gradient: Floats  # intercept, coefficients, variance between providers


class _Mode(NamedTuple):
    """Of a block's providers: modes in standard deviations, and sums of their rows there."""

    fixed: Floats  # (n_rows,) predictor without effects
    place: Floats
    score: Floats
    weight: Floats
    bend: Floats
    of: Moments


@dataclass
class Marginal:
    """Random intercepts with deviation theta: predictor = fixed part + theta u, u normal.

    Modes are kept from one evaluation to the next, which needs few steps to follow them.
    """

    rows: Rows
    family: str
    nodes: Nodes
    blocks: tuple[Block, ...]
    effects: Floats = field(init=False)  # (n_units,) modes

    def __post_init__(self) -> None:
        self.effects = np.zeros(self.rows.units)

    def at(self, intercept: float, beta: Floats, variance: float) -> Value:
        """Log-likelihood and its exact gradient, moves of modes and nodes included."""
        theta = float(np.sqrt(variance))
        loglik, gradient = 0.0, np.zeros(len(beta) + 2)
        for block in self.blocks:
            mode = self._mode(block, intercept, beta, theta)
            self.effects[block.units] = theta * mode.place
            part, slope = self._integrated(block, mode, theta)
            loglik += part
            gradient += slope
        gradient[-1] /= 2 * theta
        return Value(loglik, gradient)

    def _mode(self, block: Block, intercept: float, beta: Floats, theta: float) -> _Mode:
        y = self.rows.outcome[block.rows]
        fixed = intercept + beta @ self.rows.covariates[:, block.rows]
        place = self.effects[block.units] / theta
        for _ in range(MOST):
            mean, weight = self._light(fixed + np.repeat(theta * place, block.counts))
            score = np.add.reduceat(y - mean, block.starts)
            wide = 1 + theta**2 * np.add.reduceat(weight, block.starts)
            step = np.clip((theta * score - place) / wide, -BOLDEST / theta, BOLDEST / theta)
            place = place + step
            if theta * np.abs(step).max() < SETTLED:
                break
        of = moments(self.family, y, fixed + np.repeat(theta * place, block.counts))
        score, weight, bend = (
            np.add.reduceat(each, block.starts) for each in (y - of.mean, of.weight, of.slope)
        )
        return _Mode(fixed, place, score, weight, bend, of)

    def _light(self, eta: Floats) -> tuple[Floats, Floats]:
        if self.family == "binomial":
            event, none = logistic(eta)
            return event, np.multiply(event, none, out=none)
        mu = counted(eta)
        return mu, mu

    def _integrated(self, block: Block, mode: _Mode, theta: float) -> tuple[float, Floats]:
        """One block's log-likelihood, and its gradient by intercept, coefficients and theta.

        With A = 1 + theta^2 W at the mode, nodes lie at mode + t / sqrt(A): what moves them is the
        mode, through its own equation, and A.
        """
        x = self.rows.covariates[:, block.rows]
        wide = 1 + theta**2 * mode.weight
        share, direct, pull, stretch, total = self._weighed(block, mode, theta, wide)
        by_width = -0.5 / wide - 0.5 * stretch * wide**-1.5
        mode_by_theta = (mode.score - theta * mode.weight * mode.place) / wide
        width_by_theta = 2 * theta * mode.weight + theta**2 * mode.bend * (
            mode.place + theta * mode_by_theta
        )
        through = -by_width * theta**4 * mode.bend / wide - pull * theta / wide
        per_row = (
            share
            + mode.of.slope * np.repeat(by_width * theta**2, block.counts)
            + mode.of.weight * np.repeat(through, block.counts)
        )
        by_theta = direct + by_width * width_by_theta + pull * mode_by_theta
        gradient = np.concatenate([[per_row.sum()], x @ per_row, [by_theta.sum()]])
        return float((total - 0.5 * np.log(wide)).sum()), gradient

    def _weighed(
        self, block: Block, mode: _Mode, theta: float, wide: Floats
    ) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Averages over the nodes: outcome less mean, and how the integrand leans and spreads."""
        y = self.rows.outcome[block.rows]
        if len(self.nodes.places) == 1:
            inside = np.add.reduceat(mode.of.loglik, block.starts) - mode.place**2 / 2
            zero = np.zeros(len(wide))
            return y - mode.of.mean, mode.place * mode.score, zero, zero, inside
        left, height, lean, place = [], [], [], []
        for t, log_weight in zip(*self.nodes, strict=True):
            at = mode.place + t / np.sqrt(wide)
            of = moments(self.family, y, mode.fixed + np.repeat(theta * at, block.counts))
            left.append(y - of.mean)
            inside = np.add.reduceat(of.loglik, block.starts) - at**2 / 2
            height.append(log_weight + inside)
            lean.append(np.add.reduceat(left[-1], block.starts))
            place.append(at)
        tops, scores, places = np.array(height), np.array(lean), np.array(place)
        best = tops.max(axis=0)
        portion = np.exp(tops - best)
        whole = portion.sum(axis=0)
        portion /= whole
        share = sum(
            each * np.repeat(part, block.counts) for each, part in zip(left, portion, strict=True)
        )
        inward = portion * (theta * scores - places)
        return (
            np.asarray(share),
            (portion * places * scores).sum(axis=0),
            inward.sum(axis=0),
            self.nodes.places @ inward,
            best + np.log(whole),
        )
