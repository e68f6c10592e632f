"""Intervals for proportions, rates and means."""
