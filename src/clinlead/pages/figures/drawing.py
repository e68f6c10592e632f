"""Figures drawn: each chart in two widths, and the question that it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.figures.charting import Charted, case_word
from clinlead.figures.comparing import OWN, Compared
from clinlead.figures.expected import stands_beside, volume_words
from clinlead.figures.graded import marks
from clinlead.figures.presenters import count_words, table
from clinlead.figures.sums import figure_of, unit_of_figure, value_of
from clinlead.organisation.models import Department
from clinmeasures.activity.monthly import MonthGrade
from clinmeasures.charts import Event, funnel_chart, interval_chart, strip_chart, trend_chart
from clinmeasures.definitions import Definition
from clinmeasures.funnels import Funnel
from clinmeasures.wording.readings import CANNOT_TELL
from clinmeasures.wording.units import in_figures

WIDE, NARROW, SMALL = 720, 320, 480

# The question that each shipped measure's chart answers: for one person, and for a department.
QUESTIONS = {
    "length-of-stay": "Are {whose} patients staying longer than they used to?",
    "length-of-stay-median": "Is the usual stay of {whose} patients longer than it used to be?",
    "emergency-readmission-30d": "Are more of {whose} patients coming back as an emergency?",
    "predicted-discharge-recorded": "Do {whose} patients get a discharge date within a day?",
    "predicted-discharge-accuracy": "Do {whose} patients leave when it was predicted?",
    "discharge-summary-24h": "Do summaries of {whose} patients go out within a day?",
    "emergency-readmission-30d-expected": "Do as many of {whose} patients come back as expected?",
    "mortality-30d": "Are deaths among {whose} patients as frequent as before?",
    "length-of-stay-expected": "Do {whose} patients stay as long as was expected of them?",
    "mortality-30d-expected": "Do as many of {whose} patients die as was expected of them?",
    "did-not-attend": "Do more of {whose} patients miss their appointments?",
    "children-not-brought": "Are more children not brought to {whose} appointments?",
    "follow-up-ratio": "Do {whose} patients come back to clinic more often than before?",
    "clinic-letter-7d": "Do letters about {whose} patients go out within a week?",
    "admission-rate": "Are more of {whose} patients admitted than before?",
    "theatre-utilisation-capped": "Is more of {whose} theatre time used?",
    "theatre-utilisation-uncapped": "How full are {whose} theatre lists, overruns included?",
    "on-day-cancellation": "Are more of {whose} operations cancelled on the day?",
    "caecal-intubation": "Is {whose} examination of the bowel as complete as before?",
    "vte-assessment": "Is the risk of clots of {whose} patients assessed in time?",
    "day-case-rate": "Do more of {whose} patients go home on the day?",
    "job-plan-sessions-delivered": "Does {whose} job plan describe the work that is done?",
    "range-of-procedures": "Is {whose} work as wide as it was?",
    "workload-stays": "Do {whose} stays take more of the time there is?",
    "workload-cases": "Do {whose} operations take more of the time there is?",
    "workload-attendances": "Do {whose} clinics take more of the time there is?",
}
MONTH_COLUMNS = ["Month", "Number of {cases}s", "Figure", "Usual range", "Reading"]
DATA_COLUMN = "Data"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One chart in both widths with its numbers beside it."""

    question: str
    wide: str
    narrow: str
    columns: list[str]
    rows: list[list[str]]


def question(definition: Definition, whose: str) -> str:
    asked = QUESTIONS.get(definition.code, "Has this figure of {whose} patients changed?")
    return asked.format(whose=whose)


def over_time(
    chart: Charted,
    *,
    whose: str,
    reading: str,
    prefix: str,
    followed_from: str = "",
    events: Sequence[Event] = (),
    grades: Mapping[str, MonthGrade] | None = None,
) -> Picture | None:
    """The chart over time; none where no month is complete.

    `followed_from` is the month from which the department follows this wording, marked where it
    followed another before. `grades` are of the months' data: poor ones are marked.
    """
    if chart.series is None:
        return None
    definition, known = chart.definition, grades or {}
    asked = question(definition, whose)
    wide, narrow = (
        trend_chart(
            chart.series,
            title=asked,
            description=f"{definition.title} by month. {reading} The table below has every month.",
            unit=unit_of_figure(definition),
            id_prefix=f"{prefix}-{width}",
            width=width,
            provisional=chart.provisional,
            events=events,
            breaks=[*breaks_drawn(chart), *wording_drawn(chart, followed_from)],
            doubts=marks(known, chart),
        )
        for width in (WIDE, NARROW)
    )
    rows = [[r.words, r.cases, r.figure, r.usual, r.state] for r in table(chart)]
    columns = [each.format(cases=case_word(definition)) for each in MONTH_COLUMNS]
    if known:
        columns.append(DATA_COLUMN)
        for row, each in zip(rows, reversed(chart.months), strict=True):
            row.append(known[each.month].words if each.month in known else "")
    return Picture(question=asked, wide=wide, narrow=narrow, columns=columns, rows=rows)


def breaks_drawn(chart: Charted) -> list[Event]:
    """A mark at each month from which the recording is another."""
    return [Event(date=f"{month}-01", label="Recording changed") for month in chart.breaks]


def merger_drawn(department: Department) -> list[Event]:
    """A mark at the month in which a department began, when others merged into it."""
    began = department.opened_on
    return [Event(date=began.isoformat(), label="Departments merged")] if began else []


def wording_drawn(chart: Charted, month: str) -> list[Event]:
    """A mark at the first month that the department states under this wording of the measure."""
    first, last = chart.months[0].month, chart.months[-1].month
    if not first < month <= last:
        return []
    version = chart.definition.version
    return [Event(date=f"{month}-01", label=f"Version {version} followed")]


def small(chart: Charted, *, whose: str, reading: str, prefix: str) -> str:
    """The chart over time for the overview, one size for every screen."""
    if chart.series is None:
        return ""
    return trend_chart(
        chart.series,
        title=question(chart.definition, whose),
        description=f"{chart.definition.title} by month. {reading}",
        unit=unit_of_figure(chart.definition),
        id_prefix=prefix,
        width=NARROW,
        provisional=chart.provisional,
        breaks=breaks_drawn(chart),
    )


def people_drawn(found: Funnel, definition: Definition, *, minimum: float = 0) -> Picture:
    """A department's clinicians by volume, unnamed: the lead's list has the names.

    Hollow are those with fewer cases than a reliable figure takes.
    """
    asked = "Do clinicians differ by more than chance?"
    said = "Each dot is one clinician, unnamed. The list below has each figure by name."
    wide, narrow = (
        funnel_chart(
            found,
            title=asked,
            description=said,
            unit=unit_of_figure(definition),
            id_prefix=f"people-{width}",
            volume=volume_words(definition) if stands_beside(definition) else "cases",
            minimum=minimum,
            width=width,
        )
        for width in (WIDE, NARROW)
    )
    return Picture(question=asked, wide=wide, narrow=narrow, columns=[], rows=[])


def beside(found: Compared, *, own_label: str, prefix: str, named: bool = False) -> Picture:
    """Own dot among unnamed ones: a funnel where chance has one, else a strip.

    The dots stay unnamed always; the table has the names that the department agreed to.
    """
    definition = found.definition
    unit, cases = unit_of_figure(definition), f"{case_word(definition)}s"
    asked = f"How does {'your' if own_label == 'You' else 'this'} figure stand beside colleagues'?"
    order = "The table below names them" if named else "Colleagues are unnamed and in no order"
    said = f"{definition.title}. {found.reading} {order}."
    drawn = []
    for width in (WIDE, NARROW):
        common: dict[str, Any] = {"title": asked, "description": said, "unit": unit, "width": width}
        common |= {"id_prefix": f"{prefix}-{width}", "own_label": own_label}
        if found.found is not None:
            volume = volume_words(definition) if stands_beside(definition) else cases
            drawn.append(funnel_chart(found.found, own=OWN, volume=volume, **common))
        else:
            own = value_of(found.own, definition)
            drawn.append(strip_chart(found.values, own=own, **common))
    mine = [own_label, in_figures(found.own.n), unit.text(value_of(found.own, definition))]
    rows = [mine, *([peer.label, peer.cases, peer.figure] for peer in found.rows)]
    columns = ["Whose", f"Number of {cases}", "Figure"]
    return Picture(question=asked, wide=drawn[0], narrow=drawn[1], columns=columns, rows=rows)


def alone(found: Compared, *, prefix: str) -> Picture | None:
    """What the own figure could be, where it is too unreliable to stand beside others'."""
    definition, figure = found.definition, figure_of(found.own, found.definition)
    if figure.value is None or figure.lower is None or figure.upper is None:
        return None
    asked, unit = "What could this figure be?", unit_of_figure(definition)
    span = f"{unit.number(figure.lower)} to {unit.text(figure.upper)}"
    said = f"{definition.title}: {CANNOT_TELL.lower()}. Chance alone leaves anything from {span}."
    wide, narrow = (
        interval_chart(
            figure.value,
            figure.lower,
            figure.upper,
            title=asked,
            description=said,
            unit=unit,
            id_prefix=f"{prefix}-{width}",
            usual=found.found.target if found.found else None,
            usual_label="All together",
            width=width,
        )
        for width in (WIDE, NARROW)
    )
    return Picture(question=asked, wide=wide, narrow=narrow, columns=[], rows=[])


def alone_words(found: Compared) -> str:
    """ "Cannot tell yet": what these cases leave open, and whether the usual lies inside it."""
    figure, unit = figure_of(found.own, found.definition), unit_of_figure(found.definition)
    if figure.lower is None or figure.upper is None:
        return ""
    cases = count_words(found.own, found.definition)
    said = f"{CANNOT_TELL}: with {cases}, anything from {unit.number(figure.lower)} to "
    said += f"{unit.text(figure.upper)} could be behind this figure."
    if found.found is None:
        return said
    inside = figure.lower <= found.found.target <= figure.upper
    together = f"The figure of all together, {unit.text(found.found.target)}, lies"
    return f"{said} {together} {'inside' if inside else 'outside'} that."
