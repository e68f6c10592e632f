"""Months that nobody can tell of: what answers a measure's question was not loaded for them.

A stay without a summary, and a stay of a time whose summaries were never loaded, look alike. Of the
second there is no figure: a rate of 0% would be a wrong one.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from clinlead.figures.computing import ComputedMonth, Place
from clinlead.figures.showing import shown_in
from clinlead.intake.models import Load
from clinlead.intake.queries import in_use
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions import Definition
from clinmeasures.definitions.behind import lacking, rests_on
from clinmeasures.wording.readings import CANNOT_TELL

NEVER = "9999-99"  # after every month


def told(found: Mapping[Place, ComputedMonth]) -> dict[Place, ComputedMonth]:
    """What was computed, without months that cannot be told; those shown come out empty."""
    first = first_told({(place.measure, place.version) for place in found})
    untold = {p for p in found if p.month < first.get((p.measure, p.version), "")}
    left = {place: month for place, month in found.items() if place not in untold}
    fields = ("measure", "version", "rule", "month")
    shown = {Place(*row) for row in shown_in(found).values_list(*fields)} if untold else set()
    return left | {place: ComputedMonth(complete=False) for place in untold & shown}


def first_told(wordings: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Of each wording that rests on other data sets, the first month that they can tell of."""
    began = months_begun()
    rows = MeasureVersion.objects.filter(code__in={code for code, _ in wordings})
    found = {(row.code, row.version): read_definition(row.definition) for row in rows}
    return {one: first_month(found[one], began) for one in wordings & set(found)}


def first_month(definition: Definition, began: Mapping[str, str]) -> str:
    """The first month of which every field can be told; NEVER where one has nothing to rest on."""
    firsts = [
        min((began[name] for name in others if name in began), default=NEVER)
        for others in rests_on(definition).values()
    ]
    return max(firsts, default="")


def months_begun() -> dict[str, str]:
    """Data set → the first month that its loads in use answer for; what lasts, for every month."""
    began: dict[str, date] = {}
    for dataset, day in in_use().order_by().values_list("dataset", "coverage_from"):
        first = day if day and RECORD_TYPES[dataset].of_events else date.min
        began[dataset] = min(first, began.get(dataset, first))
    return {name: day.isoformat()[:7] for name, day in began.items()}


def why_untold(definition: Definition, loads: Iterable[Load]) -> str:
    """Which data sets a figure lacks altogether, in words; nothing where it lacks none."""
    missing = lacking(definition, {each.dataset for each in loads})
    if not missing:
        return ""
    names = ", nor on ".join(" or ".join(others) for others in missing)
    return f"{CANNOT_TELL}: no data on {names} are loaded, and without them this says nothing."
