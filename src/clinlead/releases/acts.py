"""What every act of this room begins and ends with."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.releases.models import (
    Release,
)

KIND = "release"


def day_of(at: datetime) -> date:
    """The trust's own day at an instant."""
    return timezone.localdate(at)


def asking(by: Account, at: datetime) -> Reader:
    return reader_of(by, day_of(at))


def locked(release_id: int) -> Release:
    """The release, held so that two people cannot decide it at once."""
    held = Release.objects.select_for_update(of=("self",)).select_related("department")
    return held.get(pk=release_id)


def enter(act: str, release: Release, by: Account | None, at: datetime, **facts: object) -> None:
    """The entry in the record; `about` names the people whose results it concerns."""
    about: Iterable[int] = facts.pop("about", ())  # type: ignore[assignment]
    append(
        act=act,
        at=at,
        by_id=by.pk if by else None,
        about=about,
        object_kind=KIND,
        object_id=release.pk,
        details=facts,
    )
