"""The risks that a chart meets: each with how often, in little room."""

from dataclasses import dataclass

import numpy as np

from clinmeasures.frames import Floats

# More cases than this are gathered by log odds first, at steps far finer than a chart can tell.
MOST_DISTINCT = 20_000
CLASSES = 8_192


@dataclass(frozen=True)
class RiskMix:
    """Risks and their shares, which add up to 1. Arrays have shape (n_levels,)."""

    risk: Floats
    share: Floats


def mix_of(risks: Floats) -> RiskMix:
    """The mix of a file's own cases; of very many, classes of log odds with their mean risk."""
    if len(risks) <= MOST_DISTINCT:
        level, count = np.unique(risks, return_counts=True)
        return RiskMix(level, count / len(risks))
    odds = np.log(risks / (1 - risks))
    low, high = float(odds.min()), float(odds.max())
    step = (high - low) / CLASSES or 1.0
    index = np.minimum((odds - low) / step, CLASSES - 1).astype(np.int64)
    count = np.bincount(index, minlength=CLASSES)
    total = np.bincount(index, weights=risks, minlength=CLASSES)
    there = count > 0
    return RiskMix(total[there] / count[there], count[there] / len(risks))
