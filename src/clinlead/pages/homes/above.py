"""What a chief or a medical director decides because its owners lead, in requests of its own after
the page; and whom to name where nobody may decide.
"""

from collections.abc import Collection
from dataclasses import dataclass

from clinlead.access.deciding import Offices
from clinlead.access.policies import ANSWERS_FOR_ROLES, Reader, Role
from clinlead.organisation.models import Post
from clinlead.pages.homes.parts import Path, Task
from clinlead.pages.words import as_day, as_months, plural
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.standing import standing

PATH = Path(
    "Figures that only you decide",
    "/home/own-figures/",
    "/releases/",
    "See the releases, and whose own figures wait for you",
)


@dataclass(frozen=True)
class Waits:
    """One release in which somebody's own figures are this person's to decide."""

    release: Release
    people: frozenset[int]

    @property
    def words(self) -> str:
        one = self.release
        return f"{one.department}, {as_months(one.first_month, one.last_month)}"

    @property
    def when(self) -> str:
        return f"release due by {as_day(self.release.due_on)}"


def own_figures(reader: Reader, release_id: int | None = None) -> list[Waits]:
    """Releases on their way with figures that go past their lead to this person; all, or one of
    them. Three questions at most.
    """
    found = Release.objects.filter(state=ReleaseState.PREPARING).select_related("department")
    if release_id is not None:
        found = found.filter(pk=release_id)
    offices = Offices(reader.on)
    posted = posts_of_directors_cases(reader, offices)
    each = (Waits(one, owners(one, reader, offices, posted)) for one in found.order_by("due_on"))
    return [one for one in each if one.people]


def posts_of_directors_cases(reader: Reader, offices: Offices) -> Collection[tuple[int, int]]:
    """Where chiefs and medical directors work, as person and department; for a director alone."""
    if not reader.has(Role.DIRECTOR):
        return ()
    posts = Post.objects.on(reader.on).filter(person__in=offices.directors_cases)
    return set(posts.values_list("person_id", "department_id"))


def owners(
    release: Release, reader: Reader, offices: Offices, posted: Collection[tuple[int, int]]
) -> frozenset[int]:
    """Whose own figures of a release are this person's to decide."""
    here = release.department
    divisions = {one["division_id"] for one in offices.held}  # those with a chief
    unled = here.division_id not in divisions
    decides = here.pk in reader.chief_of or (reader.has(Role.DIRECTOR) and unled)
    leads = offices.leads_in(here.pk) - offices.directors_cases if decides else frozenset()
    above = {person for person, department in posted if department == here.pk}
    return leads | above - {reader.person_id}


def naming_tasks(reader: Reader, offices: Offices) -> list[Task]:
    """A medical director to name, for those who give roles: nobody may decide for the only one."""
    alone = offices.without_decider() if reader.has(*ANSWERS_FOR_ROLES) else []
    if not alone:
        return []
    whose = " and ".join(map(str, alone))
    why = f"nobody may decide for {whose}: their figures, challenges and reviews wait"
    return [Task("Name a second or deputy medical director", "/roles/", why)]


def left_in(waits: Waits, reader: Reader) -> str:
    """How much of it is left for this person, in words."""
    now = standing(waits.release, reader.on)

    def theirs(drafts) -> int:
        mine = now.decided_by(reader, drafts)
        return sum(one.person is not None and one.person.pk in waits.people for one in mine)

    interpret, sign = theirs(now.to_interpret), theirs(now.to_sign_off)
    said = [
        f"{plural(interpret, 'figure')} to interpret" if interpret else "",
        f"{plural(sign, 'figure')} to sign off" if sign else "",
    ]
    return " and ".join(filter(None, said)) or "nothing waits for you"
