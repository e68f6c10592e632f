"""Months of figures that are no more, because records they were counted from are erased.

A month that lacks some of its records would be a wrong figure, so it is none; what was released
stays as it was released.
"""

from collections.abc import Mapping

from clinlead.figures.computing import ComputedMonth, Place, data_sets_needed
from clinlead.figures.models import Tally, TallyMonth
from clinlead.intake.queries import first_months
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition

Figure = tuple[str, int, str]  # measure, version, rule


def figures_from() -> dict[Figure, str]:
    """The first month that each figure can still be counted for; those that lost none are not in.

    No question about measures while nothing is erased.
    """
    kept = first_months()
    found: dict[Figure, str] = {}
    for said in MeasureVersion.objects.all() if kept else ():
        definition = read_definition(said.definition)
        for rule in definition.attribution:
            needed = data_sets_needed(definition, rule) & set(kept)
            if needed:
                found[said.code, said.version, rule] = max(kept[name] for name in needed)
    return found


def left_of(found: Mapping[Place, ComputedMonth]) -> dict[Place, ComputedMonth]:
    """What was computed, without months that have lost records."""
    first = figures_from()
    return {
        place: month
        for place, month in found.items()
        if place.month >= first.get((place.measure, place.version, place.rule), "")
    }


def forget_months() -> int:
    """Remove the tallies of months that have lost records, shown and replaced ones; how many."""
    gone = 0
    for (measure, version, rule), first in figures_from().items():
        months = TallyMonth.objects.filter(
            measure=measure, version=version, rule=rule, month__lt=first
        )
        Tally.objects.filter(tally_month__in=months).delete()
        gone += months.delete()[0]
    return gone
