"""What an interrupted time series says, in sentences: an association in time, never an effect."""

from clinmeasures.association import Change, InterruptedSeries
from clinmeasures.wording.units import Unit, in_figures, in_words


def difference_words(change: float, unit: Unit) -> str:
    """A difference without its sign, with its unit: of percentages, in percentage points.

    Examples
    --------
    >>> difference_words(-0.042, Unit("%", 100.0)), difference_words(1.5, Unit("days"))
    ('4.2 percentage points', '1.50 days')
    """
    size = abs(unit.shown(change))
    if unit.is_percentage:
        return f"{in_figures(size, 1)} percentage points"
    return f"{in_figures(size)} {unit.name}".strip()


def change_words(change: Change, unit: Unit) -> str:
    """A change with its direction and interval, and whether chance alone could make it.

    Examples
    --------
    >>> change_words(Change(estimate=2.0, se=0.5, lower=1.0, upper=3.0), Unit("days"))
    '2 days higher (95% interval 1 to 3 days higher)'
    >>> change_words(Change(estimate=-1.0, se=1.0, lower=-3.0, upper=1.0), Unit("days"))
    '1 day lower (95% interval 3 days lower to 1 day higher, so chance alone could make it)'
    """
    said = f"{_one(change.estimate, unit)} {_side(change.estimate)}"
    low, high = sorted((change.lower, change.upper), key=abs)
    if change.lower * change.upper > 0:
        number = in_figures(abs(unit.shown(low)), 1 if unit.is_percentage else None)
        return f"{said} (95% interval {number} to {_one(high, unit)} {_side(high)})"
    lower = f"{_one(change.lower, unit)} {_side(change.lower)}"
    upper = f"{_one(change.upper, unit)} {_side(change.upper)}"
    return f"{said} (95% interval {lower} to {upper}, so chance alone could make it)"


def association_words(found: InterruptedSeries, unit: Unit) -> list[str]:
    """Level and slope after the change against the line before it, a sentence each.

    Parameters
    ----------
    found : InterruptedSeries
        What `clinmeasures.association.its` returned.
    unit : Unit
        How the values are shown.
    """
    first = next(day for day, after in zip(found.dates, found.after, strict=True) if after)
    return [
        f"In {in_words(first)} the figure stood {change_words(found.level, unit)} than the line "
        "before would have led to.",
        f"Since then its slope is, {_each(found.period)}, {change_words(found.slope, unit)} than "
        "before.",
    ]


def regression_words(found: InterruptedSeries, unit: Unit) -> str:
    """What chance alone would have brought back of the points that started the change; or nothing.

    A series picked for its extremes lies nearer to its line the next time (regression to the
    mean), so these points are left out and their expected return is said beside the result.
    """
    if found.to_the_mean is None:
        return ""
    way = "higher" if found.to_the_mean > 0 else "lower"
    points = int(found.left_out.sum())
    those = "The point that" if points == 1 else f"The {points} points that"
    return (
        f"{those} started this are left out. By chance alone the figure would have come back to "
        f"about {difference_words(found.to_the_mean, unit)} {way} (regression to the mean)."
    )


def _each(period: str) -> str:
    """A month, a quarter; every 6 months."""
    return f"every {period}" if period[0].isdigit() else f"a {period}"


def _side(change: float) -> str:
    return "lower" if change < 0 else "higher"


def _one(change: float, unit: Unit) -> str:
    words = difference_words(change, unit)
    number, _, name = words.partition(" ")
    return f"{number} {name[:-1]}" if number == "1" and name.endswith("s") else words
