"""Maximum likelihood of a generalised linear model, by iterated weighted least squares.

Covariates are rows of one array, centred and scaled; each step solves the normal equations by
Cholesky. The condition is checked before the first step and separation in every step, so that a
coefficient without a finite estimate is an error with a name and never a large number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinmeasures.casemix.families import Family
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats

MOST_STEPS = 100
SETTLED = 1e-7  # largest move of a linear predictor; the next step would move its square
STALLED = 1e-9  # relative change of a deviance that no longer improves
RUNAWAY = 0.1  # move of a linear predictor that still goes on then
RUNAWAY_STEPS = 3
NEW_IN_A_COLUMN = 1e-10  # least share of a column that the ones before it do not explain
HALVINGS = 40
BLOCK = 1 << 14  # rows at a time, so that a step works in the processor's own memory


class Separated(BadInput):
    """A coefficient has no finite estimate: the likelihood rises for ever along it."""

    def __init__(self, names: Sequence[str], family: str) -> None:
        self.names = list(names)
        which = " with ".join(repr(name) for name in names)
        never = "all or none of the outcome" if family == "binomial" else "no events at all"
        super().__init__(
            f"covariate {which} separates the outcome: some of its values have {never}, so its "
            "effect has no finite estimate; leave it out or join its categories."
        )


class Collinear(BadInput):
    """A column follows from those before it."""

    def __init__(self, name: str, others: Sequence[str]) -> None:
        self.name = name
        what = f"follows exactly from {', '.join(map(repr, others))}" if others else "is constant"
        super().__init__(f"covariate {name!r} {what}; leave one of them out.")


class Constant(BadInput):
    """A covariate has one value."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"covariate {name!r} has the same value in every row; leave it out.")


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a model is fitted to: complete and finite. Arrays have shape (n_rows,) unless said."""

    outcome: Floats
    covariates: Floats  # (n_covariates, n_rows), without the intercept, which is always in
    names: Sequence[str]  # of the covariates, for errors
    weights: Floats
    offset: Floats  # on the link's scale


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Coefficients in the covariates' own units, the intercept first."""

    coefficients: Floats  # (1 + n_covariates,)
    inverse: Floats  # of the expected information, apart from the dispersion
    predictor: Floats  # (n_rows,)
    mean: Floats  # (n_rows,)
    deviance: float
    steps: int


@dataclass(frozen=True)
class Scaled:
    """Covariates with mean 0 and deviation 1 under a row of ones, and the way back."""

    rows: Floats  # (1 + n_covariates, n_rows)
    back: Floats  # coefficients = back @ scaled coefficients


@dataclass(frozen=True)
class Point:
    """Where the steps have come to."""

    beta: Floats
    eta: Floats
    mean: Floats
    deviance: float
    share: float = 1.0  # of the last step that was taken


def fit(rows: Rows, family: Family, *, start: Floats | None = None) -> Fit:
    """The coefficients that make the outcome likeliest.

    Parameters
    ----------
    rows : Rows
    family : Family
    start : array of float, shape (n_rows,), optional
        Means to begin from.

    Raises
    ------
    Constant, Collinear, Separated
        Where a coefficient cannot be estimated; the error names its covariate.
    BadInput
        If the steps do not settle.

    Source
    ------
    McCullagh & Nelder 1989, Generalized Linear Models, 2.5; separation: Albert & Anderson 1984,
    10.1093/biomet/71.1.1.
    """
    with np.errstate(all="ignore"):
        scaled = _scaled(rows)
        _refuse_collinear(scaled.rows, rows)
        return _climbed(rows, scaled, family, start)


def _scaled(given: Rows) -> Scaled:
    count, n = given.covariates.shape
    rows = np.ones((count + 1, n))
    back = np.eye(count + 1)
    share = given.weights / given.weights.sum()
    for j, column in enumerate(given.covariates, start=1):
        size = np.abs(column).max()
        centre = column @ share
        rows[j] = (column - centre) / (size or 1.0)
        spread = np.sqrt((rows[j] ** 2) @ share)
        if not spread > np.finfo(float).eps * 8:
            raise Constant(given.names[j - 1])
        rows[j] /= spread
        back[j, j] = 1 / (spread * size)
        back[0, j] = -centre * back[j, j]
    return Scaled(rows, back)


def _refuse_collinear(rows: Floats, given: Rows) -> None:
    """Column by column: what is left of each beside those before it."""
    gram = _gram(rows, given.weights / given.weights.sum())
    lower = np.zeros_like(gram)
    for j in range(len(gram)):
        lower[j, :j] = np.linalg.solve(lower[:j, :j], gram[j, :j])
        left = gram[j, j] - lower[j, :j] @ lower[j, :j]
        if left < NEW_IN_A_COLUMN:
            shares = np.linalg.solve(gram[1:j, 1:j], gram[j, 1:j])
            others = [given.names[i] for i in np.flatnonzero(np.abs(shares) > 1e-6).tolist()]
            raise Collinear(given.names[j - 1], others)
        lower[j, j] = np.sqrt(left)


def _gram(rows: Floats, weights: Floats) -> Floats:
    found = np.zeros((len(rows), len(rows)))
    for begin in range(0, len(weights), BLOCK):
        here = slice(begin, begin + BLOCK)
        half = rows[:, here] * np.sqrt(weights[here])
        found += half @ half.T
    return found


def _climbed(rows: Rows, scaled: Scaled, family: Family, start: Floats | None) -> Fit:
    """Steps until no linear predictor moves; or an error where one moves for ever."""
    at, runaway = _begun(rows, scaled.rows, family, start), 0
    for step in range(1, MOST_STEPS + 1):
        new = _next(rows, scaled.rows, family, at)
        moved = np.abs(new.eta - at.eta).max() / new.share
        if moved < SETTLED * max(1.0, np.abs(new.eta).max()):
            return _found(rows, scaled, family, new, step)
        stalled = abs(at.deviance - new.deviance) < STALLED * (abs(new.deviance) + 0.1)
        runaway = runaway + 1 if stalled and moved > RUNAWAY else 0
        if runaway == RUNAWAY_STEPS:
            raise Separated(_movers(new.beta - at.beta, scaled.rows, rows.names), family.name)
        at = new
    raise BadInput(
        f"the {family.name} model does not settle in {MOST_STEPS} steps; look at the covariates "
        "and the offset for extreme values, or use another link."
    )


def _begun(rows: Rows, scaled: Floats, family: Family, start: Floats | None) -> Point:
    """The outcomes themselves; on the identity link their mean, where every step can go back to."""
    beta = np.zeros(len(scaled))
    if start is None and family.link.name == "identity":
        beta[0] = _possible_intercept(rows, family)
        eta = beta @ scaled + rows.offset
        return Point(beta, eta, family.link.inverse(eta), np.inf)
    mean = family.start(rows.outcome) if start is None else start
    return Point(beta, family.link.forward(mean), mean, np.inf)


def _possible_intercept(rows: Rows, family: Family) -> float:
    """The mean outcome beyond the offset; more where that leaves a mean the family cannot have."""
    share = rows.weights / rows.weights.sum()
    middle = share @ (rows.outcome - rows.offset)
    if family.possible(family.link.inverse(middle + rows.offset)):
        return float(middle)
    return float(share @ rows.outcome - rows.offset.min())


def _next(rows: Rows, scaled: Floats, family: Family, at: Point) -> Point:
    information, target = _normal_equations(rows, scaled, family, at)
    factored = _factored(information)
    if factored is None and family.link.name == "identity":
        raise _no_model(family)
    if factored is None:
        raise Separated(_movers(at.beta, scaled, rows.names), family.name)
    lower, size = factored
    beta = np.linalg.solve(lower.T, np.linalg.solve(lower, target / size)) / size
    return _accepted(beta, rows, scaled, family, at)


def _normal_equations(
    rows: Rows, scaled: Floats, family: Family, at: Point
) -> tuple[Floats, Floats]:
    """How the likelihood bends, and what that is to be solved for."""
    size, n = scaled.shape
    bends, target = np.zeros((size, size)), np.zeros(size)
    for begin in range(0, n, BLOCK):
        here = slice(begin, begin + BLOCK)
        outcome, eta, mean, block = rows.outcome[here], at.eta[here], at.mean[here], scaled[:, here]
        bend = family.bend(outcome, eta, mean)
        half = block * np.sqrt(rows.weights[here] * bend)
        bends += half @ half.T
        pull = family.pull(outcome, eta, mean)
        target += block @ (rows.weights[here] * (bend * (eta - rows.offset[here]) + pull))
    return bends, target


def _accepted(beta: Floats, rows: Rows, scaled: Floats, family: Family, at: Point) -> Point:
    """The step, halved until its means are possible and the deviance does not rise."""
    most = at.deviance + 1e-8 * (abs(at.deviance) + 0.1)
    for halving in range(HALVINGS):
        eta = beta @ scaled + rows.offset
        mean = family.link.inverse(eta)
        if family.possible(mean):
            deviance = float(rows.weights @ family.fitted_deviances(rows.outcome, eta, mean))
            if np.isfinite(deviance) and deviance <= most:
                return Point(beta, eta, mean, deviance, 0.5**halving)
        beta = (beta + at.beta) / 2
    raise _no_model(family)


def _no_model(family: Family) -> BadInput:
    if family.link.name == "identity" and family.name != "gaussian":
        return BadInput(
            f"no {family.name} model with the identity link fits these rows: some expected values "
            "would have to be 0 or less; use the log link, or check the offset and the covariates "
            "for extreme values."
        )
    return BadInput(
        f"no {family.name} model with the {family.link.name} link fits these rows; use another "
        "link, or look at the covariates for extreme values."
    )


def _movers(moved: Floats, rows: Floats, names: Sequence[str]) -> list[str]:
    """The covariates along which the predictor still runs away."""
    reach = np.abs(moved[1:]) * (rows[1:].max(axis=1) - rows[1:].min(axis=1))
    if not reach.size or not reach.max() > 0:
        return list(names[:1]) or ["(Intercept)"]
    return [name for name, far in zip(names, reach, strict=True) if far >= 0.5 * reach.max()]


def _found(rows: Rows, scaled: Scaled, family: Family, at: Point, steps: int) -> Fit:
    information = _gram(scaled.rows, rows.weights * family.information(at.eta, at.mean))
    factored = _factored(information)
    if factored is None:
        raise _no_model(family)
    half = np.linalg.inv(factored[0]) / factored[1]
    return Fit(
        coefficients=scaled.back @ at.beta,
        inverse=scaled.back @ (half.T @ half) @ scaled.back.T,
        predictor=at.eta,
        mean=at.mean,
        deviance=at.deviance,
        steps=steps,
    )


def _factored(information: Floats) -> tuple[Floats, Floats] | None:
    """Cholesky's factor of the scaled information, and the scale; None where there is none."""
    size = np.sqrt(np.diag(information))
    if not (np.isfinite(size).all() and (size > 0).all()):
        return None
    try:
        return np.linalg.cholesky(information / np.outer(size, size)), size
    except np.linalg.LinAlgError:
        return None
