"""A clinician's figures at a glance: each measure's own trend with its sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery

from clinlead.figures.charting import Charted, charted, reading
from clinlead.figures.policies import why_not_show_individually
from clinlead.figures.presenters import (
    chance_words,
    said_beside_chart,
    sentence,
    usual_period,
    within,
)
from clinlead.figures.queries import Membership, Wanted, tallies
from clinlead.figures.queries import within as within_posts
from clinlead.figures.sums import MonthSums, total
from clinlead.measures.breaks import breaks_of_choices
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Person
from clinlead.organisation.queries import departments_of
from clinlead.pages.figures.drawing import question, small


@dataclass(frozen=True, kw_only=True)
class Card:
    """One measure on the overview."""

    title: str
    question: str
    href: str
    sentence: str
    reading: str
    picture: str
    provisional: int
    signal: bool
    chart: Charted


@dataclass(frozen=True, kw_only=True)
class Overview:
    cards: Sequence[Card]
    team_only: Sequence[DepartmentMeasure]
    chance: str


def shown_individually(choice: DepartmentMeasure) -> bool:
    definition = read_definition(choice.measure.definition)
    return not why_not_show_individually(
        team_level=definition.level == "team", decided=choice.shown_individually
    )


def choices_for(person: Person, today: date, **beside: Subquery) -> list[DepartmentMeasure]:
    """What the person's departments use, each measure once, in the departments' order.

    Each has what is asked `beside` it, in the same question.
    """
    chosen = chosen_by(departments_of(person.pk, today), today).annotate(**beside)
    found: dict[str, DepartmentMeasure] = {}
    for each in chosen.order_by("department__name", "order", "measure__title"):
        found.setdefault(each.measure.code, each)
    return list(found.values())


Released = Mapping[tuple[str, str], Sequence[MonthSums]]  # measure and rule → months


def overview(
    unit: str,
    choices: Iterable[DepartmentMeasure],
    *,
    base: str,
    whose: str,
    months: Released | None = None,
    here: Membership | None = None,
) -> Overview:
    """The cards of one unit; where `months` are given, of these (released) ones alone.

    `here` keeps to the months in which the unit counted for one department.
    """
    choices = list(choices)
    mine = [each for each in choices if shown_individually(each)]
    wanted = {c.pk: Wanted(c.measure.code, c.measure.version, c.rule) for c in mine}
    if months is None:
        found = tallies(wanted.values(), [unit])
        kept = {w: within_posts(here, rows) if here else rows for w, rows in found.items()}
        months = {(w.measure, w.rule): kept[w].get(unit, []) for w in kept}
    else:
        mine = [each for each in mine if (each.measure.code, each.rule) in months]
    breaks = breaks_of_choices(mine)
    cards = []
    for choice in mine:
        definition = read_definition(choice.measure.definition)
        shown = months[choice.measure.code, choice.rule]
        cards.append(card(charted(shown, definition, breaks=breaks[choice.pk]), base, whose))
    return Overview(
        cards=cards,
        team_only=[each for each in choices if not shown_individually(each)],
        chance=chance_words([each.chart for each in cards]),
    )


def card(chart: Charted, base: str, whose: str, *, href: str = "") -> Card:
    definition, said = chart.definition, reading(chart)
    period = usual_period(chart.months)
    sums = total(within(chart.months, period))
    return Card(
        title=definition.title,
        question=question(definition, whose),
        href=href or f"{base}{definition.code}/",
        sentence=sentence(sums, definition, period) if period else "No record counts yet.",
        reading=said_beside_chart(chart, said),
        picture=small(chart, whose=whose, reading=said, prefix=f"small-{definition.code}"),
        provisional=sum(not each.complete for each in chart.months),
        signal=bool(chart.signals(3)),
        chart=chart,
    )
