"""Definitions compiled to one expression with two outputs: tallies and records."""
