"""The page itself: what it says, in the order in which a clinician reads it."""

from collections.abc import Mapping
from importlib.resources import files

from clinmeasures.definitions import Definition, Field
from clinmeasures.reports.cases import Cases
from clinmeasures.reports.figures import Figures
from clinmeasures.reports.over_time import Trend, trend_of
from clinmeasures.reports.side_by_side import Comparison, comparison_of
from clinmeasures.reports.words import conditions_in_words, definition_in_words
from clinmeasures.wording import expected_chance_signals, how_many, in_figures, in_words

# Chance that a point of a steady process falls outside three standard deviations.
POINT_OUTSIDE = 0.0027


def page_of(
    figures: Figures, fields: Mapping[str, Field], title: str | None, *, file: str, digest: str
) -> str:
    """The HTML, with everything inside it."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    measure = figures.definition
    trend = trend_of(figures, f"{measure.title}, by month")
    comparison = comparison_of(figures, f"{measure.title}, by {figures.cases.unit_word}")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = (files("clinmeasures.reports") / "page.html").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        title=title or measure.title,
        measure=measure,
        figure=figures.overall(),
        when=period_of(figures.cases),
        trend=trend,
        # Drawn, and its words escaped, by our own charts.
        trend_charts=[Markup(chart) for chart in trend.charts] if trend else [],  # noqa: S704
        comparison=comparison,
        funnels=[Markup(chart) for chart in comparison.charts] if comparison else [],  # noqa: S704
        units=plural(figures.cases.unit_word),
        wording=definition_in_words(measure, fields),
        conditions=conditions_in_words(measure.where, fields),
        reading=figures.cases.reading,
        quality=quality_in_words(figures.cases),
        caveats=caveats(measure, figures, trend, comparison),
        chance=chance_in_words(trend, comparison),
        file=file,
        digest=digest,
        number=in_figures,
    )


def period_of(cases: Cases) -> str:
    """ "January 2020 to March 2021"; empty where there are no dates."""
    found = {period for period in cases.periods or [] if period}
    if not found:
        return ""
    if cases.counted_months:
        numbers = sorted(int(period) for period in found)
        return f"month {numbers[0]} to month {numbers[-1]} of the study"
    first, last = in_words(min(found)), in_words(max(found))
    return first if first == last else f"{first} to {last}"


def plural(word: str) -> str:
    """Of a name that forms it with s."""
    return word if word.endswith("s") else word + "s"


def quality_in_words(cases: Cases) -> list[str]:
    """What became of every row, in sentences that add up."""
    reading = cases.reading
    said = [
        f"{how_many(reading.rows, 'row')} read; {how_many(len(cases), 'case')} counted.",
        f"{how_many(reading.rejected, 'row')} rejected as unreadable or impossible.",
    ]
    if reading.copies:
        said.append(f"{how_many(reading.copies, 'identical copy', 'identical copies')} dropped.")
    if reading.left_out:
        said.append(f"{how_many(reading.left_out, 'row')} left out by the definition.")
    without = int(len(cases) - cases.known.sum())
    if without:
        said.append(f"{how_many(without, 'case')} counted without a value, so not in the figure.")
    if reading.without_date:
        said.append(
            f"{how_many(reading.without_date, 'case')} without a date, so not in the trend."
        )
    return said + list(reading.notes)


def caveats(
    measure: Definition, figures: Figures, trend: Trend | None, comparison: Comparison | None
) -> list[str]:
    """What the reader must keep in mind, the general before the particular."""
    said = ["This figure is crude: it does not allow for how ill the patients were."]
    if figures.cases.periods is None:
        said.append("The file has no dates, so nothing can be said about change over time.")
    said += [caution for caution in (trend and trend.caution, figures.caution()) if caution]
    if comparison:
        said.append(
            f"{comparison.note} Chance is only one reason for a difference: look at data quality, "
            "attribution and case mix before any view of care. The order is by name."
        )
    if trend and trend.advice:
        said.append(trend.advice)
    if figures.cases.provisional:
        said.append("Hollow months are provisional: late records may still change them.")
    return said + list(measure.traps)


def chance_in_words(trend: Trend | None, comparison: Comparison | None) -> list[str]:
    """How many signals to expect where nothing has happened."""
    said = []
    if comparison and comparison.charts:
        expected = expected_chance_signals(comparison.units)
        said.append(
            f"Of {how_many(comparison.units, 'unit')} that differ by chance alone, about "
            f"{in_figures(expected)} would lie outside the 99.8% limits; here "
            f"{comparison.outside} {'does' if comparison.outside == 1 else 'do'}."
        )
    if trend:
        expected = trend.points * POINT_OUTSIDE
        said.append(
            f"Of {how_many(trend.points, 'month')} of a steady process, about "
            f"{in_figures(expected)} would lie outside the limits by chance; runs add more."
        )
    return said
