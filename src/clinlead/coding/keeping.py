"""Keeping words that two people may be writing at once: neither overwrites the other."""

from datetime import datetime

from clinlead.access.models import Account
from clinlead.coding.models import Versioned


class ChangedMeanwhile(Exception):
    """Somebody saved other words after these were opened. Carries what stands now."""

    def __init__(self, now: Versioned) -> None:
        self.now = now
        super().__init__("somebody saved other words meanwhile")


def keep(row: Versioned, *, seen: int, text: str, by: Account, at: datetime) -> Versioned:
    """Saves words written on version `seen`, where that is still the newest. Takes the row's lock.

    Call it within a transaction. Where nothing was changed, nothing is saved.
    """
    held = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if held.text == text:
        return held
    if held.version != seen:
        raise ChangedMeanwhile(held)
    held.text, held.version, held.by, held.at = text, seen + 1, by, at
    held.save(update_fields=["text", "version", "by", "at"])
    return held
