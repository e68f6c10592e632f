"""Making packs: all of a release in the background, or one on demand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.background.working import CannotDo, Progress
from clinlead.notices.actions import tell
from clinlead.organisation.models import Person
from clinlead.packs import department, personal
from clinlead.packs.gathering import Gathered, gather
from clinlead.packs.keeping import keep, root
from clinlead.packs.models import Pack
from clinlead.packs.policies import Comparator, Kind
from clinlead.printing import pdf, why_not_print
from clinlead.releases.models import Release, ReleaseState
from clinmeasures.wording.units import how_many

CONTENTS: dict[Kind, tuple[str, Callable[[Gathered], dict[str, Any]]]] = {
    Kind.DEPARTMENT: (department.TEMPLATE, department.department),
    Kind.TEAM: (department.TEMPLATE, department.team),
}


def released(release_id: int | str) -> Release | None:
    rows = Release.objects.select_related("department", "supersedes", "released_by__person")
    return rows.filter(pk=release_id).exclude(state=ReleaseState.PREPARING).first()


def make_packs(key: str, at: datetime, progress: Progress) -> str:
    """Every pack of a release that is not there yet; begun again, it goes on where it was."""
    release = released(key)
    if release is None or release.state == ReleaseState.SUPERSEDED:
        return "Nothing made: a later edition has replaced this one."
    if why_not_print():
        raise CannotDo(why_not_print())
    gathered = gather(release)
    there = kept_of(release)
    left = [each for each in wanted(gathered) if each not in there]
    total = len(gathered.people) + len(CONTENTS)
    for done, (kind, person) in enumerate(left, start=total - len(left)):
        progress(done, total)
        make(gathered, kind, person, at=at)
    progress(total, total)
    tell_owners(gathered, at)
    return f"{how_many(total, 'pack')} made."


def tell_owners(gathered: Gathered, at: datetime) -> None:
    """Once each pack is there: its owner, and the lead of the department's."""
    release = gathered.release
    again = f", edition {release.edition}" if release.edition > 1 else ""
    owners = Account.objects.filter(person__in=gathered.people).select_related("person")
    tell(
        owners,
        key=f"pack {release.pk}",
        words=f"Your pack for {release.period}{again} is ready",
        href="/me/packs/",
        at=at,
    )
    tell(
        leads_of(release.department, timezone.localdate(at)),
        key=f"department pack {release.pk}",
        words=f"The pack of {release.department.name} for {release.period}{again} is ready",
        href=f"/releases/{release.pk}/packs/",
        at=at,
    )


def wanted(gathered: Gathered) -> list[tuple[Kind, Person | None]]:
    everybody = [(Kind.PERSONAL, person) for person in gathered.people]
    return [*everybody, *((kind, None) for kind in CONTENTS)]


def kept_of(release: Release) -> set[tuple[Kind, Person | None]]:
    """What is made already, with its file there."""
    rows = Pack.objects.filter(release=release).select_related("person")
    return {(Kind(row.kind), row.person) for row in rows if (root() / row.file).is_file()}


def make(gathered: Gathered, kind: Kind, person: Person | None, *, at: datetime) -> Pack:
    """One paper, dated by the release, put in place."""
    release = gathered.release
    if person is None:
        template, content_of = CONTENTS[kind]
        return keep(
            printed(template, content_of(gathered), release), release=release, kind=kind, at=at
        )
    comparator = gathered.chosen.get(person.pk, Comparator.PEERS)
    content = personal.personal(gathered, person)
    return keep(
        printed(personal.TEMPLATE, content, release),
        release=release,
        kind=kind,
        person=person,
        comparator=comparator,
        at=at,
    )


def printed(template: str, content: dict[str, Any], release: Release) -> bytes:
    return pdf(template, content, at=release.released_at)  # type: ignore[arg-type]


def make_one(release: Release, kind: Kind, person: Person | None, *, at: datetime) -> Pack:
    """On demand: what was not made yet, or is not as its owner wants it."""
    return make(gather(release), kind, person, at=at)
