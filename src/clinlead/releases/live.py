"""A release's figures as they would go out now: complete months alone, from the tallies shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Exists

from clinlead.casemix.pooling import pool_for
from clinlead.figures.comparing import outside_peers
from clinlead.figures.models import TallyMonth
from clinlead.figures.presenters import ByRule
from clinlead.figures.queries import (
    ByUnit,
    Membership,
    Wanted,
    added_up,
    is_person,
    membership_among,
    posts_around,
    tallies,
    unlike_of,
    within,
)
from clinlead.figures.sums import MonthSums, total
from clinlead.measures.breaks import Breaks, breaks_by_measure
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Person, Post
from clinlead.releases.manifest import digest_of, figure_content
from clinlead.releases.models import FigureKey, Release
from clinlead.releases.statistics import as_columns, statistics_together
from clinmeasures.definitions import Definition

REMEMBERED = 16  # releases whose figures a process keeps at hand
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One figure as it stands now."""

    key: FigureKey
    version: int
    title: str
    definition: Definition
    definition_digest: str
    person: Person | None
    months: Sequence[MonthSums]  # complete ones, oldest first, up to the release's last
    composition: Mapping[str, Sequence[str]]  # of a department's figure: units by month
    contributors: int  # people behind it in the period
    period: tuple[str, ...]
    statistics: Mapping[str, Any] = field(default_factory=dict)
    beside: str | None = None  # colleagues: "unusually high", blank within chance; None: unlike

    @cached_property
    def tallies(self) -> dict[str, list[Any]]:
        return as_columns(self.months)

    @cached_property
    def digest(self) -> str:
        content = figure_content(self.key, self.version, self.tallies, self.composition)
        return digest_of(content)

    @property
    def has_signal(self) -> bool:
        return bool(self.statistics["signals"])

    @property
    def needs_words(self) -> bool:
        """Whether somebody must say what they make of it: a signal over time, or beside others."""
        return self.has_signal or bool(self.beside)

    @property
    def in_period(self) -> list[MonthSums]:
        return [month for month in self.months if month.month in self.period]

    @property
    def records(self) -> int:
        """How many records count in the period, in whole records: for control totals."""
        return round(total(self.in_period).denominator / MILLION)

    @property
    def records_by_month(self) -> dict[str, int]:
        """The same of each month, and of the whole period under a blank."""
        months = {each.month: round(each.sums.denominator / MILLION) for each in self.in_period}
        return {"": self.records} | months


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """Every figure of a release, and what is held back because it is still provisional."""

    drafts: tuple[Draft, ...]
    held_back: Mapping[str, tuple[str, ...]]  # title → months
    definitions: tuple[Definition, ...]
    who: Membership
    people: Mapping[str, Person]  # by code
    by_rules: dict[FigureKey, Sequence[ByRule]] = field(default_factory=dict, compare=False)

    def find(self, key: FigureKey) -> Draft | None:
        return next((draft for draft in self.drafts if draft.key == key), None)

    @property
    def digest(self) -> str:
        return digest_of_drafts(self.drafts)


def digest_of_drafts(drafts: Iterable[Draft]) -> str:
    """Equal while these figures are the same ones and say the same."""
    return digest_of({"/".join(draft.key): draft.digest for draft in drafts})


_assembled: dict[object, Assembled] = {}


def posts_of(release: Release, **also: Exists) -> list[Post]:
    """The posts of everyone behind a release, each with `unlike`, and with what else is asked."""
    return posts_around(release.department.code, unlike_on=release.period.ends_on, **also)


def assembled(
    release: Release, *, posts: Sequence[Post] | None = None, fresh: bool = False
) -> Assembled:
    """The figures of a release; kept at hand while nothing behind them has changed."""
    chosen = list(chosen_by([release.department_id], release.period.ends_on))
    posts = posts_of(release) if posts is None else posts
    who = membership_among(posts, release.department)
    unlike = unlike_of(posts)
    mark = (mark_of(release, chosen, who), unlike)
    if fresh or mark not in _assembled:
        while len(_assembled) >= REMEMBERED:
            _assembled.pop(next(iter(_assembled)), None)
        _assembled[mark] = assemble(release, chosen, who, unlike)
    return _assembled[mark]


def mark_of(release: Release, chosen: Sequence[DepartmentMeasure], who: Membership) -> object:
    """Equal while the tallies shown, the people and the choice of measures are the same."""
    shown = TallyMonth.objects.shown().filter(
        measure__in={each.measure.code for each in chosen}, month__lte=release.last_month
    )
    months = tuple(shown.order_by("pk").values_list("pk", "complete"))
    choices = tuple((one.measure_id, one.rule, one.shown_individually) for one in chosen)
    codes = [one.measure.code for one in chosen]
    breaks = tuple(map(tuple, breaks_by_measure(release.department_id, codes).values()))
    place = release.first_month, release.last_month, release.department_id
    return place, months, choices, who, breaks


def assemble(
    release: Release,
    chosen: Sequence[DepartmentMeasure],
    who: Membership,
    unlike: frozenset[str],
) -> Assembled:
    wanted = [Wanted(one.measure.code, one.measure.version, one.rule) for one in chosen]
    found = tallies(wanted, who.units(), last=release.last_month)
    people = {person.code: person for person in Person.objects.filter(code__in=who.units())}
    months = release.period.months
    breaks = breaks_by_measure(release.department_id, [one.measure.code for one in chosen])
    drafts: list[Draft] = []
    held_back: dict[str, tuple[str, ...]] = {}
    for one, figure in zip(chosen, wanted, strict=True):
        made = drafts_of(release, one, within(who, found[figure]), people)
        drafts += beside_colleagues(made, unlike)
        late = tuple(sorted(set(months) - complete_months(figure, months)))
        if late:
            held_back[one.measure.title] = late
    definitions = tuple(read_definition(one.measure.definition) for one in chosen)
    return Assembled(
        drafts=with_statistics(drafts, breaks),
        held_back=held_back,
        definitions=definitions,
        who=who,
        people=people,
    )


def complete_months(figure: Wanted, months: Sequence[str]) -> set[str]:
    shown = TallyMonth.objects.shown().filter(
        measure=figure.measure,
        version=figure.version,
        rule=figure.rule,
        complete=True,
        month__in=months,
    )
    return set(shown.values_list("month", flat=True))


def drafts_of(
    release: Release, one: DepartmentMeasure, by_unit: ByUnit, people: Mapping[str, Person]
) -> list[Draft]:
    """A measure's figures: the department's own, and each person's where that was decided."""
    definition = read_definition(one.measure.definition)
    period = release.period.months
    complete = {
        unit: [month for month in rows if month.complete and month.sums.n]
        for unit, rows in by_unit.items()
    }
    team = composed(complete)
    units: dict[str, Sequence[MonthSums]] = {release.team_unit: added_up(complete)}
    if one.shown_individually or definition.level == "individual":
        units |= {unit: rows for unit, rows in complete.items() if is_person(unit)}
    return [
        Draft(
            key=FigureKey(one.measure.code, one.rule, unit),
            version=one.measure.version,
            title=one.measure.title,
            definition=definition,
            definition_digest=one.measure.digest,
            person=people.get(unit),
            months=rows,
            composition=team if unit == release.team_unit else {},
            contributors=contributors(complete, period) if unit == release.team_unit else 1,
            period=period,
        )
        for unit, rows in units.items()
        if any(month.month in period for month in rows)
    ]


def beside_colleagues(drafts: Sequence[Draft], unlike: frozenset[str]) -> list[Draft]:
    """One measure's figures, each person's with where it stands among the others."""
    months = {draft.key.unit: draft.months for draft in drafts if not draft.key.is_team}
    if not months:
        return list(drafts)
    definition = drafts[0].definition
    pool = pool_for(definition, drafts[0].key.rule)
    found = outside_peers(months, definition, not_alike=unlike, pool=pool)
    return [replace(draft, beside=found.get(draft.key.unit)) for draft in drafts]


def composed(by_unit: ByUnit) -> dict[str, list[str]]:
    """Which units a department's figure adds up, by month."""
    found: dict[str, list[str]] = {}
    for unit in sorted(by_unit):
        for month in by_unit[unit]:
            found.setdefault(month.month, []).append(unit)
    return found


def contributors(by_unit: ByUnit, period: Sequence[str]) -> int:
    """People with a record in the period; a pool is nobody."""
    return sum(
        is_person(unit) and any(month.month in period for month in rows)
        for unit, rows in by_unit.items()
    )


def with_statistics(drafts: Sequence[Draft], breaks: Mapping[str, Breaks]) -> tuple[Draft, ...]:
    """In the order of pages: by measure, the department's own first."""
    alike: dict[tuple[Any, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        alike[draft.definition, draft.key.rule, draft.key.is_team, draft.period].append(draft)
    found = [each for group in alike.values() for each in described(group, breaks)]
    return tuple(
        sorted(found, key=lambda draft: (draft.title, not draft.key.is_team, draft.key.unit))
    )


def described(alike: Sequence[Draft], breaks: Mapping[str, Breaks]) -> list[Draft]:
    """Figures of one measure, of people or of departments, with their charts in one pass."""
    first = alike[0]
    found = statistics_together(
        [draft.months for draft in alike],
        first.definition,
        first.period,
        team=first.key.is_team,
        breaks=breaks[first.key.measure],
    )
    return [replace(draft, statistics=each) for draft, each in zip(alike, found, strict=True)]
