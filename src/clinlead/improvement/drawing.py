"""The room’s pictures: a ramp of cycles, a driver diagram, a measure before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinlead.figures.charting import Charted, case_word
from clinlead.figures.presenters import table
from clinlead.figures.sums import unit_of_figure
from clinlead.improvement.models import Cycle, Driver
from clinlead.improvement.presenters import STATES
from clinlead.improvement.studying import prediction_words
from clinlead.strategy.models import Wording
from clinmeasures.charts import Event, FlowBox, FlowColumn, flow_chart, trend_chart

WIDE, NARROW = 720, 320


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One chart in both widths with its numbers beside it."""

    question: str
    wide: str
    narrow: str
    columns: list[str]
    rows: list[list[str]]


def over_time(
    chart: Charted, *, question: str, events: Sequence[Event], prefix: str
) -> Picture | None:
    """The months around a cycle; none where no month is complete."""
    if chart.series is None:
        return None
    wide, narrow = (
        trend_chart(
            chart.series,
            title=question,
            description=f"{chart.definition.title} by month. The table below has every month.",
            unit=unit_of_figure(chart.definition),
            id_prefix=f"{prefix}-{width}",
            width=width,
            provisional=chart.provisional,
            events=events,
        )
        for width in (WIDE, NARROW)
    )
    rows = [[r.words, r.cases, r.figure, r.usual, r.state] for r in table(chart)]
    cases = f"Number of {case_word(chart.definition)}s"
    columns = ["Month", cases, "Figure", "Usual before", "Reading"]
    return Picture(question=question, wide=wide, narrow=narrow, columns=columns, rows=rows)


def event_of(cycle: Cycle) -> Event:
    """A cycle’s mark on a chart over time."""
    return Event(date=cycle.starts_on.isoformat(), label=cycle.title)


def ramp(cycles: Sequence[Cycle], present: Cycle) -> str:
    """Cycle after cycle, each built on what the one before taught; the present one lit."""
    numbers = sorted({each.number for each in cycles})
    columns: list[FlowColumn] = []
    places: dict[int, int] = {}
    for number in numbers:
        here = [each for each in cycles if each.number == number]
        boxes = [step(each, places, present) for each in here]
        places = {each.pk: i for i, each in enumerate(here)}
        columns.append(FlowColumn("", boxes))
    return flow_chart(
        columns,
        title="The ramp of cycles",
        description="Each cycle builds on the one before. The list below says the same.",
        id_prefix="ramp",
        width=max(240 * len(columns), 480),
        rising=True,
    )


def step(cycle: Cycle, before: Mapping[int, int], present: Cycle) -> FlowBox:
    state = cycle.act or STATES[cycle.stage][0]
    parent = before.get(cycle.parent_id or 0)
    after = () if parent is None else (parent,)
    note = f"{prediction_words(cycle)}: {state}"
    return FlowBox(f"{cycle.number}. {cycle.title}", after, note, lit=cycle.pk == present.pk)


def driver_diagram(outcome: Wording, drivers: Sequence[Driver], measures: Mapping[str, str]) -> str:
    """Objective, outcome, drivers, change ideas, measures; nothing before there is a driver."""
    if not drivers:
        return ""
    ideas = [(i, idea) for i, one in enumerate(drivers) for idea in standing(one)]
    shown = list(dict.fromkeys(idea.measure for _, idea in ideas if idea.measure))
    columns = [
        FlowColumn("Objective", [FlowBox(outcome.objective_title())]),
        FlowColumn("Outcome (SCO)", [FlowBox(outcome.title, (0,))]),
        FlowColumn("Drivers", [FlowBox(one.text, (0,)) for one in drivers]),
        FlowColumn("Change ideas", [FlowBox(idea.text, (i,)) for i, idea in ideas]),
        FlowColumn(
            "Measures",
            [FlowBox(measures.get(code, code), tuple(places_of(code, ideas))) for code in shown],
        ),
    ]
    return flow_chart(
        columns,
        title=f"Driver diagram: {outcome.title}",
        description="From the objective to the measures. The list below says the same.",
        id_prefix="drivers",
    )


def standing(driver: Driver) -> list:
    return [idea for idea in driver.ideas.all() if idea.ended_at is None]


def places_of(code: str, ideas: Sequence) -> list[int]:
    return [place for place, (_, idea) in enumerate(ideas) if idea.measure == code]
