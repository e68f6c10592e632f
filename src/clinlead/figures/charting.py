"""Months to a chart over time and to the words beside it. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from clinlead.figures.seen import change_seen
from clinlead.figures.sums import (
    MonthSums,
    Sums,
    cases_of,
    deviation,
    total,
    unit_of_figure,
    value_of,
)
from clinlead.measures.policies import Break
from clinmeasures.definitions import Definition, Direction, MeasureKind
from clinmeasures.spc import Series, spc
from clinmeasures.spc.phases import UNLESS_FLAT
from clinmeasures.spc.rare import with_rare_events
from clinmeasures.wording.power import smallest_detectable_difference
from clinmeasures.wording.readings import CANNOT_TELL, NO_SIGNAL, reading_of, signal_phrase
from clinmeasures.wording.units import how_many, in_words

IMPROVEMENT = {
    Direction.HIGHER: "increase",
    Direction.LOWER: "decrease",
    Direction.NEITHER: "neither",
}
CASE_WORDS = {
    "spells": "stay",
    "episodes": "episode",
    "procedures": "procedure",
    "theatre": "operation",
    "clinics": "attendance",
    "emergency": "attendance",
    "endoscopy": "procedure",
    "jobplans": "working day",
}
COUNTS_WITH_DENOMINATOR = frozenset({"p", "pp"})
COUNTS_WITH_EXPECTED = frozenset({"u", "up"})  # of observed/expected
QUARTER = 3
YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Charted:
    """A figure's months as a chart: every month from first to last, gaps kept as gaps."""

    definition: Definition
    months: list[MonthSums]
    series: Series | None  # none where there is nothing to draw
    provisional: list[bool]
    breaks: dict[str, str] = field(default_factory=dict)  # month of new limits → what changed

    @property
    def settled(self) -> list[MonthSums]:
        return [each for each in self.months if each.complete and each.sums.n]

    def signals(self, last: int | None = None) -> list[tuple[str, str]]:
        """Month and phrase of every signal; of the last so many settled months only, if asked."""
        if self.series is None:
            return []
        sides = np.sign(np.nan_to_num(self.series.values - self.series.centre)).astype(int)
        named = list(zip(self.months, self.series.own_signals, sides.tolist(), strict=True))
        settled = [each for each in named if each[0].complete and each[0].sums.n]
        recent = settled if last is None else settled[-last:]
        return [(m.month, signal_phrase(names, side)) for m, names, side in recent if names]


def charted(
    months: Sequence[MonthSums],
    definition: Definition,
    *,
    team: bool = False,
    breaks: Sequence[Break] = (),
) -> Charted:
    """The chart that the definition asks for. Which way is better is said of teams only.

    Limits start anew with the first whole month after each break of recording.
    """
    return charted_together([months], definition, team=team, breaks=breaks)[0]


def charted_together(
    some: Iterable[Sequence[MonthSums]],
    definition: Definition,
    *,
    team: bool = False,
    breaks: Sequence[Break] = (),
) -> list[Charted]:
    """The charts of several units, each as `charted` alone makes it, in one pass of arrays."""
    charts = [blank(months, definition, breaks) for months in some]
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)  # by the months that are hollow
    for place, chart in enumerate(charts):
        if chart.settled:
            alike[tuple(e.month for e in chart.months if not e.complete)].append(place)
    improvement = IMPROVEMENT[definition.direction] if team else "neither"
    for hollow, places in alike.items():
        drawn = series_of([charts[place] for place in places], hollow, improvement)
        for place, series in zip(places, drawn, strict=True):
            charts[place] = replace(charts[place], series=series)
    return charts


def blank(months: Sequence[MonthSums], definition: Definition, breaks: Sequence[Break]) -> Charted:
    """A chart before its limits are known; a chart without a settled month has none to begin."""
    filled = without_gaps(months)
    chart = Charted(
        definition=definition,
        months=filled,
        series=None,
        provisional=[not each.complete for each in filled],
    )
    return replace(chart, breaks=breaks_within(filled, breaks)) if chart.settled else chart


def series_of(charts: Sequence[Charted], hollow: Sequence[str], improvement: str) -> list[Series]:
    """The series of charts in which the same months are hollow; those give no signal."""
    definition = charts[0].definition
    values, sizes = plotted([each for one in charts for each in one.months], definition)
    anew = sorted({month for one in charts for month in one.breaks})
    found = spc(
        values,
        dates=[f"{each.month}-01" for one in charts for each in one.months],
        denominators=sizes if has_sizes(definition) else None,
        series=[place for place, one in enumerate(charts) for _ in one.months],
        chart=definition.chart,
        improvement=improvement,
        screen=UNLESS_FLAT,
        exclude=[f"{month}-01" for month in hollow],
        rebase=[f"{month}-01" for month in anew],
    )
    return [quiet(each, one) for each, one in zip(found, charts, strict=True)]


def quiet(series: Series, chart: Charted) -> Series:
    """Without a name, which a figure's chart never had, and without what is no signal: hollow
    months, and what chance alone makes of rare events.
    """
    told = with_rare_events(series, late=chart.provisional)
    waits = zip(told.signals, chart.provisional, strict=True)
    return replace(told, name=None, signals=[[] if hollow else names for names, hollow in waits])


def breaks_within(months: Sequence[MonthSums], breaks: Sequence[Break]) -> dict[str, str]:
    """The months of a chart at which limits start anew, and why; not before its second month."""
    inside: dict[str, list[str]] = {}
    for each in sorted(breaks):
        if months and months[0].month < each.month <= months[-1].month:
            inside.setdefault(each.month, []).append(each.reason.strip().rstrip("."))
    return {month: "; ".join(reasons) for month, reasons in inside.items()}


def plotted(months: Sequence[MonthSums], definition: Definition) -> tuple[list[float], list[float]]:
    """What the chart is given: values, or counts with sizes (effective n of shared records)."""
    if stands_beside_expected(definition):
        expected = [each.sums.expected or np.nan for each in months]
        return [each.sums.observed if each.sums.n else np.nan for each in months], expected
    values = [value_of(each.sums, definition) for each in months]
    sizes = [cases_of(each.sums) for each in months]
    if definition.chart in COUNTS_WITH_DENOMINATOR:
        counts = zip(values, sizes, strict=True)
        return [np.nan if v is None else min(v, 1.0) * n for v, n in counts], sizes
    return [np.nan if v is None else v for v in values], sizes


def has_sizes(definition: Definition) -> bool:
    return definition.chart in COUNTS_WITH_DENOMINATOR or stands_beside_expected(definition)


def stands_beside_expected(definition: Definition) -> bool:
    """Whether a month is drawn as a count of events over those that a model foresaw."""
    beside = definition.kind is MeasureKind.OBSERVED_EXPECTED
    return beside and definition.chart in COUNTS_WITH_EXPECTED


def without_gaps(months: Sequence[MonthSums]) -> list[MonthSums]:
    """Every month from the first to the last; one without records is there, and empty."""
    filled: list[MonthSums] = list(months[:1])
    for before, after in pairwise(months):
        between = next_month(before.month)
        while between < after.month:
            filled.append(
                MonthSums(month=between, complete=before.complete, sums=Sums(), contributors=0)
            )
            between = next_month(between)
        filled.append(after)
    return filled


def next_month(month: str, step: int = 1) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + step
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def case_word(definition: Definition) -> str:
    return CASE_WORDS.get(definition.record, "record")


def reading(chart: Charted) -> str:
    """What the chart says, in a few sentences, by rule; where its limits start anew, and why."""
    return read_over_time(chart) + since_the_break(chart) + few_a_year(chart)


def few_a_year(chart: Charted) -> str:
    """That twelve months held fewer than the measure's own authority asks for; else nothing."""
    least, year = chart.definition.yearly_minimum, chart.settled[-YEAR:]
    cases = total(year).n
    if len(year) < YEAR or cases >= least:
        return ""
    return (
        f" Fewer than {least} a year: {how_many(cases, case_word(chart.definition))} in the last "
        "12 months is too few to say much."
    )


def since_the_break(chart: Charted) -> str:
    if not chart.breaks:
        return ""
    month, reason = max(chart.breaks.items())
    return (
        f" Limits start anew in {in_words(f'{month}-01')}, because the recording changed: {reason}."
    )


def read_over_time(chart: Charted) -> str:
    """What the chart alone says, in one or two sentences."""
    definition, recent = chart.definition, chart.settled[-YEAR:]
    cases, word = total(recent).n, case_word(definition)
    if not recent or chart.series is None:
        return f"{CANNOT_TELL}: no month is complete yet."
    if cases < definition.minimum:
        span = "month" if len(recent) == 1 else how_many(len(recent), "month")
        return (
            f"{CANNOT_TELL}: {how_many(cases, word)} in the last {span}, "
            f"and this measure needs {definition.minimum}."
        )
    proportion = definition.kind is MeasureKind.PROPORTION
    latest = reading_of(
        chart.series,
        unit=unit_of_figure(definition),
        cases=cases_of(recent[-1].sums) if proportion else None,
        case_word=word,
        provisional=chart.provisional,
    )
    if not latest.startswith(NO_SIGNAL):
        return latest
    return earlier_in_the_quarter(chart) or latest + what_could_show(chart)


def earlier_in_the_quarter(chart: Charted) -> str:
    """A signal of the last settled months that the latest of them has no more; else nothing."""
    found = chart.signals(QUARTER)
    if not found:
        return ""
    month, phrase = next((each for each in found if each[1].startswith("unusually")), found[-1])
    sums = next(each.sums for each in chart.months if each.month == month)
    figure = beside_the_phrase(value_of(sums, chart.definition), chart.definition)
    latest = in_words(f"{chart.settled[-1].month}-01")
    said = f"{phrase.capitalize()} in {in_words(f'{month}-01')}: {figure}"
    return f"{said}. {latest} has no signal."


def beside_the_phrase(value: float | None, definition: Definition) -> str:
    """A value after "lower than expected by chance": what a model expected is something else."""
    unit = unit_of_figure(definition)
    if definition.kind is MeasureKind.OBSERVED_EXPECTED and value is not None:
        return f"{unit.number(value)} times what the model expects"
    return unit.text(value)


def what_could_show(chart: Charted) -> str:
    """The smallest difference that a month like the latest could have shown, where it is known."""
    change = change_seen(chart.settled[-1].sums, total(chart.settled[-YEAR:]), chart.definition)
    return f" {change}" if change else what_a_mean_could_show(chart)


def what_a_mean_could_show(chart: Charted) -> str:
    """For a mean: the smallest difference that a month like the latest could have shown."""
    sums = chart.settled[-1].sums
    spread = deviation(total(chart.settled[-YEAR:]))
    if chart.definition.kind is not MeasureKind.MEAN or not spread:
        return ""
    cases = cases_of(sums)
    least = smallest_detectable_difference(cases, spread)
    if least is None:
        return ""
    unit = unit_of_figure(chart.definition).text(least)
    return f" With {how_many(cases, case_word(chart.definition))}, only {unit} or more would show."


def kind_of_reading(text: str) -> str:
    """The phrase that a reading starts with: what is compared between rules."""
    return re.split(r":| in |\.", text, maxsplit=1)[0]
