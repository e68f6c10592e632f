"""How many cases a CUSUM runs before it signals, on average: a Markov chain on the local risks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats
from clinmeasures.monitoring.cases import as_risks
from clinmeasures.monitoring.risks import RiskMix, mix_of
from clinmeasures.monitoring.scores import (
    at_odds,
    refuse_limit,
    refuse_odds_ratio,
    refuse_true_odds_ratio,
    without_event,
)

FEWEST_STATES = 500
MOST_STATES = 8_000
AGREEMENT = 5e-4  # relative change on doubling the states at which the chain is fine enough
LONGEST = 1e11  # beyond this many cases a solution in floating point means little
HIGHEST_LIMIT = 60.0


@dataclass(frozen=True)
class Steps:
    """What one case can add to the CUSUM and how probably. Arrays, two for each level of risk."""

    step: Floats
    probability: Floats

    @property
    def shortest_run(self) -> float:
        """With a limit just above zero the first step up signals."""
        return 1 / float(self.probability[self.step > 0].sum())


def steps_of(mix: RiskMix, odds_ratio: float, true_odds_ratio: float) -> Steps:
    """Every step a case can make and how likely it is, when the true odds are so many times those
    of the risks.
    """
    spared = without_event(mix.risk, odds_ratio)
    event = at_odds(mix.risk, true_odds_ratio)
    return Steps(
        np.concatenate([spared, spared + math.log(odds_ratio)]),
        np.concatenate([mix.share * (1 - event), mix.share * event]),
    )


def average_run_length(
    risks: ArrayLike,
    limit: float,
    *,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
) -> float:
    """Mean number of cases until a risk-adjusted CUSUM reaches its limit, starting from 0.

    Parameters
    ----------
    risks : array of float, shape (n_cases,)
        The local case mix: each case of the future has one of these risks, all equally likely.
    limit : float
        Positive for both arms.
    odds_ratio : float
        What the chart looks for.
    true_odds_ratio : float
        The odds that outcomes truly have: 1 gives the run length to a false signal.

    Returns
    -------
    float
        In cases; infinite above 1e11, where floating point no longer tells.

    Raises
    ------
    BadInput
        If a risk is outside (0, 1), the odds ratio is 1 or not positive, or the limit is not.

    Notes
    -----
    The states are points of a grid on [0, limit]. A step that ends between two points is shared
    between them so that its mean is kept; whether it signals is decided on its exact end. Rounding
    to the nearest state, as is usual, goes wrong where one survivor's step is finer than the grid.
    States are doubled until two answers in a row agree to 0.05%.

    Source
    ------
    Brook & Evans 1972, 10.1093/biomet/59.3.539; Steiner et al. 2000, 10.1093/biostatistics/1.4.441.
    """
    _refuse(limit, odds_ratio, true_odds_ratio)
    mix = mix_of(as_risks(risks))
    return settled(steps_of(mix, odds_ratio, true_odds_ratio), limit)


def limit_for_run_length(
    risks: ArrayLike,
    run_length: float,
    *,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
) -> float:
    """The limit at which `average_run_length` is the one asked for.

    Parameters and source as for `average_run_length`.

    Raises
    ------
    BadInput
        If no limit gives so short or so long a run.
    """
    refuse_odds_ratio(odds_ratio)
    refuse_true_odds_ratio(true_odds_ratio)
    if not (math.isfinite(run_length) and run_length >= 1):
        raise BadInput(
            f"an average run of {run_length:g} cases is not possible: a signal takes at least one "
            "case; give the number of cases between false signals, for example 5000."
        )
    steps = steps_of(mix_of(as_risks(risks)), odds_ratio, true_odds_ratio)
    if run_length <= steps.shortest_run:
        raise BadInput(
            f"no limit gives an average run of {run_length:g} cases: with these risks the shortest "
            f"is {steps.shortest_run:.4g}, when every step up signals; ask for a longer one."
        )
    return _limit(steps, run_length)


def _refuse(limit: float, odds_ratio: float, true_odds_ratio: float) -> None:
    refuse_odds_ratio(odds_ratio)
    refuse_true_odds_ratio(true_odds_ratio)
    refuse_limit(limit)


def _limit(steps: Steps, run_length: float) -> float:
    from scipy.optimize import brentq

    highest = 1.0
    while settled(steps, highest) < run_length:
        highest *= 1.5
        if highest > HIGHEST_LIMIT or run_length > LONGEST:
            raise BadInput(
                f"no limit up to {HIGHEST_LIMIT:g} gives an average run of {run_length:g} cases "
                "that can be told; ask for a shorter one."
            )

    def excess(limit: float) -> float:
        """Log of the run length at this limit over the one asked for."""
        return math.log(min(settled(steps, limit), 10 * LONGEST) / run_length)

    return float(brentq(excess, 1e-9, highest, xtol=1e-5, rtol=1e-6))


def settled(steps: Steps, limit: float) -> float:
    """With states doubled until it hardly matters."""
    states, before = FEWEST_STATES, _chain(steps, limit, FEWEST_STATES)
    while states < MOST_STATES and before < LONGEST:
        states *= 2
        after = _chain(steps, limit, states)
        if abs(after / before - 1) < AGREEMENT:
            return after
        before = after
    return before if before < LONGEST else math.inf


def _chain(steps: Steps, limit: float, states: int) -> float:
    """Mean run length from 0 by a chain on `states` + 1 points of [0, limit].

    The matrix of moves has the same entries along its diagonals, but for the columns of its two
    ends: at 0 everything that falls below collects, and a step past the limit is no move to the
    last point. So one Toeplitz system and a 2 by 2 one give the answer.
    """
    from scipy.linalg import solve_toeplitz

    zero = states + 2  # where a step of no length is kept
    lower, upper = _moves(steps, limit / states, states)
    moves = lower + upper
    at = np.arange(states + 1)
    first_row, first_column = -moves[zero + at], -moves[zero - at]
    first_row[0] += 1
    first_column[0] += 1
    below = np.concatenate([[0.0], np.cumsum(moves)])[zero - at]
    beyond = lower[zero + states - at]
    given = np.stack([np.ones(states + 1), below, beyond], axis=1)
    plain, floor, roof = solve_toeplitz((first_column, first_row), given, check_finite=False).T
    ends = np.array([[1 - floor[0], roof[0]], [-floor[-1], 1 + roof[-1]]])
    from_zero = float(np.linalg.solve(ends, [plain[0], plain[-1]])[0])
    # Rounding can turn the sign of a run that is too long to tell.
    return from_zero if 0 < from_zero < LONGEST else math.inf


def _moves(steps: Steps, width: float, states: int) -> tuple[Floats, Floats]:
    """Probabilities of moving so many points: the shares of the point below and of that above."""
    length = np.clip(steps.step / width, -states - 1, states + 1)
    below = np.floor(length)
    share = length - below
    index = below.astype(np.int64) + states + 2
    size = 2 * states + 5
    lower = np.bincount(index, weights=steps.probability * (1 - share), minlength=size)
    upper = np.bincount(index + 1, weights=steps.probability * share, minlength=size)
    return lower.astype(float), upper.astype(float)
