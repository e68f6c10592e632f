"""How much units truly differ, and how far one unit's figure shows it."""

from clinmeasures.reliability.heterogeneity import Heterogeneity, heterogeneity
from clinmeasures.reliability.reliability import Reliability, reliability
from clinmeasures.reliability.variance import BetweenVariance, between_variance

__all__ = [
    "BetweenVariance",
    "Heterogeneity",
    "Reliability",
    "between_variance",
    "heterogeneity",
    "reliability",
]
