"""Lists of papers: what each is, where it is, and whether it is made."""

from dataclasses import dataclass

from clinlead.access.policies import Reader
from clinlead.organisation.models import Person
from clinlead.packs.actions import goal_changed, is_as_wanted, wanted_by
from clinlead.packs.models import Pack, Plan
from clinlead.packs.policies import (
    Kind,
    PackFacts,
    why_not_open_department,
    why_not_open_personal,
    why_not_open_team,
)
from clinlead.releases.models import Release, ReleaseState


@dataclass(frozen=True)
class Line:
    """One paper."""

    what: str
    href: str
    state: str


@dataclass(frozen=True)
class OwnLine(Line):
    """One's own paper, and the plan that goes with it."""

    plan: str
    planned: str


def own_packs(person: Person) -> list[OwnLine]:
    """A clinician's packs of every release that stands, newest first."""
    standing = Release.objects.filter(state=ReleaseState.RELEASED, figures__person=person)
    wanted = wanted_by(person)
    changed = goal_changed(person, wanted)
    mine = Pack.objects.filter(person=person, kind=Kind.PERSONAL)
    made = {pack.release_id: pack for pack in mine}
    plans = {
        (plan.department_id, plan.first_month, plan.last_month): plan
        for plan in Plan.objects.filter(person=person)
    }

    def line(release: Release) -> OwnLine:
        plan = plans.get((release.department_id, release.first_month, release.last_month))
        ready = is_as_wanted(made.get(release.pk), wanted, plan, changed)
        return OwnLine(
            str(release),
            f"/releases/{release.pk}/packs/{person.code}.pdf",
            "ready" if ready else "not made yet",
            f"/me/packs/{release.pk}/plan/",
            "your plan" if plan else "write your plan",
        )

    return [line(release) for release in standing.select_related("department").distinct()]


def papers_for(release: Release, reader: Reader) -> list[Line]:
    """The papers of a release that this person may open."""
    out = release.state != ReleaseState.PREPARING
    facts = PackFacts(department_id=release.department_id, out=out)
    base = f"/releases/{release.pk}/"
    made = {(p.kind, p.person_id) for p in Pack.objects.filter(release=release)}
    people = Person.objects.filter(pk__in=release.figures.values("person_id"))

    def line(what: str, name: str, kind: Kind, person_id: int | None = None) -> Line:
        state = "ready" if (kind.value, person_id) in made else "not made yet"
        return Line(what, base + name, state)

    found = []
    if why_not_open_department(reader, facts) is None:
        found.append(line("The department, with names", "pack.pdf", Kind.DEPARTMENT))
    if why_not_open_team(reader, facts) is None:
        found.append(line("The department, unnamed", "team.pdf", Kind.TEAM))
    for person in people:
        theirs = PackFacts(department_id=release.department_id, out=out, person_id=person.pk)
        if why_not_open_personal(reader, theirs) is None:
            name = "Your own" if person.pk == reader.person_id else person.name
            found.append(line(name, f"packs/{person.code}.pdf", Kind.PERSONAL, person.pk))
    return found
