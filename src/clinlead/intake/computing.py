"""Having the rooms above compute what rests on loads; they are named in the settings."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from clinmeasures.activity.source import Progress


def no_progress(_share: float, _words: str) -> None:
    """For a caller who shows none."""


def compute_again(
    *, at: datetime, cause: str, cause_id: object, progress: Progress = no_progress
) -> None:
    """Call everything that computes after loads changed (settings.AFTER_LOADS)."""
    for name in settings.AFTER_LOADS:
        import_string(name)(at=at, progress=progress, cause=cause, cause_id=str(cause_id))
