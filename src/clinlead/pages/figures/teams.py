"""A department's own figures: for its lead as they are, for others as they were released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Reader, Role
from clinlead.figures.charting import charted, reading
from clinlead.figures.comparing import everybody, outside_words
from clinlead.figures.policies import TeamFacts, why_not_see_team
from clinlead.figures.presenters import (
    DEPENDS,
    ByRule,
    Period,
    by_rule,
    chance_words,
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
    added_up,
    changes,
    department_units,
    is_person,
    membership,
)
from clinlead.figures.sums import MonthSums, total
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, Person
from clinlead.pages.figures.asked import Asked, Select, selects
from clinlead.pages.figures.drawing import Picture, over_time, people_drawn
from clinlead.pages.figures.overview import Card, card, shown_individually
from clinlead.pages.figures.page import loads_behind, told
from clinlead.pages.figures.released import Out, released, said_of
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition
from clinmeasures.funnels import Funnel


def builds(reader: Reader, department: Department) -> bool:
    """Whether this reader sees a department's figures before they are released."""
    return department.pk in reader.leads or reader.has(Role.ANALYST)


def names_people(reader: Reader, department: Department) -> bool:
    """The lead reads names; who builds the figures works with codes."""
    return department.pk in reader.leads


@dataclass(frozen=True, kw_only=True)
class TeamOverview:
    cards: Sequence[Card]
    hidden: Sequence[tuple[str, str]]  # measure, why it is not shown
    chance: str
    people: Sequence[tuple[str, str]]  # label, address; for the lead and those who build


def team_overview(reader: Reader, department: Department) -> TeamOverview:
    choices = list(chosen_by([department], reader.on))
    months = team_months(reader, department, choices)
    base = f"/departments/{department.code}/figures/"
    cards, hidden = [], []
    for choice in choices:
        found, why = months[choice.pk]
        definition = read_definition(choice.measure.definition)
        if why:
            hidden.append((definition.title, why))
        else:
            chart = charted(found, definition, team=True)
            cards.append(card(chart, base, "the department's"))
    return TeamOverview(
        cards=cards,
        hidden=hidden,
        chance=chance_words([each.chart for each in cards]),
        people=people_of(reader, department),
    )


def people_of(reader: Reader, department: Department) -> list[tuple[str, str]]:
    """Who has figures here today, by name (by code for who builds): links alone, no results."""
    if not builds(reader, department):
        return []
    held = Person.objects.filter(posts__department=department, posts__starts_on__lte=reader.on)
    now = held.exclude(posts__ends_on__lt=reader.on).distinct()
    named = names_people(reader, department)
    label = "name" if named else "code"
    return [
        (getattr(each, label), f"/departments/{department.code}/people/{each.code}/figures/")
        for each in now.order_by(label)
    ]


Months = tuple[list[MonthSums], str]  # what may be seen, and else why nothing may


def team_months(
    reader: Reader, department: Department, choices: Sequence[DepartmentMeasure]
) -> Mapping[int, Months]:
    """Each measure's months as this reader may see them."""
    if builds(reader, department):
        wanted = {c.pk: Wanted(c.measure.code, c.measure.version, c.rule) for c in choices}
        found = department_units(department, wanted.values())
        return {pk: (added_up(found[each]), "") for pk, each in wanted.items()}
    return {c.pk: released_months(reader, department, c) for c in choices}


def released_months(
    reader: Reader, department: Department, choice: DepartmentMeasure, out: Out | None = None
) -> Months:
    """The released months behind which enough people stand for this reader."""
    found = out or released(department, team_unit(department), choice.measure.code, choice.rule)
    if found is None:
        why = why_not_see_team(reader, TeamFacts(department_id=department.pk))
        return [], why.because if why else ""
    refused = [(m, why_not_see_team(reader, team_facts(department, m))) for m in found.months]
    seen = [month for month, refusal in refused if refusal is None]
    reasons = [refusal.because for _, refusal in refused if refusal is not None]
    return seen, "" if seen or not reasons else reasons[-1]


def team_facts(department: Department, month: MonthSums) -> TeamFacts:
    return TeamFacts(department_id=department.pk, contributors=month.contributors, released=True)


def team_unit(department: Department) -> str:
    """How releases name a department's own figure."""
    return f"department:{department.code}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clinician in the lead's list: by name, never by result."""

    label: str
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
    depends: str
    earlier: str
    hidden: str
    picture: Picture | None
    spread: Picture | None
    outside: str
    rules: Sequence[ByRule]
    lines: Sequence[Line]
    named: Sequence[int]  # people whose results the page shows by name or code
    pool: str
    why: Sequence[str]
    selects: Sequence[Select]
    standing: str
    changes: Sequence[Any]
    said: Sequence[Any]
    loads: Sequence[Any]


def team_page(
    reader: Reader, department: Department, choice: DepartmentMeasure, asked: Asked
) -> TeamPage:
    """The page of one of a department's figures."""
    definition = read_definition(choice.measure.definition)
    inside = builds(reader, department)
    rule = (asked.rule if inside else "") or choice.rule
    who = membership(department) if inside else None
    by_unit = units_by_rule(department, choice, definition, who) if who else {}
    out = released(department, team_unit(department), definition.code, rule)
    if inside:
        months, hidden = added_up(by_unit[rule]), ""
    else:
        months, hidden = released_months(reader, department, choice, out)
    chart = charted(months, definition, team=True)
    period = asked.period(usual_period(months))
    said, sums = reading(chart), total(within(months, period))
    rules = rules_of(by_unit, definition, rule, period) if inside else []
    people = people_of_period(choice, by_unit.get(rule, {}), period)
    lines, named = lines_of(reader, department, choice, by_unit.get(rule, {}), period)
    return TeamPage(
        definition=definition,
        rule=rule,
        rule_words=RULES[rule].words,
        period=period,
        sentence=sentence(sums, definition, period) if period else "",
        reading=said,
        depends=f"{DEPENDS}." if len(rules) > 1 and depends_on_rule(rules) else "",
        earlier=earlier_signals(chart),
        hidden=hidden,
        spread=people_drawn(people) if people else None,
        outside=outside_words(people) if people else "",
        picture=over_time(chart, whose="the department's", reading=said, prefix="trend"),
        rules=rules,
        lines=lines,
        named=named,
        pool=pool_words(by_unit.get(rule, {}), definition, period),
        why=why_words(definition),
        selects=team_selects(asked, definition, months, period, rule, inside=inside),
        standing=team_standing(out),
        changes=team_changes(who, choice, rule, definition) if who else (),
        said=said_of(team_unit(department), definition.code, rule, department),
        loads=loads_behind(definition),
    )


def people_of_period(
    choice: DepartmentMeasure, by_unit: ByUnit, period: Period | None
) -> Funnel | None:
    """The clinicians behind the total against chance, where they are shown one by one at all."""
    if not by_unit or not shown_individually(choice):
        return None
    sums = {u: total(within(rows, period)) for u, rows in by_unit.items() if is_person(u)}
    return everybody(sums, read_definition(choice.measure.definition))


def units_by_rule(
    department: Department, choice: DepartmentMeasure, definition: Definition, who: Membership
) -> dict[str, ByUnit]:
    measure = choice.measure
    wanted = {r: Wanted(measure.code, measure.version, r) for r in definition.attribution}
    found = department_units(department, wanted.values(), who=who)
    return {rule: found[each] for rule, each in wanted.items()}


def rules_of(
    by_unit: Mapping[str, ByUnit], definition: Definition, rule: str, period: Period | None
) -> list[ByRule]:
    months = {each: added_up(units) for each, units in by_unit.items()}
    return by_rule(months, definition, rule, period, team=True)


def lines_of(
    reader: Reader,
    department: Department,
    choice: DepartmentMeasure,
    by_unit: ByUnit,
    period: Period | None,
) -> tuple[list[Line], list[int]]:
    """Every clinician behind the total, in the order of their labels; and who they are."""
    if not by_unit or not shown_individually(choice):
        return [], []
    definition = read_definition(choice.measure.definition)
    people = Person.objects.filter(code__in=[unit for unit in by_unit if is_person(unit)])
    label = "name" if names_people(reader, department) else "code"
    base = f"/departments/{department.code}/people"
    lines, named = [], []
    for person in people.order_by(label):
        months = by_unit[person.code]
        sums = total(within(months, period))
        named.append(person.pk)
        lines.append(
            Line(
                label=getattr(person, label),
                href=f"{base}/{person.code}/figures/{definition.code}/",
                cases=sums.n,
                figure=value_words(sums, definition),
                reading=reading(charted(months, definition)),
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


def team_standing(out: Out | None) -> str:
    if out is None:
        return "Not released yet: only the lead and those who build it see this figure."
    return f"Released up to {month_words(out.last_month)}."


def team_changes(
    who: Membership, choice: DepartmentMeasure, rule: str, definition: Definition
) -> list[Any]:
    wanted = Wanted(choice.measure.code, choice.measure.version, rule)
    return told(changes(who.units(), wanted), definition)
