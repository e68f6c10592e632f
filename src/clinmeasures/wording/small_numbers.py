"""What to say beside a result whose method does not hold its promise at such small numbers.

The rates are those of `clinmeasures simulate`; docs/explanation/operating-characteristics.md keeps
them with their Monte Carlo error, and says which method holds instead.
"""

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.spc import Series

FEW_EVENTS = 5  # from which p, u and c charts and Wilson's interval hold
SKEWED_BELOW = 200  # values, up to which a mean of stays is not held as promised
HOLDS = "a t chart of the times between events keeps to it"


def caution_for_chart(series: Series) -> str | None:
    """Of a chart over time, where chance alone puts more points beyond its limits than 0.27%.

    Parameters
    ----------
    series : Series
        Of `clinmeasures.spc.spc`.

    Returns
    -------
    str or None
        One sentence for the reader; None where the chart keeps its rate.
    """
    if series.chart == "g":
        return (
            "Chance alone puts about one point in a hundred beyond the limits of a g chart, not "
            f"three in a thousand; {HOLDS}."
        )
    events = _events(series)
    if series.chart in {"pp", "up"}:
        times = "two to seven" if events < FEW_EVENTS else "about two"
        return (
            f"With two years of months, chance alone puts {times} times as many points beyond the "
            f"limits of this chart as the three in a thousand meant; a {series.chart[0]} chart of "
            "five events a point or more keeps to it where the process is no more than chance."
        )
    if series.chart in {"p", "u", "c"} and events < FEW_EVENTS:
        return (
            f"With fewer than {FEW_EVENTS} events a point on average, chance alone puts up to "
            "three times as many points beyond these limits as the three in a thousand meant; "
            f"{HOLDS}, or longer periods do."
        )
    if series.chart == "xmr" and _whole(series) and events < FEW_EVENTS:
        return (
            f"Counts below {FEW_EVENTS} on average are small for an XmR chart: chance alone puts "
            f"up to one point in a hundred beyond these limits; {HOLDS}."
        )
    return None


def caution_for_proportions(numerator: Floats, denominator: Floats, method: str) -> str | None:
    """Of Wilson's interval where few events, or few without one, are in some row."""
    if method != "wilson":
        return None
    known = np.isfinite(numerator) & (denominator > 0)
    least = np.minimum(numerator, denominator - numerator)[known]
    few = int((least < FEW_EVENTS).sum())
    if not few:
        return None
    return (
        f"{few} of {len(least)} rows have fewer than {FEW_EVENTS} cases with or without the event: "
        "there Wilson's 95% interval holds the truth 92 to 94 times in 100; the exact one holds it "
        "95 times or more (--method exact)."
    )


def caution_for_means(smallest: int) -> str | None:
    """Of Student's interval, whose values may be as skewed as stays are."""
    if smallest >= SKEWED_BELOW:
        return None
    return (
        f"The smallest mean is of {smallest} values. If they are as skewed as stays are, Student's "
        "95% interval holds the truth 84 times in 100 at 10 values, 88 at 30 and 93 at 200; means "
        "of their logarithms keep to 95."
    )


def _events(series: Series) -> float:
    """Events a point, of those with a figure."""
    known = np.isfinite(series.values)
    if not known.any():
        return np.inf
    counts = series.values * series.sizes if series.chart != "xmr" else series.values
    return float(counts[known].mean())


def _whole(series: Series) -> bool:
    """Whether values are counts: none negative and all whole."""
    values = series.values[np.isfinite(series.values)]
    return bool((values >= 0).all() and (values == np.floor(values)).all())
