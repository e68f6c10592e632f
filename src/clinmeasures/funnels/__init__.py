"""Funnel plots: comparing units with the chance limits of their own volumes."""
