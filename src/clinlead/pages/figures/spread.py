"""The clinicians behind a department's total, side by side and unnamed, and what chance makes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from clinlead.casemix.pooling import pool_for
from clinlead.figures.charting import case_word
from clinlead.figures.comparing import alike, enough, everybody, outside_words
from clinlead.figures.expected import Pool, limits_words, needs_pool, shrunken, stands_beside
from clinlead.figures.left_out import left_out_words
from clinlead.figures.presenters import Period, within
from clinlead.figures.queries import ByUnit, is_person
from clinlead.figures.sums import Sums, total
from clinlead.figures.telling import Apart, all_apart
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.pages.figures.drawing import Picture, people_drawn
from clinlead.pages.figures.overview import shown_individually
from clinmeasures.definitions import Definition
from clinmeasures.funnels import Funnel
from clinmeasures.wording.units import in_figures

UNLIKE = "work not like the others'"


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The clinicians behind the total, side by side and unnamed."""

    said: Sequence[str] = ()
    picture: Picture | None = None  # none where nobody's figure is reliable enough to draw
    together: Mapping[str, str] = field(default_factory=dict)  # code → ratio drawn to the average


def spread_of(
    choice: DepartmentMeasure,
    rule: str,
    by_unit: ByUnit,
    period: Period | None,
    unlike: Collection[str],
) -> Spread:
    """The clinicians behind the total against chance, where they are shown one by one at all."""
    if not by_unit or not shown_individually(choice):
        return Spread()
    definition = read_definition(choice.measure.definition)
    sums = {u: total(within(rows, period)) for u, rows in by_unit.items() if is_person(u)}
    people = enough(alike(sums, unlike), definition)
    if len(people) < 2:
        return Spread()
    left_out = left_out_words(sums, people, definition, unlike=unlike, noun="clinician")
    pool = pool_for(definition, rule) if needs_pool(people) else None
    limits = everybody(people, definition, pool)
    apart = apart_of(people, definition, limits)
    drawn = limits is not None and apart.drawn
    return Spread(
        said=[*filter(None, [left_out]), *said_of_limits(limits, definition, pool), *apart.said],
        picture=people_drawn(limits, definition, minimum=apart.needed) if drawn else None,  # type: ignore[arg-type]
        together=ratios_together(people, definition, pool)
        | dict.fromkeys(sums.keys() & set(unlike), UNLIKE)
        if stands_beside(definition)
        else {},
    )


def apart_of(people: Mapping[str, Sums], definition: Definition, limits: Funnel | None) -> Apart:
    return all_apart(
        list(people.values()),
        definition,
        limits,
        threshold=settings.CONFIGURATION.reliability_threshold,
        case_word=case_word(definition),
    )


def said_of_limits(
    limits: Funnel | None, definition: Definition, pool: Pool | None
) -> Sequence[str]:
    """How many lie outside, and what the limits allow for."""
    if limits is None:
        return ()
    beside = [limits_words(limits, pool)] if stands_beside(definition) else []
    return (outside_words(limits), *beside)


def ratios_together(
    people: Mapping[str, Sums], definition: Definition, pool: Pool | None
) -> dict[str, str]:
    """Each clinician's ratio drawn towards the average, by code: beside the raw one."""
    found = {unit: shrunken(people, unit, definition, pool) for unit in people}
    return {
        unit: "cannot be estimated" if each.value is None else in_figures(each.value, 2)
        for unit, each in found.items()
        if each
    }
