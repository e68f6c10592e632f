"""A department's own figures: for its lead as they are, for others as they were released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinlead.access.policies import Reader
from clinlead.access.queries import members_led
from clinlead.figures.charting import charted
from clinlead.figures.keeping import department_months
from clinlead.figures.presenters import (
    chance_words,
)
from clinlead.figures.queries import (
    Wanted,
    membership,
)
from clinlead.measures.breaks import breaks_by_measure
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, Person
from clinlead.pages.figures.overview import Card, card
from clinlead.releases.out import (
    Months,
    as_released,
    builds,
    by_name,
    months_seen,
    released,
    team_unit,
)


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
    choices, months = team_months(reader, department, list(chosen_by([department], reader.on)))
    breaks = breaks_by_measure(department.pk, [each.measure.code for each in choices])
    base = f"/departments/{department.code}/figures/"
    cards, hidden = [], []
    for choice in choices:
        found, why = months[choice.pk]
        definition = read_definition(choice.measure.definition)
        if why:
            hidden.append((definition.title, why))
        else:
            chart = charted(found, definition, team=True, breaks=breaks[definition.code])
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
        return members_of_streams(reader, department)
    held = Person.objects.filter(posts__department=department, posts__starts_on__lte=reader.on)
    now = held.exclude(posts__ends_on__lt=reader.on).distinct()
    named = names_people(reader, department)
    label = "name" if named else "code"
    return [
        (getattr(each, label), f"/departments/{department.code}/people/{each.code}/figures/")
        for each in now.order_by(label)
    ]


def team_months(
    reader: Reader, department: Department, choices: Sequence[DepartmentMeasure]
) -> tuple[Sequence[DepartmentMeasure], Mapping[int, Months]]:
    """Each measure's months as this reader may see them, with the wording that they are of."""
    if builds(reader, department):
        wanted = {c.pk: Wanted(c.measure.code, c.measure.version, c.rule) for c in choices}
        found = department_months(membership(department), wanted.values()).months
        return choices, {pk: (found[each], "") for pk, each in wanted.items()}
    unit = team_unit(department)
    outs = {c.pk: released(department, unit, c.measure.code, c.rule) for c in choices}
    known = by_name(reader, department)
    months = {c.pk: months_seen(reader, department, outs[c.pk], known) for c in choices}
    then = [as_released(c, out.figure) if (out := outs[c.pk]) else c for c in choices]
    return then, months


def members_of_streams(reader: Reader, department: Department) -> list[tuple[str, str]]:
    """For a stream's lead: its joined members here, by name."""
    if department.pk not in reader.stream_departments:
        return []
    here = Person.objects.filter(pk__in=members_led(reader), posts__department=department)
    return [
        (each.name, f"/departments/{department.code}/people/{each.code}/figures/")
        for each in here.distinct().order_by("name")
    ]
