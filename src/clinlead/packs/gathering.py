"""Everything that the packs of one release say, read once for the whole department.

Only what was released: frozen figures, what the lead wrote of them, and the editions before.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from clinlead.access.deciding import Above, above_on, leads_of
from clinlead.access.models import Account
from clinlead.figures.charting import Charted, charted_together
from clinlead.figures.sums import MonthSums
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import RoleProfile
from clinlead.packs.goals import goals_of
from clinlead.packs.models import ComparatorChoice, Goal, Plan
from clinlead.packs.policies import Comparator
from clinlead.pages.figures.released import months_of
from clinlead.releases.models import (
    FigureKey,
    Interpretation,
    Release,
    ReleasedFigure,
    ReleaseState,
)
from clinlead.releases.statistics import kept_breaks
from clinlead.validation.models import Challenge, ChallengeState
from clinmeasures.definitions import Definition

Figures = Mapping[FigureKey, ReleasedFigure]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """One release, read."""

    release: Release
    figures: Figures
    definitions: Mapping[tuple[str, int], Definition]
    said: Mapping[FigureKey, Interpretation]  # the lead's newest words of a figure as released
    replaced: Figures  # of the edition before
    earlier: Figures  # of the release of the months before
    earlier_release: Release | None
    profiles: Mapping[int, RoleProfile]  # by person, at the end of the period
    chosen: Mapping[int, Comparator]  # by person
    goals: Mapping[tuple[int, str], Goal]  # by person and measure, of whoever compares with them
    accepted: Mapping[int, Sequence[Challenge]]  # by person, between the release before and this
    plans: Mapping[int, Plan]  # by person: what they planned of these months, and show
    plans_before: Mapping[int, Plan]  # by person: what they planned last time, and show
    leads: Sequence[Account]
    above: Above  # to whom a lead's own figures go, a chief's and a director's

    def leads_here(self, person_id: int) -> bool:
        return person_id in {each.person_id for each in self.leads}

    def talks_with(self, person_id: int) -> tuple[str, str]:
        """With whom a clinician talks about their figures: title and names."""
        title, accounts = self.partners_of(person_id)
        return title, " and ".join(map(str, accounts))

    def partners_of(self, person_id: int) -> tuple[str, Sequence[Account]]:
        if person_id in self.above.directors_cases:
            return "medical director", self.above.of_directors_cases(person_id)
        if self.leads_here(person_id):
            return self.above.of_leads(self.release.department, self.leads)
        return "clinical director", self.leads

    @cached_property
    def months(self) -> dict[FigureKey, list[MonthSums]]:
        return {key: months_of(figure) for key, figure in self.figures.items()}

    @cached_property
    def charts(self) -> dict[FigureKey, Charted]:
        """Every figure's chart over time, a measure's all in one pass."""
        alike: dict[tuple, list[ReleasedFigure]] = defaultdict(list)
        for figure in self.figures.values():
            breaks = tuple((each.on, each.reason) for each in kept_breaks(figure.statistics))
            kind = (figure.measure, figure.version, figure.key.is_team, breaks)
            alike[kind].append(figure)
        return {key: chart for some in alike.values() for key, chart in self.drawn(some)}

    def drawn(self, some: Sequence[ReleasedFigure]):
        first = some[0]
        charts = charted_together(
            [self.months[figure.key] for figure in some],
            self.definition(first),
            team=first.key.is_team,
            breaks=kept_breaks(first.statistics),
        )
        return zip((figure.key for figure in some), charts, strict=True)

    def definition(self, figure: ReleasedFigure) -> Definition:
        return self.definitions[figure.measure, figure.version]

    def of_person(self, person_id: int) -> list[ReleasedFigure]:
        return [f for f in self.figures.values() if f.person_id == person_id]

    @cached_property
    def of_team(self) -> list[ReleasedFigure]:
        return [figure for figure in self.figures.values() if figure.key.is_team]

    @cached_property
    def people(self):
        """Whoever has a figure in this release, by name."""
        found = {f.person_id: f.person for f in self.figures.values() if f.person is not None}
        return sorted(found.values(), key=lambda person: (person.name, person.pk))


def gather(release: Release) -> Gathered:
    """All of it, in a fixed number of questions however many clinicians there are."""
    rows = release.figures.select_related("person").order_by("title", "unit")
    figures = {figure.key: figure for figure in rows}
    before = release_before(release)
    day = release.period.ends_on
    people = {figure.person_id for figure in figures.values() if figure.person_id}
    plans, plans_before = plans_shown(release, people)
    leads = leads_of(release.department, out_on(release))
    chosen = {
        each.person_id: Comparator(each.comparator)
        for each in ComparatorChoice.objects.filter(person__in=people)
    }
    return Gathered(
        release=release,
        figures=figures,
        definitions=definitions_of(figures),
        said=words_of(release, figures),
        replaced=figures_of(release.supersedes),
        earlier=figures_of(before),
        earlier_release=before,
        profiles=profiles_on(day, people),
        chosen=chosen,
        goals=goals_of([pk for pk, one in chosen.items() if one is Comparator.GOAL]),
        accepted=accepted_since(release, before, people),
        plans=plans,
        plans_before=plans_before,
        leads=leads,
        above=above_on(out_on(release)),
    )


def plans_shown(release: Release, people: set[int]) -> tuple[dict[int, Plan], dict[int, Plan]]:
    """What people planned of these months, and the newest of months before: only what they show."""
    rows = Plan.objects.filter(person__in=people, shown=True, last_month__lte=release.last_month)
    now: dict[int, Plan] = {}
    before: dict[int, Plan] = {}
    for row in rows.order_by("last_month"):
        if row.last_month < release.first_month:
            before[row.person_id] = row
        elif (row.department_id, row.last_month) == (release.department_id, release.last_month):
            now[row.person_id] = row
    return now, before


def out_on(release: Release) -> date:
    return timezone.localdate(release.released_at)


def definitions_of(figures: Figures) -> dict[tuple[str, int], Definition]:
    wanted = {(figure.measure, figure.version) for figure in figures.values()}
    rows = MeasureVersion.objects.filter(code__in={code for code, _ in wanted})
    return {
        (row.code, row.version): read_definition(row.definition)
        for row in rows
        if (row.code, row.version) in wanted
    }


def words_of(release: Release, figures: Figures) -> dict[FigureKey, Interpretation]:
    """What the lead made of each figure as it was released; later words take the place."""
    rows = release.interpretations.filter(by_owner=False).select_related("by__person")
    return {
        row.key: row for row in rows if row.key in figures and figures[row.key].digest == row.digest
    }


def figures_of(release: Release | None) -> dict[FigureKey, ReleasedFigure]:
    return {} if release is None else {figure.key: figure for figure in release.figures.all()}


def release_before(release: Release) -> Release | None:
    """The department's release of the months before, in the edition that stands."""
    standing = Release.objects.filter(
        department=release.department,
        state=ReleaseState.RELEASED,
        last_month__lt=release.first_month,
    )
    return standing.order_by("-last_month", "-edition").first()


def profiles_on(day: date, people: set[int]) -> dict[int, RoleProfile]:
    rows = (
        RoleProfile.objects.on(day)
        .filter(person__in=people)
        .select_related("person")
        .order_by("starts_on", "pk")
    )
    return {row.person_id: row for row in rows}


def accepted_since(
    release: Release, before: Release | None, people: set[int]
) -> dict[int, list[Challenge]]:
    """Challenges of these people that were accepted since the release before this one."""
    since: datetime | None = (release.supersedes or before or release).released_at
    settled = Q(settled_at__lte=release.released_at)
    if since and since != release.released_at:
        settled &= Q(settled_at__gt=since)
    rows = Challenge.objects.filter(settled, state=ChallengeState.ACCEPTED, person__in=people)
    found: dict[int, list[Challenge]] = defaultdict(list)
    for row in rows.filter(month__lte=release.last_month).order_by("settled_at", "pk"):
        found[row.person_id].append(row)
    return found
