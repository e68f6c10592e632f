"""What one case adds to a CUSUM: the log of how much likelier its outcome is at other odds."""

import math

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats


def without_event(risk: Floats, odds_ratio: float) -> Floats:
    """The score of a case without the event: -log(1 - p + R p). With it, log R more."""
    score: Floats = np.multiply(risk, odds_ratio - 1)
    np.log1p(score, out=score)
    return np.negative(score, out=score)


def scores(outcome: Booleans, risk: Floats, odds_ratio: float) -> Floats:
    """The log-likelihood ratio of every case.

    Parameters
    ----------
    outcome : array of bool, shape (n_cases,)
        Whether the event (death) came.
    risk : array of float, shape (n_cases,)
        Its probability by the case-mix model, strictly between 0 and 1.
    odds_ratio : float
        R: how many times the odds that the chart looks for. Above 1 worse, below 1 better.

    Returns
    -------
    array of float, shape (n_cases,)
        y log R - log(1 - p + R p).

    Source
    ------
    Steiner, Cook, Farewell & Treasure 2000, 10.1093/biostatistics/1.4.441, formula 2.3.
    """
    score = without_event(risk, odds_ratio)
    score += outcome * math.log(odds_ratio)
    return score


def at_odds(risk: Floats, odds_ratio: float) -> Floats:
    """The risks when the odds of every case are so many times the model's."""
    if odds_ratio == 1:
        return risk
    return odds_ratio * risk / (1 - risk + odds_ratio * risk)


def refuse_odds_ratio(odds_ratio: float) -> None:
    """An odds ratio says which way the chart looks; 1 looks nowhere."""
    if not (math.isfinite(odds_ratio) and odds_ratio > 0):
        raise BadInput(
            f"the odds ratio {odds_ratio:g} is not above 0; give 2 to look for doubled odds, or "
            "0.5 for halved ones."
        )
    if odds_ratio == 1:
        raise BadInput(
            "an odds ratio of 1 looks for no change; give one above 1 to look for worse, or below "
            "1 for better."
        )


def refuse_true_odds_ratio(odds_ratio: float) -> None:
    """Raise BadInput where it is not a finite number above 0."""
    if not (math.isfinite(odds_ratio) and odds_ratio > 0):
        raise BadInput(
            f"the true odds ratio {odds_ratio:g} is not above 0; give 1 for outcomes as expected."
        )


def refuse_limit(limit: float) -> None:
    """Raise BadInput where it is not a finite number above 0."""
    if not (math.isfinite(limit) and limit > 0):
        raise BadInput(
            f"the limit {limit:g} is not above 0; give a positive one for either arm, for example "
            "4.5, or ask for one with arl or alpha."
        )
