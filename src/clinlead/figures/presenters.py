"""What a figure says, in words and rows: by rule, from tallies. Pure; pages only arrange it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinlead.figures.charting import (
    QUARTER,
    Charted,
    case_word,
    charted_together,
    kind_of_reading,
    next_month,
    reading,
)
from clinlead.figures.sums import (
    MonthSums,
    Sums,
    Value,
    cases_of,
    figure_of,
    is_share,
    of_two_sums,
    summed_units,
    total,
    unit_of_figure,
    value_of,
)
from clinlead.measures.policies import Break
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition, MeasureKind, fields_of
from clinmeasures.wording.readings import NO_SIGNAL
from clinmeasures.wording.units import Unit, how_many, in_figures, in_words

# How many charts of chance alone have a signal in their last three months: simulated, 36 months of
# independent points each (tests/reference/test_chance_signals.py). Half of that for younger charts.
CHANCE_IN_A_QUARTER = {"xmr": 0.037, "p": 0.071, "pp": 0.071, "run": 0.036, "i": 0.056}
DEPENDS = "Depends on how cases are attributed"
PERIOD = 12  # months that a page sums over unless the reader asks for others
NOT_ADJUSTED = "This figure is not adjusted for how ill or how old the patients were."
ADJUSTED = (
    "Expected takes account of what the case-mix model knows of the patients, and of nothing else. "
    "Each figure is compared with what was expected of its own patients, never with another's."
)


@dataclass(frozen=True, kw_only=True)
class Period:
    """The months a figure sums over."""

    first: str
    last: str

    def __contains__(self, month: str) -> bool:
        return self.first <= month <= self.last

    @property
    def in_words(self) -> str:
        if self.first == self.last:
            return month_words(self.first)
        same_year = self.first[:4] == self.last[:4]
        start = month_words(self.first)
        return f"{start.split()[0] if same_year else start} to {month_words(self.last)}"


def month_words(month: str, *, brief: bool = False) -> str:
    return in_words(f"{month}-01", brief=brief)


def usual_period(months: Sequence[MonthSums]) -> Period | None:
    """The last twelve settled months; where none is settled, whatever there is."""
    there = [each.month for each in months if each.sums.n]
    settled = [each.month for each in months if each.sums.n and each.complete]
    if not there:
        return None
    last = (settled or there)[-1]
    return Period(first=max(there[0], next_month(last, 1 - PERIOD)), last=last)


def within(months: Iterable[MonthSums], period: Period | None) -> list[MonthSums]:
    return [each for each in months if period and each.month in period]


def count_words(sums: Sums, definition: Definition) -> str:
    """ "212 stays"; shares of stays where several people share them."""
    word = case_word(definition)
    if not sums.fractional:
        return how_many(sums.n, word)
    whole = in_figures(sums.weight / 1_000_000, 1)
    return f"{whole} {word}s, counted by share ({how_many(sums.n, word)} in part or whole)"


def value_words(sums: Sums, definition: Definition) -> str:
    """The figure with its denominator: "9 of 212 stays (4.2%)", "5.3 days on average over …"."""
    unit, value = unit_of_figure(definition), value_of(sums, definition)
    if value is None:
        return f"no {case_word(definition)} counts"
    cases = count_words(sums, definition)
    if definition.kind in (MeasureKind.PROPORTION, MeasureKind.OBSERVED_EXPECTED):
        return events_words(sums, definition, unit.text(value), cases)
    if definition.kind is MeasureKind.PERCENTILE:
        part = "half" if definition.percentile == 50 else f"{definition.percentile}%"
        return f"{part} of {cases} took {unit.text(value)} or less"
    if definition.kind is MeasureKind.DISTINCT:
        return f"{unit.text(value)} {definition.counts or 'different values'}, among {cases}"
    if of_two_sums(definition):
        return two_sums_words(sums, definition, unit.text(value), cases)
    return f"{unit.text(value)} on average over {cases}"


def events_words(sums: Sums, definition: Definition, figure: str, cases: str) -> str:
    """ "9 of 212 stays (4.2%)"; "14 of 212 stays, where 10.0 were expected (1.4 times …)"."""
    if definition.value:
        return amount_words(sums, definition, figure, cases)
    events = in_figures(sums.observed, 1) if sums.fractional else in_figures(sums.observed)
    if definition.kind is MeasureKind.PROPORTION:
        return f"{events} of {cases} ({figure})"
    expected = in_figures(sums.expected, 1)
    return f"{events} of {cases}, where {expected} were expected ({figure})"


def amount_words(sums: Sums, definition: Definition, figure: str, cases: str) -> str:
    """ "812 days over 212 stays, where 700.0 were expected (1.16 times …)"."""
    observed = Unit(definition.unit).text(sums.observed)
    expected = in_figures(sums.expected, 1)
    return f"{observed} over {cases}, where {expected} were expected ({figure})"


def two_sums_words(sums: Sums, definition: Definition, figure: str, cases: str) -> str:
    """ "195 of 240 minutes (81.2%), over 12 operations"; "2 follow-ups to 1 first (2), over …"."""
    above, below = summed_units(definition)
    top = above.number(sums.numerator / 1_000_000)
    bottom = below.number(sums.denominator / 1_000_000)
    if is_share(definition):
        return f"{top} of {bottom} {below.name} ({figure}), over {cases}"
    if above.name:
        return f"{top} {above.name} in {bottom} {below.name} ({figure}), over {cases}"
    known = fields_of(definition.record)
    first, second = (known[name].words.removeprefix("the ") for name in definition.summed)
    return f"{top} {first} to {bottom} {second} ({figure}), over {cases}"


def interval_words(figure: Value, sums: Sums, definition: Definition) -> str:
    """How far chance alone could have moved it; for shared records, from their effective number."""
    if figure.lower is None or figure.upper is None:
        return ""
    unit = unit_of_figure(definition)
    said = f"95% interval {unit.number(figure.lower)} to {unit.text(figure.upper)}"
    if sums.fractional:
        cases = in_figures(round(cases_of(sums), 1))
        said += f", as for {cases} whole {case_word(definition)}s: shares carry less information"
    return said


def sentence(sums: Sums, definition: Definition, period: Period) -> str:
    """What was measured, when, and the figure with its denominator and interval."""
    interval = interval_words(figure_of(sums, definition), sums, definition)
    said = f"{period.in_words}: {value_words(sums, definition)}"
    return f"{said}; {interval}." if interval else f"{said}."


@dataclass(frozen=True, kw_only=True)
class Row:
    """One month of the chart's table."""

    month: str
    words: str
    cases: str
    figure: str
    usual: str  # the limits at that month
    state: str  # signal, provisional, nothing


def table(chart: Charted) -> list[Row]:
    """The chart's numbers, newest first, to be read aloud."""
    unit, series = unit_of_figure(chart.definition), chart.series
    signals = dict(chart.signals())
    none, rows = f"no {case_word(chart.definition)}", []
    for index, each in enumerate(chart.months):
        usual = ""
        if series is not None and series.upper[index] == series.upper[index]:  # NaN: no limits
            low, high = float(series.lower[index]), float(series.upper[index])
            usual = f"{unit.number(max(low, 0.0))} to {unit.text(high)}"
        rows.append(
            Row(
                month=each.month,
                words=month_words(each.month),
                cases=in_figures(each.sums.n),
                figure=unit.text(value_of(each.sums, chart.definition)) if each.sums.n else none,
                usual=usual,
                state=state_of(each, signals),
            )
        )
    return rows[::-1]


def earlier_signals(chart: Charted) -> str:
    """Every signal that the chart shows, in words, oldest first; runs by their last month."""
    ends = signal_ends(chart)
    said = [f"{phrase} in {month_words(month)}" for month, phrase in ends]
    return f"Signals on this chart: {'; '.join(said)}." if said else ""


def signal_ends(chart: Charted) -> list[tuple[str, str]]:
    """Month and phrase of every signal, oldest first; of a run, its last month alone."""
    found = chart.signals()
    return [
        (month, phrase)
        for place, (month, phrase) in enumerate(found)
        if place + 1 == len(found)
        or found[place + 1] != (next_month(month), phrase)
        or phrase.startswith("unusually")
    ]


def said_beside_chart(chart: Charted, said: str) -> str:
    """The latest month's reading with what the chart beside it marks in older months."""
    ends = signal_ends(chart) if said.startswith(NO_SIGNAL) else []
    if not ends:
        return said
    month = month_words(ends[-1][0])
    older = f"one in {month}, marked" if len(ends) == 1 else f"{len(ends)} older ones are marked"
    last = "" if len(ends) == 1 else f", the last in {month}"
    now = f"{NO_SIGNAL} in the latest month; {older} on the chart{last}"
    return now + said.removeprefix(NO_SIGNAL)


def state_of(month: MonthSums, signals: Mapping[str, str]) -> str:
    if not month.complete:
        return "provisional"
    return signals.get(month.month, "no signal" if month.sums.n else "")


@dataclass(frozen=True, kw_only=True)
class ByRule:
    """The figure under one attribution rule."""

    rule: str
    words: str  # the rule in words
    how: str
    cases: str
    figure: str
    reading: str
    kind: str
    chosen: bool


def by_rule(
    found: Mapping[str, Sequence[MonthSums]],
    definition: Definition,
    chosen: str,
    period: Period | None,
    *,
    said: str = "",
    team: bool = False,
    breaks: Sequence[Break] = (),
) -> list[ByRule]:
    """The figure side by side under every rule that the definition allows.

    `said` is the reading under the chosen rule, where it has been made already.
    """
    rows = []
    asked = [each for each in definition.attribution if each != chosen or not said]
    charts = charted_together(
        [found.get(each, ()) for each in asked], definition, team=team, breaks=breaks
    )
    read_by_rule = {chosen: said} | dict(zip(asked, map(reading, charts), strict=True))
    for rule in definition.attribution:
        months, read = found.get(rule, ()), read_by_rule[rule]
        sums = total(within(months, period))
        rows.append(
            ByRule(
                rule=rule,
                words=RULES[rule].words,
                how=RULES[rule].how,
                cases=in_figures(sums.n),
                figure=value_words(sums, definition),
                reading=read,
                kind=kind_of_reading(read),
                chosen=rule == chosen,
            )
        )
    return rows


def depends_on_rule(rows: Sequence[ByRule]) -> bool:
    """Whether the reading changes with the rule; "cannot tell yet" under another is no change."""
    said = {row.kind for row in rows if row.kind != "Cannot tell yet"}
    return len(said) > 1


def chance_signals(charts: Iterable[Charted]) -> float:
    """How many of these charts chance alone gives a signal in their last three months."""
    return sum(
        CHANCE_IN_A_QUARTER.get(each.definition.chart, 0.05)
        for each in charts
        if each.series is not None and len(each.settled) >= PERIOD
    )


def chance_words(charts: Sequence[Charted]) -> str:
    """What to expect by chance across everything shown, beside what is there."""
    read = [each for each in charts if each.series is not None and len(each.settled) >= PERIOD]
    if not read:
        return ""
    seen = sum(bool(each.signals(QUARTER)) for each in read)
    expected = in_figures(chance_signals(read), 1)
    return (
        f"{how_many(len(read), 'chart')} can be read. In the last three settled months "
        f"{seen or 'none'} of them {'has' if seen == 1 else 'have'} a signal; chance alone would "
        f"give one to about {expected}."
    )


def why_words(definition: Definition) -> list[str]:
    """What the definition itself says may mislead."""
    return [*not_adjusted(definition), *definition.traps]


def not_adjusted(definition: Definition) -> list[str]:
    """Whether the figure leaves out how patients differ, and what no model knows."""
    return [ADJUSTED] if definition.kind is MeasureKind.OBSERVED_EXPECTED else [NOT_ADJUSTED]
