"""The page of one of a department's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from clinlead.access.policies import Reader
from clinlead.figures.changed import changes
from clinlead.figures.charting import charted, charted_together, reading
from clinlead.figures.graded import Graded, graded_months
from clinlead.figures.keeping import department_months
from clinlead.figures.presenters import (
    DEPENDS,
    ByRule,
    Period,
    by_rule,
    depends_on_rule,
    earlier_signals,
    month_words,
    sentence,
    usual_period,
    value_words,
    why_words,
    within,
)
from clinlead.figures.queries import (
    ByUnit,
    Membership,
    Wanted,
    is_person,
    membership_among,
    posts_around,
    unlike_of,
)
from clinlead.figures.sums import MonthSums, total
from clinlead.figures.untold import why_untold
from clinlead.measures.breaks import Breaks, breaks_of
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Department, Person
from clinlead.pages.figures.asked import Asked, Select, selects, set_to
from clinlead.pages.figures.drawing import Picture, merger_drawn, over_time
from clinlead.pages.figures.followed import Followed, followed
from clinlead.pages.figures.overview import shown_individually
from clinlead.pages.figures.page import loads_behind, loads_of, told
from clinlead.pages.figures.released import said_of
from clinlead.pages.figures.spread import Spread, spread_of
from clinlead.pages.figures.teams import names_people
from clinlead.pages.figures.wordings import (
    EarlierWording,
    earlier_wordings,
    followed_from,
    under_another,
)
from clinlead.releases.grades import graded_then
from clinlead.releases.out import (
    Out,
    as_released,
    builds,
    months_seen,
    released,
    team_unit,
    where_released,
)
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clinician in the lead's list: by name, never by result."""

    label: str
    code: str
    href: str
    cases: int
    figure: str
    reading: str


@dataclass(frozen=True, kw_only=True)
class TeamPage:
    """What the template arranges."""

    definition: Definition
    rule: str
    rule_words: str
    period: Period | None
    sentence: str
    reading: str
    earlier: str
    hidden: str
    picture: Picture | None
    graded: Graded
    spread: Spread
    rules: Sequence[ByRule]
    lines: Sequence[Line]
    named: Sequence[int]  # people whose results the page shows by name or code
    pool: str
    why: Sequence[str]
    selects: Sequence[Select]
    standing: str
    as_released: str  # where its released figure is, for whoever may open the release
    wordings: Sequence[EarlierWording]
    changes: Sequence[Any]
    said: Sequence[Any]
    loads: Sequence[Any]
    untold: str  # why there is no figure at all, where what it rests on was not loaded
    followed: Followed

    @property
    def set_to(self) -> str:
        return set_to(self.selects)

    @property
    def depends(self) -> str:
        return f"{DEPENDS}." if len(self.rules) > 1 and depends_on_rule(self.rules) else ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What this reader may see: the months, and behind them everybody for those who build it."""

    months: list[MonthSums]
    hidden: str = ""
    by_unit: ByUnit = field(default_factory=dict)
    by_rule: Mapping[str, Sequence[MonthSums]] = field(default_factory=dict)
    who: Membership | None = None
    people: Mapping[str, Person] = field(default_factory=dict)  # by code, whoever held a post
    unlike: frozenset[str] = frozenset()  # whose work is not like the others', by code


def seen_live(department: Department, choice: DepartmentMeasure, rule: str, on: date) -> Seen:
    """The figure as it is now: every unit under one rule, the total under each."""
    measure, posts = choice.measure, posts_around(department.code, unlike_on=on)
    who = membership_among(posts, department)
    rules = read_definition(measure.definition).attribution
    wanted = {each: Wanted(measure.code, measure.version, each) for each in rules}
    found = department_months(who, wanted.values(), by_unit_of=wanted[rule])
    by_rule = {each: found.months[wanted[each]] for each in rules}
    people = {each.person.code: each.person for each in posts}
    return Seen(
        months=by_rule[rule],
        by_unit=found.by_unit,
        by_rule=by_rule,
        who=who,
        people=people,
        unlike=unlike_of(posts),
    )


def team_page(
    reader: Reader, department: Department, choice: DepartmentMeasure, asked: Asked
) -> TeamPage:
    """The page of one of a department's figures."""
    inside = builds(reader, department)
    rule = (asked.rule if inside else "") or choice.rule
    out = released(department, team_unit(department), choice.measure.code, rule)
    if inside:
        seen = seen_live(department, choice, rule, reader.on)
    else:
        choice = as_released(choice, out.figure if out else None)
        months, hidden = months_seen(reader, department, out)
        seen = Seen(months=months, hidden=hidden)
    definition = read_definition(choice.measure.definition)
    breaks = breaks_of(department.pk, definition.code)
    chart = charted(seen.months, definition, team=True, breaks=breaks)
    period = asked.period(usual_period(seen.months), seen.months)
    said, then = reading(chart), followed(reader, department, definition.code)
    wordings = earlier_of_team(reader, choice, seen, breaks, inside=inside)
    loads = loads_of(definition, rule)
    grades = (
        graded_months(chart, rule, loads)
        if inside or out is None
        else graded_then(out.figure, chart)
    )
    lines, named = lines_of(reader, choice, seen, period, breaks)
    return TeamPage(
        definition=definition,
        rule=rule,
        rule_words=RULES[rule].words,
        period=period,
        sentence=sentence(total(within(seen.months, period)), definition, period) if period else "",
        reading=said,
        earlier=earlier_signals(chart),
        hidden=seen.hidden,
        spread=spread_of(choice, rule, seen.by_unit, period, seen.unlike),
        picture=over_time(
            chart,
            whose="the department's",
            reading=said,
            prefix="trend",
            followed_from=followed_from(choice, wordings),
            events=[*then.events, *merger_drawn(department)],
            grades=grades.by_month,
        ),
        graded=grades,
        rules=by_rule(seen.by_rule, definition, rule, period, said=said, team=True, breaks=breaks)
        if inside
        else [],
        lines=lines,
        named=named,
        pool=pool_words(seen.by_unit, definition, period),
        why=why_words(definition),
        selects=team_selects(asked, definition, seen.months, period, rule, inside=inside),
        standing=team_standing(out, definition),
        as_released=where_released(reader, out) if seen.months else "",
        wordings=wordings,
        changes=team_changes(seen.who, choice, rule, definition) if seen.who else (),
        said=said_of(team_unit(department), definition.code, rule, department),
        loads=loads_behind(definition, loads),
        untold=why_untold(definition, loads) if inside else "",
        followed=then,
    )


def lines_of(
    reader: Reader,
    choice: DepartmentMeasure,
    seen: Seen,
    period: Period | None,
    breaks: Breaks,
) -> tuple[list[Line], list[int]]:
    """Every clinician behind the total, in the order of their labels; and who they are."""
    by_unit = seen.by_unit
    if not by_unit or not shown_individually(choice):
        return [], []
    definition = read_definition(choice.measure.definition)
    department = choice.department
    label = "name" if names_people(reader, department) else "code"
    base = f"/departments/{department.code}/people"
    found = (seen.people[unit] for unit in by_unit if is_person(unit))
    listed = sorted(found, key=attrgetter(label))
    charts = charted_together([by_unit[each.code] for each in listed], definition, breaks=breaks)
    lines, named = [], []
    for person, chart in zip(listed, charts, strict=True):
        sums = total(within(by_unit[person.code], period))
        named.append(person.pk)
        lines.append(
            Line(
                label=getattr(person, label),
                code=person.code,
                href=f"{base}/{person.code}/figures/{definition.code}/",
                cases=sums.n,
                figure=value_words(sums, definition),
                reading=reading(chart),
            )
        )
    return lines, named


def pool_words(by_unit: ByUnit, definition: Definition, period: Period | None) -> str:
    """What counts for the department and for nobody in it."""
    pooled = [rows for unit, rows in by_unit.items() if not is_person(unit)]
    sums = total(within([each for rows in pooled for each in rows], period))
    return value_words(sums, definition) if sums.n else ""


def team_selects(
    asked: Asked,
    definition: Definition,
    months: Sequence[MonthSums],
    period: Period | None,
    rule: str,
    *,
    inside: bool,
) -> list[Select]:
    """Months and rules; totals are not narrowed to some records, lest people be subtracted."""
    found = selects(asked, definition, [each.month for each in months], period, rule)
    names = {"from", "to", "rule"} if inside else {"from", "to"}
    return [each for each in found if each.name in names]


def team_standing(out: Out | None, definition: Definition) -> str:
    if out is None:
        return "Not released yet: only the lead and those who build it see this figure."
    said = f"Released up to {month_words(out.last_month)}"
    return f"{said}{under_another(out, definition)}."


def earlier_of_team(
    reader: Reader,
    choice: DepartmentMeasure,
    seen: Seen,
    breaks: Breaks,
    *,
    inside: bool,
) -> Sequence[EarlierWording]:
    """The charts of wordings that the department followed before; nobody joins them to this one."""
    department = choice.department

    def months_of(past: DepartmentMeasure) -> Sequence[MonthSums]:
        if seen.who is not None:
            wanted = Wanted(past.measure.code, past.measure.version, past.rule)
            return department_months(seen.who, [wanted]).months[wanted]
        measure, unit = past.measure, team_unit(department)
        out = released(department, unit, measure.code, past.rule, measure.version)
        return months_seen(reader, department, out)[0]

    return earlier_wordings(
        choice,
        months_of,
        now=seen.months if inside else (),
        whose="the department's",
        team=True,
        breaks=breaks,
    )


def team_changes(
    who: Membership, choice: DepartmentMeasure, rule: str, definition: Definition
) -> list[Any]:
    wanted = Wanted(choice.measure.code, choice.measure.version, rule)
    return told(changes(who.units(), wanted), definition)
