"""What a person wrote here that nobody else reads, erased when they ask for it."""

from datetime import datetime

from clinlead.access.models import Account
from clinlead.releases.models import UnfinishedWords


def erase_unfinished(*, account: Account, at: datetime) -> dict[str, int]:
    """Interpretations that were begun and never saved (settings.ON_ERASURE)."""
    return {"unsaved words": UnfinishedWords.objects.filter(by=account, at__lte=at).delete()[0]}
