"""The functions of this room: cases in, CUSUMs with their signals out."""

import math
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, collected
from clinmeasures.monitoring.cases import Cases, cases_from
from clinmeasures.monitoring.recursion import Rules, climb
from clinmeasures.monitoring.result import Cusum, TwoSided, vlad_of
from clinmeasures.monitoring.runlength import limit_for_run_length
from clinmeasures.monitoring.scores import (
    refuse_limit,
    refuse_odds_ratio,
    refuse_true_odds_ratio,
    scores,
)
from clinmeasures.monitoring.simulated import SEED, SimulatedLimit, limit_for_alpha


def cusum(
    data: Any = None,
    *,
    outcome: Any = None,
    risk: Any = None,
    date: Any = None,
    provider: Any = None,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
    limit: float | None = None,
    arl: float | None = None,
    alpha: float | None = None,
    reset: bool = True,
    seed: int = SEED,
) -> Cusum:
    """One arm of a risk-adjusted CUSUM, with the VLAD, for one provider or thousands at once.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the other columns by name; or None with arrays there, each of shape (n_cases,).
    outcome : 1 where the event (death) came, else 0.
    risk : its probability by a case-mix model, strictly between 0 and 1.
    date : puts each provider's cases in order; of one date, the order is the rows'. Without it
        the rows are in order.
    provider : whose case it is; without it all are one provider's.
    odds_ratio : float
        What the chart looks for: 2 for doubled odds (worse), 0.5 for halved (better).
    true_odds_ratio : float
        Of the outcomes for which `arl` is worked out; 1 is to a false signal.
    limit, arl, alpha : float, at most one
        The limit, positive for both arms; or find it for an average run of so many cases; or for
        a share `alpha` of sequences as long as the providers' that ever signal by chance.
        Without any there are no signals.
    reset : bool
        Start again from 0 after a signal. The value at the signal itself is kept.
    seed : int
        Of the simulation that `alpha` needs.

    Returns
    -------
    Cusum
        Iterable over its providers, in order of first appearance; `.to_dict()` is the JSON of
        `clinmeasures cusum`. The average run length is worked out when it is asked for.

    Raises
    ------
    BadInput
        Where a cell, column or option cannot be used; the message says which and what to do.

    Source
    ------
    Steiner, Cook, Farewell & Treasure 2000, 10.1093/biostatistics/1.4.441.
    """
    refuse_odds_ratio(odds_ratio)
    refuse_true_odds_ratio(true_odds_ratio)
    if sum(asked is not None for asked in (limit, arl, alpha)) > 1:
        raise BadInput("give one of limit, arl and alpha: each of them sets the limit.")
    data = collected(data)
    cases = cases_from(data, outcome=outcome, risk=risk, date=date, provider=provider)
    simulated: SimulatedLimit | None = None
    if limit is not None:
        refuse_limit(limit)
    if arl is not None:
        limit = limit_for_run_length(
            cases.risk, arl, odds_ratio=odds_ratio, true_odds_ratio=true_odds_ratio
        )
    if alpha is not None:
        simulated = limit_for_alpha(
            cases.risk, alpha, lengths=cases.lengths, odds_ratio=odds_ratio, seed=seed
        )
        limit = simulated.limit
    limits = None if limit is None else np.array([limit])
    values = _climbed(cases, (odds_ratio,), Rules(limits=limits, reset=reset))
    return Cusum(
        cases=cases,
        odds_ratio=odds_ratio,
        true_odds_ratio=true_odds_ratio,
        limit=limit,
        reset=reset,
        value=values[0],
        simulated=simulated,
        given=data,
    )


def two_sided(
    data: Any = None,
    *,
    outcome: Any = None,
    risk: Any = None,
    date: Any = None,
    provider: Any = None,
    odds_ratios: tuple[float, float] = (2.0, 0.5),
    limits: tuple[float, float] | None = None,
    reset: bool = True,
    together: bool = False,
) -> TwoSided:
    """Both arms of a risk-adjusted CUSUM and the VLAD in one pass.

    Parameters
    ----------
    data, outcome, risk, date, provider : as for `cusum`.
    odds_ratios : (float, float)
        For worse, above 1, and for better, below 1.
    limits : (float, float), optional
        Of the two arms, both positive. Without them there are no signals.
    reset : bool
        An arm starts again from 0 after its signal.
    together : bool
        A signal of either arm restarts both, as the R package vlad does.

    Returns
    -------
    TwoSided

    Raises
    ------
    BadInput
        Where a cell, column or option cannot be used.

    Source
    ------
    As for `cusum`.
    """
    _refuse_arms(odds_ratios, limits)
    cases = cases_from(data, outcome=outcome, risk=risk, date=date, provider=provider)
    edges = None if limits is None else np.array(limits, dtype=float)
    values = _climbed(cases, odds_ratios, Rules(limits=edges, reset=reset, together=together))
    arms = [
        Cusum(
            cases=cases,
            odds_ratio=odds_ratios[arm],
            true_odds_ratio=1.0,
            limit=None if limits is None else limits[arm],
            reset=reset,
            value=values[arm],
            beside=(values[1 - arm], limits[1 - arm]) if together and limits else None,
            given=data,
        )
        for arm in (0, 1)
    ]
    return TwoSided(worse=arms[0], better=arms[1], vlad=vlad_of(cases))


def _climbed(cases: Cases, odds_ratios: tuple[float, ...], rules: Rules) -> Floats:
    """The values of each arm, shape (n_arms, n_cases)."""
    values: Floats = np.empty((len(odds_ratios), len(cases)))

    def increments(first: int, last: int) -> Floats:
        """Each arm's scores of the cases from the first and before the last."""
        outcome, risk = cases.outcome[first:last], cases.risk[first:last]
        return np.stack([scores(outcome, risk, ratio) for ratio in odds_ratios])

    climb(increments, cases.starts, values, rules)
    return values


def _refuse_arms(odds_ratios: tuple[float, float], limits: tuple[float, float] | None) -> None:
    for ratio in odds_ratios:
        refuse_odds_ratio(ratio)
    if not odds_ratios[0] > 1 > odds_ratios[1]:
        raise BadInput("give first the odds ratio for worse, above 1, then for better, below 1.")
    for limit in limits or ():
        refuse_limit(float(limit) if limit is not None else math.nan)
