"""Backups, restoring them, and what is held about one person."""
