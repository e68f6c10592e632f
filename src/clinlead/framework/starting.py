"""A measure before and after each stream's start, beside departments that had not started.

Association, never effect: streams chose when to start, and much else changed in the same months.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from clinlead.figures.charting import next_month
from clinlead.figures.keeping import shown_digests
from clinlead.figures.models import TallyMonth
from clinlead.figures.queries import Row, Wanted, tally_rows
from clinlead.figures.sums import unit_of_figure, value_of
from clinlead.framework.policies import LEAST, why_not_draw
from clinlead.framework.series import (
    MONTHS,
    Months,
    by_department,
    complete,
    together,
    units_by_department,
)
from clinlead.framework.stepping import stepped
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department, WorkStream
from clinlead.workstreams.models import Engagement
from clinlead.workstreams.policies import Status
from clinmeasures.association import InterruptedSeries, its
from clinmeasures.definitions import Definition
from clinmeasures.errors import BadInput
from clinmeasures.wording.units import how_many, in_words

ENOUGH = 8  # months after a start, for the intervals to be taken at their word
KEPT = 30  # measures; a few lines of text and a hundred numbers each
FEWEST = 5  # months on either side: a line through fewer says nothing
CAUTION = (
    "This is association. Streams chose when to start, other things changed in the same months, "
    "and a measure that was chosen because it was poor tends to get better by itself."
)


@dataclass(frozen=True)
class Measured:
    """A measure that departments follow, and how it is read."""

    code: str
    title: str
    figure: Wanted
    definition: Definition
    departments: frozenset[int]


@dataclass(frozen=True)
class Line:
    """One stream: what its months say, or why nothing is said."""

    stream: str
    started: str
    words: str
    found: InterruptedSeries | None = None


def measured(on: date) -> list[Measured]:
    """Every measure that a department follows today, by title; one question."""
    by_code: dict[str, list[DepartmentMeasure]] = defaultdict(list)
    for choice in chosen_by(Department.objects.open(), on):
        by_code[choice.measure.code].append(choice)
    found = [as_measured(code, choices) for code, choices in by_code.items()]
    return sorted(found, key=lambda each: each.title)


def as_measured(code: str, choices: Sequence[DepartmentMeasure]) -> Measured:
    """By the newest wording in use, under the rule that most departments chose."""
    newest = max((each.measure for each in choices), key=lambda each: each.version)
    rules = [each.rule for each in choices]
    rule = max(sorted(set(rules)), key=rules.count)
    return Measured(
        code,
        newest.title,
        Wanted(code, newest.version, rule),
        read_definition(newest.definition),
        frozenset(each.department_id for each in choices),
    )


def started() -> dict[int, date]:
    """The day on which each stream was first recorded as engaged."""
    found: dict[int, date] = {}
    rows = Engagement.objects.filter(status=Status.ENGAGED).order_by("-recorded_at")
    for stream, at in rows.values_list("stream_id", "recorded_at"):
        found[stream] = timezone.localdate(at)  # the earliest comes last
    return found


@dataclass(frozen=True)
class Before:
    """A measure before and after the starts: each stream alone, and all of them together."""

    lines: list[Line]
    together: str


@dataclass(frozen=True)
class Stream:
    """A stream as far as its start is looked at."""

    name: str
    started: date | None
    departments: frozenset[int]


@dataclass(frozen=True)
class Asked:
    """Everything that what is said depends on; equal while it would be said again."""

    measure: Measured
    streams: tuple[Stream, ...]
    units: frozenset[tuple[int, str]]  # who is in post, by department
    shown: tuple[tuple[str | int | bool, ...], ...]  # the digests of the months


def before_and_after(measure: Measured, on: date) -> Before:
    """Every stream that has started and whose departments follow the measure, by name."""
    units = units_by_department(on)
    asked = Asked(
        measure=measure,
        streams=streams_now(),
        units=frozenset((where, unit) for where, some in units.items() for unit in some),
        shown=shown_digests([measure.figure]),
    )
    return worked_out(asked)


def streams_now() -> tuple[Stream, ...]:
    starts = started()
    return tuple(
        Stream(each.name, starts.get(each.pk), frozenset(d.pk for d in each.departments.all()))
        for each in WorkStream.objects.prefetch_related("departments")
    )


@lru_cache(maxsize=KEPT)
def worked_out(asked: Asked) -> Before:
    """The analysis itself: two questions, and a second or so of arithmetic the first time."""
    measure, units = asked.measure, by_department(asked.units)
    rows = months_of(measure)
    begun = first_starts(asked.streams)
    rest = together(rows, units, measure.departments - begun.keys())
    lines = [
        line_of(each.name, each.started, together(rows, units, here), rest, measure)
        for each in asked.streams
        if each.started and (here := each.departments & measure.departments)
    ]
    each_alone = {one: together(rows, units, {one}) for one in measure.departments}
    return Before(lines, all_together(each_alone, begun, measure.definition))


def months_of(measure: Measured) -> list[Row]:
    """The complete months of everybody, as far back as is looked at; one question."""
    figure = measure.figure
    shown = TallyMonth.objects.shown().filter(
        measure=figure.measure, version=figure.version, rule=figure.rule, complete=True
    )
    last = shown.order_by("-month").values_list("month", flat=True).first()
    if last is None:
        return []
    found = tally_rows([figure], None, first=next_month(last, 1 - MONTHS))
    return complete(found[figure])


def first_starts(streams: Iterable[Stream]) -> dict[int, date]:
    """The earliest start of a stream of each department."""
    found: dict[int, date] = {}
    for each in streams:
        if each.started:
            for place in each.departments:
                found[place] = min(each.started, found.get(place, each.started))
    return found


def all_together(
    each_alone: Mapping[int, Months], begun: Mapping[int, date], definition: Definition
) -> str:
    try:
        return stepped(each_alone, begun, definition).in_words(definition)
    except BadInput as bad:
        return f"Cannot tell yet: {bad}"


def line_of(stream: str, start: date, own: Months, rest: Months, measure: Measured) -> Line:
    said = in_words(start.isoformat())
    shown, beside = large_enough(own), enough(rest)
    refusal = why_not_draw(max((people for _, people in own.values()), default=0))
    if refusal:
        return Line(stream, said, refusal.because)
    change = next_month(f"{start:%Y-%m}")  # the first whole month after
    try:
        found = analysed(shown, rest if beside else {}, change, measure.definition)
    except BadInput as bad:
        return Line(stream, said, f"Cannot tell yet: {bad}")
    words = words_of(found, measure.definition, beside=beside) + caution(found)
    return Line(stream, said, words, found)


def large_enough(months: Months) -> Months:
    """The months with enough clinicians behind them; the others are gaps."""
    return {m: each for m, each in months.items() if why_not_draw(each[1]) is None}


def enough(rest: Months) -> bool:
    """Whether the others' months may stand beside at all."""
    return bool(rest) and min(people for _, people in rest.values()) >= LEAST


def analysed(own: Months, rest: Months, change: str, definition: Definition) -> InterruptedSeries:
    months = [month for month in own if not rest or month in rest]
    few = min(sum(m < change for m in months), sum(m >= change for m in months))
    if few < FEWEST:
        raise BadInput(
            f"{how_many(few, 'complete month')} on one side of the start, and a line through fewer "
            f"than {FEWEST} says nothing."
        )
    others = [value_of(rest[month][0], definition) for month in months] if rest else None
    return its(
        None,
        date=[f"{month}-01" for month in months],
        value=[value_of(own[month][0], definition) for month in months],
        change=f"{change}-01",
        comparison=others,
    )


def caution(found: InterruptedSeries) -> str:
    """Errors that allow for likeness of neighbours are too small after few points."""
    months = int(found.after.sum())
    if months >= ENOUGH:
        return ""
    return (
        f" After {how_many(months, 'month')} these intervals are rather too narrow than too wide."
    )


def words_of(found: InterruptedSeries, definition: Definition, *, beside: bool) -> str:
    """The step at the start and the slope after it, with their intervals; no verdict."""
    unit = unit_of_figure(definition)
    level, slope = found.level, found.slope
    against = (
        "beside departments whose streams had not started"
        if beside
        else "with no other departments to set beside it"
    )
    return (
        f"At the start the figure differs by {unit.text(level.estimate)} (95% interval "
        f"{unit.number(level.lower)} to {unit.text(level.upper)}) from the line before it, "
        f"{against}; after it the slope differs by {unit.text(slope.estimate)} a month "
        f"({unit.number(slope.lower)} to {unit.number(slope.upper)})."
    )
