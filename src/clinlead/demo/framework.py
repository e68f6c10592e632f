"""Clinicians open what was released, so that the framework can count it; some have not yet."""

from datetime import timedelta
from typing import TYPE_CHECKING

from clinlead.framework.looking import seen
from clinlead.releases.models import Release, ReleaseState

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

NOT_YET = 3  # every so manieth has not looked


def open_releases(making: "Making") -> None:
    """Within the fortnight after the release, in the order of their figures."""
    for release in Release.objects.filter(state=ReleaseState.RELEASED):
        people = release.figures.exclude(person=None).order_by("person").values_list("person")
        for place, (person,) in enumerate(people.distinct()):
            if release.released_at is not None and place % NOT_YET:
                at = release.released_at + timedelta(days=place % 14, hours=3)
                seen(release.pk, person, min(at, making.now))
