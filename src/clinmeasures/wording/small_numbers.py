"""What to say beside a result whose method does not hold its promise at such small numbers.

The rates are those of `clinmeasures simulate`; docs/explanation/operating-characteristics.md keeps
them with their Monte Carlo error, and says which method holds instead.
"""

from collections import Counter
from itertools import product

import numpy as np

from clinmeasures.frames import Booleans, Floats
from clinmeasures.funnels import Funnel
from clinmeasures.spc import Series, SpcResult
from clinmeasures.spc.readings import COMMON_CAUSE

FEW_EVENTS = 5  # from which p, u and c charts and Wilson's interval hold
SKEWED_BELOW = 200  # values, up to which a mean of stays is not held as promised
FEW_EXPECTED = 20  # up to which a funnel's limits are tried and do not hold
FEW_OF_EACH = 100  # likewise, of a ratio of counts
FEWEST_DIRECT, ENOUGH_DIRECT = 10, 15  # events: below the first no direct rate, from the second on
LOW = "chance alone puts two to seven times the promised one in a thousand"
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
        One sentence for the reader; None where the chart keeps its rate, and where it has too few
        points for an icon and marks none.
    """
    if series.variation == "too_few_points" and not any(series.signals):
        return None
    which = np.zeros(len(series), dtype=np.int64)
    few, whole = _small(series.chart, series.values, series.sizes, which, 1)
    return _of_chart(series.chart, few=bool(few[0]), whole=bool(whole[0]))


def cautions_for_charts(result: SpcResult) -> dict[str, int]:
    """What `caution_for_chart` says of all series, each once, with how many it is true of."""
    points, groups = result.points, len(result)
    few, whole = _small(result.chart, result.limits.value, points.size, points.series, groups)
    marked = result.reading_codes != COMMON_CAUSE
    judged = np.bincount(points.series, weights=marked, minlength=groups) > 0
    judged |= np.array(result.variations) != "too_few_points"
    said: Counter[str] = Counter()
    for small, counts in product((True, False), repeat=2):
        caution = _of_chart(result.chart, few=small, whole=counts)
        if caution is not None:
            said[caution] += int((judged & (few == small) & (whole == counts)).sum())
    return dict(+said)


def _of_chart(chart: str, *, few: bool, whole: bool) -> str | None:
    """`few` events a point; values that are `whole` may be counts."""
    if chart == "g":
        return (
            "Chance alone puts about one point in a hundred beyond the limits of a g chart, not "
            f"three in a thousand; {HOLDS}."
        )
    if chart in {"pp", "up"}:
        times = "two to seven" if few else "about two"
        return (
            f"With two years of months, chance alone puts {times} times as many points beyond the "
            f"limits of this chart as the three in a thousand meant; a {chart[0]} chart of "
            "five events a point or more keeps to it where the process is no more than chance."
        )
    if chart in {"p", "u", "c"} and few:
        return (
            f"With fewer than {FEW_EVENTS} events a point on average, chance alone puts up to "
            "three times as many points beyond these limits as the three in a thousand meant; "
            f"{HOLDS}, or longer periods do."
        )
    if chart == "xmr" and whole and few:
        return (
            f"Counts below {FEW_EVENTS} on average are small for an XmR chart: chance alone puts "
            f"up to one point in a hundred beyond these limits; {HOLDS}."
        )
    return None


def _small(
    chart: str, values: Floats, sizes: Floats, which: np.ndarray, groups: int
) -> tuple[Booleans, Booleans]:
    """Of each series: whether it has few events a point, and whether all its values are counts."""
    known = np.isfinite(values)
    counts = values if chart == "xmr" else values * sizes
    points = np.bincount(which, weights=known, minlength=groups)
    events = np.bincount(which, weights=np.where(known, counts, 0.0), minlength=groups)
    with np.errstate(invalid="ignore"):
        broken = known & ((values < 0) | (values != np.floor(values)))
    some = np.bincount(which, weights=broken, minlength=groups)
    return (points > 0) & (events < FEW_EVENTS * points), some == 0


def cautions_for_funnel(found: Funnel) -> list[str]:
    """Of limits that do not hold what they promise, with what holds there.

    Parameters
    ----------
    found : Funnel
        Of `clinmeasures.funnels.funnel`; `Funnel.cautions` is this.

    Returns
    -------
    list of str
        Empty where limits hold, and for means of units that differ by chance alone.
    """
    size = found.denominator[found.denominator > 0]
    if found.widened:
        return _of_widened(found)
    if not len(size):
        return []
    if found.kind == "SR" and found.deviation is None:
        return _of_ratios(size * found.target, len(found.units))
    if found.kind == "PR" and found.method != "exact":
        return _of_proportions(size * min(found.target, 1 - found.target), len(found.units))
    if found.kind == "RC":
        return _of_counts(size * min(found.target, 1.0), len(found.units))
    return []


def _of_widened(found: Funnel) -> list[str]:
    """Of limits that allow for over-dispersion where the outer z were trimmed, and units differ."""
    if found.trim == "none" or (found.phi or 0.0) <= 1 or not found.tau2:
        return []
    return [
        "Of units that differ beyond chance, limits widened from trimmed z leave about 2 in 100 "
        "outside 99.8%, not 2 in 1,000: trimming takes the outermost for no part of the spread "
        "(--trim none keeps to it, and shows little)."
    ]


def _of_ratios(expected: Floats, units: int) -> list[str]:
    few = int((expected <= FEW_EXPECTED).sum())
    if not few:
        return []
    return [
        f"{few} of {units} units expect {FEW_EXPECTED} events or fewer: below their lower 99.8% "
        f"limits {LOW}, and at 2 expected one unit in seven, each without an event. Judge a low "
        "one by the exact interval of its ratio (standardise --method exact --level 0.998)."
    ]


def _of_proportions(expected: Floats, units: int) -> list[str]:
    few = int((expected <= FEW_EXPECTED).sum())
    if not few:
        return []
    return [
        f"{few} of {units} units expect {FEW_EXPECTED} cases or fewer with or without the event: "
        "their limits are approximate; --method exact holds there."
    ]


def _of_counts(expected: Floats, units: int) -> list[str]:
    few = int((expected <= FEW_OF_EACH).sum())
    if not few:
        return []
    return [
        f"{few} of {units} units expect {FEW_OF_EACH} events or fewer of one of the two: below "
        f"their lower 99.8% limits {LOW}. Judge a low one by the exact interval of its share of "
        "both counts together (interval --method exact --level 0.998)."
    ]


def caution_for_proportions(
    numerator: Floats,
    denominator: Floats,
    method: str,
    *,
    rows: str = "rows",
    remedy: str = " (--method exact)",
) -> str | None:
    """Of Wilson's interval where few events, or few without one, are in some row."""
    if method != "wilson":
        return None
    known = np.isfinite(numerator) & (denominator > 0)
    least = np.minimum(numerator, denominator - numerator)[known]
    few = int((least < FEW_EVENTS).sum())
    if not few:
        return None
    return (
        f"{few} of {len(least)} {rows} have fewer than {FEW_EVENTS} cases with or without the "
        "event: there Wilson's 95% interval holds the truth 92 to 94 times in 100; the exact one "
        f"holds it 95 times or more{remedy}."
    )


def caution_for_direct(observed: Floats) -> str | None:
    """Of Dobson's interval of the units whose count only just allows a direct rate."""
    near = int(((observed >= FEWEST_DIRECT) & (observed < ENOUGH_DIRECT)).sum())
    if not near:
        return None
    return (
        f"{near} of {len(observed)} units have {FEWEST_DIRECT} to {ENOUGH_DIRECT - 1} events. "
        "Units that reach ten by chance alone get a rate, those that miss it none, so that where "
        "about five are expected the 95% intervals given hold the truth 69 times in 100: compare "
        "such units by their expected counts (--expected COL --method exact)."
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
