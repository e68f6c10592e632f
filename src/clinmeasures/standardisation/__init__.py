"""Standardised ratios and rates. Units are compared with the standard, never with each other."""

from clinmeasures.standardisation.standardise import DirectRates, IndirectRatios, standardise

__all__ = ["DirectRates", "IndirectRatios", "standardise"]
