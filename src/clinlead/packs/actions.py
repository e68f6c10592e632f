"""Choosing a comparator, and opening a pack, which others' reading records."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append, record_reading
from clinlead.organisation.models import Person
from clinlead.packs.goals import changed_at
from clinlead.packs.keeping import read
from clinlead.packs.making import make_one
from clinlead.packs.models import ComparatorChoice, Pack, Plan
from clinlead.packs.planning import plan_of
from clinlead.packs.policies import Comparator, Kind, why_not_choose
from clinlead.releases.models import Release


@transaction.atomic
def choose(*, comparator: Comparator, by: Account, at: datetime) -> ComparatorChoice:
    """What this clinician's packs set their figures beside, from now on."""
    refuse_if(why_not_choose(reader_of(by, timezone.localdate(at))))
    chosen, _ = ComparatorChoice.objects.update_or_create(
        person=by.person, defaults={"comparator": comparator, "chosen_at": at}
    )
    append(
        act="comparator chosen", at=at, by_id=by.pk,
        object_kind="pack", details={"comparator": comparator},
    )  # fmt: skip
    return chosen


def note_opening(*, release: Release, people: list[Person], by: Account, at: datetime) -> None:
    """Everyone whose results the paper names, unless they open it themselves."""
    about = {person.pk for person in people if person.pk != by.person_id}
    if about:
        record_reading(
            at=at,
            by_id=by.pk,
            about=about,
            object_kind="release",
            object_id=release.pk,
            reason="A pack was opened",
        )


def paper_of(release: Release, kind: Kind, person: Person | None) -> bytes | None:
    """The paper as it was made, where it is whole and as its owner wants it."""
    pack = Pack.objects.filter(release=release, kind=kind, person=person).first()
    if pack is None:
        return None
    if person is not None:
        wanted = wanted_by(person)
        changed = goal_changed(person, wanted)
        if not is_as_wanted(pack, wanted, plan_of(release, person), changed):
            return None
    return read(pack)


def is_as_wanted(
    pack: Pack | None, comparator: str, plan: Plan | None, changed: datetime | None = None
) -> bool:
    """Whether it is made, compares with what its owner chose, and has their newest plan.

    `changed` is when they last changed the goals that it compares with.
    """
    if pack is None or pack.comparator != comparator:
        return False
    written = [day for day in (plan and plan.written_at, changed) if day]
    return all(day <= pack.made_at for day in written)


def goal_changed(person: Person, comparator: str) -> datetime | None:
    """When the goals that a pack compares with changed; no question where it does not."""
    return changed_at(person) if comparator == Comparator.GOAL else None


def wanted_by(person: Person) -> str:
    chosen = ComparatorChoice.objects.filter(person=person).first()
    return chosen.comparator if chosen else Comparator.PEERS.value


def make_now(release: Release, kind: Kind, person: Person | None, *, at: datetime) -> bytes | None:
    """Make one paper on demand."""
    return read(make_one(release, kind, person, at=at))
