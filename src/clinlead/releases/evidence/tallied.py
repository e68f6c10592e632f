"""What a figure's own tallies say of chance, volumes and attribution. Pure."""

from clinlead.figures.charting import YEAR, case_word
from clinlead.figures.presenters import depends_on_rule, table
from clinlead.figures.seen import change_seen
from clinlead.figures.sums import cases_of, deviation, total, unit_of_figure, value_of
from clinlead.releases.evidence.examined import Examined
from clinlead.releases.quarter import chance_of_one
from clinmeasures.definitions import MeasureKind
from clinmeasures.wording.power import smallest_detectable_difference
from clinmeasures.wording.telling_apart import smallest_seen
from clinmeasures.wording.units import how_many, in_figures

NO_METHOD = (
    "There is no method here that says how large a difference of this kind of figure would show."
)


def chance(figure: Examined) -> tuple[str, ...]:
    """What the chart says, the limits where it signals, and how often chance alone does so."""
    months = len(figure.chart.settled)
    return (
        figure.reading,
        *limits(figure),
        chance_of_one(figure.definition.chart, months),
        *beside(figure),
    )


def limits(figure: Examined) -> list[str]:
    """Each month of the period with a signal, beside its limits of chance."""
    signals = {month for month, _ in figure.chart.signals() if month in figure.period}
    return [
        f"{row.words}: {row.figure}; chance alone seldom leaves {row.usual}."
        for row in reversed(table(figure.chart))
        if row.month in signals and row.usual
    ]


def beside(figure: Examined) -> tuple[str, ...]:
    """Where it stands beside colleagues over its last twelve months, where it is compared."""
    if figure.beside is None:
        return ()
    where = f"{figure.beside}: outside" if figure.beside else "within"
    return (
        f"Beside colleagues, {where} the 99.8% limits of chance; one comparison in 500 is outside "
        "by chance alone.",
    )


def volumes(figure: Examined) -> tuple[str, ...]:
    """How many records each month rests on, what is usual, and what so many could show."""
    word = case_word(figure.definition)
    now = ", ".join(in_figures(month.sums.n) for month in figure.in_period)
    said = [f"{word.capitalize()}s in these months: {now}."]
    usual = sorted(month.sums.n for month in figure.before)
    if usual:
        middle = in_figures(usual[len(usual) // 2])
        said.append(f"Before, half of {how_many(len(usual), 'month')} had {middle} or more.")
    return (*said, could_show(figure))


def could_show(figure: Examined) -> str:
    """The smallest difference from before that so many records would probably show."""
    here, before = total(figure.in_period), total(figure.before[-YEAR:])
    cases, word = cases_of(here), case_word(figure.definition)
    usual = value_of(before, figure.definition) if before.n else None
    if figure.definition.kind is MeasureKind.PROPORTION and usual is not None and cases:
        return smallest_seen(cases, usual, case_word=word)
    change = change_seen(here, before, figure.definition)
    if change:
        return change
    spread = deviation(before) if figure.definition.kind is MeasureKind.MEAN else None
    least = smallest_detectable_difference(cases, spread) if spread else None
    if least is None:
        return NO_METHOD
    unit = unit_of_figure(figure.definition).text(least)
    return f"With {how_many(round(cases), word)}, only a difference of {unit} or more would show."


def attribution(figure: Examined) -> tuple[str, ...]:
    """The figure under every rule that the definition allows, and whether the reading depends."""
    rows = figure.rules
    if len(rows) < 2:
        said = [f"{row.figure}, {row.words}." for row in rows]
        return (*said, "The definition allows no other way of attributing cases.")
    if depends_on_rule(rows):
        said = [f"By {row.words}: {row.figure}. {row.reading}" for row in rows]
        return ("The reading depends on how cases are attributed.", *said)
    said = [f"{row.figure} by {row.words}" for row in rows]
    return ("The reading is the same under each way of attributing cases.", f"{'; '.join(said)}.")
