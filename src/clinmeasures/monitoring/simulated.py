"""Run lengths and limits by simulation on the local case mix, with their Monte Carlo error."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers
from clinmeasures.monitoring.cases import as_risks
from clinmeasures.monitoring.risks import MOST_DISTINCT
from clinmeasures.monitoring.scores import (
    at_odds,
    refuse_limit,
    refuse_odds_ratio,
    refuse_true_odds_ratio,
    without_event,
)

SEED = 20_000  # the year of Steiner's paper, ten times: any fixed number would do
MOST_RUNS = 20_000
FEWEST_RUNS = 4_000
MOST_CASES = 60_000_000  # simulated for one limit
TOGETHER = 32  # cases drawn at a time


@dataclass(frozen=True, kw_only=True)
class SimulatedLimit:
    """A limit found by simulation, and where it may lie by the simulation's own error (95%)."""

    limit: float
    lower: float
    upper: float
    runs: int


class _Draws:
    """Scores of invented cases: a risk of the file's own, an outcome by chance."""

    def __init__(
        self, risks: Floats, odds_ratio: float, true_odds_ratio: float, random: np.random.Generator
    ) -> None:
        if len(risks) > 4 * MOST_DISTINCT:
            risks = random.choice(risks, 4 * MOST_DISTINCT, replace=False)
        self.random = random
        self.event = at_odds(risks, true_odds_ratio)
        self.spared = without_event(risks, odds_ratio)
        self.more = math.log(odds_ratio)

    def __call__(self, cases: int, runs: int) -> Floats:
        """Shape (cases, runs)."""
        which = self.random.integers(len(self.spared), size=(cases, runs))
        happened = self.random.random((cases, runs)) < self.event[which]
        return self.spared[which] + self.more * happened


def simulated_run_lengths(
    risks: ArrayLike,
    limit: float,
    *,
    runs: int,
    seed: int,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
    longest: int = 10_000_000,
) -> Integers:
    """Cases until the signal, of so many CUSUMs on cases drawn from the local risks.

    Parameters
    ----------
    risks : array of float, shape (n_cases,)
        Drawn from with replacement.
    limit, odds_ratio, true_odds_ratio : as for `average_run_length`.
    runs, seed : int
    longest : int
        A run that has not signalled by then counts as so long; the mean is then too low.

    Returns
    -------
    array of int, shape (runs,)
        Its mean has the Monte Carlo error std / sqrt(runs).
    """
    refuse_odds_ratio(odds_ratio)
    refuse_true_odds_ratio(true_odds_ratio)
    refuse_limit(limit)
    draw = _Draws(as_risks(risks), odds_ratio, true_odds_ratio, np.random.default_rng(seed))
    found = np.full(runs, longest, dtype=np.int64)
    running = np.arange(runs)
    value: Floats = np.zeros(runs)
    for before in range(0, longest, TOGETHER):
        signalled = np.zeros(len(running), dtype=bool)
        for position, score in enumerate(draw(TOGETHER, len(running)), start=1):
            np.maximum(value + score, 0, out=value)
            fresh = (value >= limit) & ~signalled
            found[running[fresh]] = before + position
            signalled |= fresh
        running, value = running[~signalled], value[~signalled]
        if not len(running):
            break
    return np.minimum(found, longest)


def limit_for_alpha(
    risks: ArrayLike,
    alpha: float,
    *,
    lengths: ArrayLike | None = None,
    odds_ratio: float = 2.0,
    seed: int = SEED,
    runs: int | None = None,
) -> SimulatedLimit:
    """The least limit that a share `alpha` of sequences reach by chance alone.

    Parameters
    ----------
    risks : array of float, shape (n_cases,)
        The local case mix, drawn from with replacement.
    alpha : float
        Probability of a false signal within one provider's sequence, between 0 and 1.
    lengths : array of int, shape (n_providers,), optional
        How many cases each provider has; by default one provider has all.
    odds_ratio : float
    seed : int
    runs : int, optional
        Simulated sequences; by default up to 20,000, fewer of very long ones.

    Returns
    -------
    SimulatedLimit

    Raises
    ------
    BadInput
        If no limit above 0 has so large a share.

    Source
    ------
    The R package cusum (`racusum_limit_sim`), which takes the quantile between two sequences where
    this takes the next one above, so that no more than `alpha` reach it.
    """
    refuse_odds_ratio(odds_ratio)
    if not 0 < alpha < 1:
        raise BadInput(
            f"the false-signal probability {alpha:g} is not between 0 and 1; 0.05 is usual."
        )
    mix = as_risks(risks)
    random = np.random.default_rng(seed)
    each = np.atleast_1d(np.asarray([len(mix)] if lengths is None else lengths, dtype=np.int64))
    count = runs or int(np.clip(MOST_CASES / each.mean(), FEWEST_RUNS, MOST_RUNS))
    highest = _highest(_Draws(mix, odds_ratio, 1.0, random), _shared_out(each, count))
    return _between(np.sort(highest)[::-1], alpha, each)


def _shared_out(lengths: Integers, runs: int) -> Integers:
    """Lengths of the simulated sequences, longest first: each provider's as often as can be."""
    place = (np.arange(runs) * len(lengths)) // runs
    return np.sort(lengths)[::-1][place]


def _highest(draw: _Draws, lengths: Integers) -> Floats:
    """The highest value that each simulated CUSUM reaches."""
    value: Floats = np.zeros(len(lengths))
    highest: Floats = np.zeros(len(lengths))
    for before in range(0, int(lengths[0]), TOGETHER):
        still = int(np.searchsorted(-lengths, -before, side="left"))
        cases = min(TOGETHER, int(lengths[0]) - before)
        for position, score in enumerate(draw(cases, still), start=before):
            here = slice(0, int(np.searchsorted(-lengths, -position, side="left")))
            np.maximum(value[here] + score[here], 0, out=value[here])
            np.maximum(highest[here], value[here], out=highest[here])
    return highest


def _between(falling: Floats, alpha: float, lengths: Integers) -> SimulatedLimit:
    """The least value that no more than the share asked for reach, and its range by ranks."""
    runs = len(falling)
    error = 1.96 * math.sqrt(alpha * (1 - alpha) / runs)
    limit, lower, upper = (
        _reached_by(falling, share) for share in (alpha, alpha + error, alpha - error)
    )
    if alpha * runs < 1:
        raise BadInput(
            f"a false-signal probability of {alpha:g} cannot be seen in {runs} simulated "
            f"sequences; ask for {1 / runs:.3g} or more, or set the limit by arl."
        )
    most = float(np.mean(falling > 0))
    if most < alpha or math.isinf(limit):
        raise BadInput(
            f"no limit has a false-signal probability of {alpha:g} in sequences of "
            f"{int(lengths.max())} cases with these risks: any step up has one of {most:.3g}; ask "
            "for a smaller one, or watch for longer."
        )
    return SimulatedLimit(limit=limit, lower=lower, upper=upper, runs=runs)


def _reached_by(falling: Floats, share: float) -> float:
    """The least of the values that at most so large a share of the sequences reach."""
    most = int(np.floor(share * len(falling) + 1e-9))
    if most < 1:
        return math.inf
    if most >= len(falling) or falling[most] < falling[most - 1]:
        return float(falling[min(most, len(falling)) - 1])
    higher = falling[falling > falling[most]]
    return float(higher[-1]) if len(higher) else math.inf
