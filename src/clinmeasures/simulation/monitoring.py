"""CUSUMs on invented cases: their run lengths beside the Markov chain's, and false signals."""

from collections.abc import Mapping
from functools import lru_cache, partial

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.monitoring import (
    average_run_length,
    cusum,
    limit_for_alpha,
    simulated_run_lengths,
)
from clinmeasures.simulation.study import AGREEMENT, FALSE_SIGNALS, Experiment, Quantity

RUN = "mean cases to a signal"
SIGNALLED = "sequences with a false signal"
ALPHA = 0.05

MIXES = {
    "risks 1% to 60%, mean 9%": (1.2, 12.0),
    "risks mostly below 2%, mean 1%": (1.0, 99.0),
    "risks mean 30%": (6.0, 14.0),
}


@lru_cache
def _risks(mix: str) -> Floats:
    """The same 2,000 cases for any seed: quantiles of a beta distribution."""
    from scipy.special import betaincinv

    share = (np.arange(2_000) + 0.5) / 2_000
    found: Floats = betaincinv(*MIXES[mix], share)
    return found


def experiments() -> list[Experiment]:
    """CUSUMs' run lengths and false-signal probabilities, for several mixes of risk."""
    runs = [
        (mix, odds_ratio, limit, true)
        for mix in MIXES
        for odds_ratio, limit, true in ((2.0, 2.0, 1.0), (2.0, 3.0, 2.0), (0.5, 2.0, 1.0))
    ]
    sequences = [(mix, cases) for mix in MIXES for cases in (50, 500)]
    return [_run_length(*how) for how in runs] + [_false_signals(*how) for how in sequences]


def _run_length(mix: str, odds_ratio: float, limit: float, true: float) -> Experiment:
    chain = average_run_length(_risks(mix), limit, odds_ratio=odds_ratio, true_odds_ratio=true)
    return Experiment(
        kind="monitoring",
        method=f"CUSUM for odds ratio {odds_ratio:g}, limit {limit:g}",
        setting=f"{mix}, true odds ratio {true:g}",
        quantities=(Quantity(name=RUN, sort=AGREEMENT, nominal=chain),),
        run=partial(_runs, mix=mix, odds_ratio=odds_ratio, limit=limit, true=true),
        effort=2,
    )


def _runs(
    random: np.random.Generator,
    trials: int,
    *,
    mix: str,
    odds_ratio: float,
    limit: float,
    true: float,
) -> Mapping[str, Floats]:
    lengths = simulated_run_lengths(
        _risks(mix),
        limit,
        runs=trials,
        seed=int(random.integers(2**32)),
        odds_ratio=odds_ratio,
        true_odds_ratio=true,
    )
    return {RUN: lengths.astype(float)}


def _false_signals(mix: str, cases: int) -> Experiment:
    return Experiment(
        kind="monitoring",
        method=f"CUSUM with the limit of --alpha {ALPHA:g}",
        setting=f"{cases} cases, {mix}",
        quantities=(Quantity(name=SIGNALLED, sort=FALSE_SIGNALS, nominal=ALPHA),),
        run=partial(_sequences, mix=mix, cases=cases),
    )


@lru_cache
def _limit(mix: str, cases: int) -> float:
    return limit_for_alpha(_risks(mix), ALPHA, lengths=[cases], runs=10_000).limit


def _sequences(
    random: np.random.Generator, trials: int, *, mix: str, cases: int
) -> Mapping[str, Floats]:
    risk = random.choice(_risks(mix), trials * cases)
    found = cusum(
        None,
        outcome=random.random(len(risk)) < risk,
        risk=risk,
        provider=np.repeat(np.arange(trials), cases),
        limit=_limit(mix, cases),
        reset=False,
    )
    assert found.signal is not None
    return {SIGNALLED: found.signal.reshape(trials, cases).any(axis=1).astype(float)}
