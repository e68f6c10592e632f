"""Funnel plots: comparing units with the chance limits of their own volumes."""

from clinmeasures.funnels.amounts import funnel_of_amounts, spread_of_amounts
from clinmeasures.funnels.by_events import RatioLimits, ratio_limits
from clinmeasures.funnels.funnel import funnel
from clinmeasures.funnels.limits import chance_limits, exact_limits
from clinmeasures.funnels.means import funnel_of_means
from clinmeasures.funnels.result import Funnel

__all__ = [
    "Funnel",
    "RatioLimits",
    "chance_limits",
    "exact_limits",
    "funnel",
    "funnel_of_amounts",
    "funnel_of_means",
    "ratio_limits",
    "spread_of_amounts",
]
