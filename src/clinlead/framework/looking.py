"""Told by the releases' pages (`settings.OWN_RELEASE_SEEN`) that somebody opened one."""

from datetime import datetime

from clinlead.framework.models import FirstLook


def seen(release_id: int, person_id: int, at: datetime) -> None:
    """Kept once; the page has seen that figures of theirs are in it."""
    FirstLook.objects.get_or_create(release_id=release_id, person_id=person_id, defaults={"at": at})
