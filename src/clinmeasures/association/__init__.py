"""Did a change in the figures follow a change in the work? Association, never effect."""

from clinmeasures.association.interrupted import Change, InterruptedSeries, its

__all__ = ["Change", "InterruptedSeries", "its"]
