"""Clinically led performance management."""
