"""Funnel plots: comparing units with the chance limits of their own volumes."""

from clinmeasures.funnels.funnel import Funnel, funnel, funnel_of_means
from clinmeasures.funnels.limits import exact_limits

__all__ = ["Funnel", "exact_limits", "funnel", "funnel_of_means"]
