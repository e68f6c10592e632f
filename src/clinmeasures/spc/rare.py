"""Charts of rare events: limits by the events' own chances, and no runs where there are none.

Three standard deviations and the rules about runs take months for normal ones, as likely above the
average as below it. Of one death a year eleven months in twelve are below: that run is no signal,
whatever its length; and one death of three patients lies beyond three standard deviations, though
such a month comes once in a dozen.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from clinmeasures.frames import Booleans, Floats
from clinmeasures.spc.result import Series

OF_SHARES = frozenset({"p", "pp"})
OF_EVENTS = OF_SHARES | {"u", "up"}
OF_RUNS = frozenset({"long_run", "few_crossings"})
BEYOND = "sigma"
FEW = 5.0  # events in a month, below which its chances are skewed
COUNTED = 30  # of fewer than 5 expected, more than so many never happen
SELDOM = 0.00135  # beyond three standard deviations, on one side, of what is normal
ONE_SIDED = 0.6  # of ordinary months on one side; half are, where runs mean what the rules say
NO_READING = "common_cause"


def with_rare_events(series: Series, *, late: Sequence[bool] = ()) -> Series:
    """A chart of shares or rates as it is read where events are few.

    Parameters
    ----------
    series : Series
        Of `spc`; other charts than `p`, `pp`, `u` and `up` come back as they are.
    late : sequence of bool, optional
        True for points that are not settled yet.

    Returns
    -------
    Series
        Of months in which fewer than 5 events (or, of shares, non-events) are expected, limits are
        at least as far out as 0.00135 by binomial or Poisson chances, and a point within them is no
        signal. Runs signal only where no more than 60% of ordinary months lie on one side.
    """
    if series.chart not in OF_EVENTS:
        return series
    there = np.isfinite(series.values) & np.isfinite(series.sizes) & (series.sizes > 0)
    lower, upper = exact_limits(series, there)
    inside = (series.values >= lower - 1e-9) & (series.values <= upper + 1e-9)
    settled = there & ~series.excluded
    if len(late):
        settled &= ~np.array(late, dtype=bool)
    dropped = OF_RUNS if one_sided(series, settled) else frozenset()
    signals = without(series.signals, inside, dropped)
    return replace(
        series,
        lower=lower,
        upper=upper,
        signals=signals,
        own_signals=without(series.own_signals, inside, dropped),
        readings=[
            said if names else NO_READING
            for said, names in zip(series.readings, signals, strict=True)
        ],
    )


def exact_limits(series: Series, there: Booleans) -> tuple[Floats, Floats]:
    """The lower and upper limits, (n_points,) each, no nearer than chance itself reaches."""
    lower, upper = series.lower.copy(), series.upper.copy()
    upper[there] = np.maximum(upper[there], most(series, there, series.centre))
    if series.chart in OF_SHARES:
        lower[there] = np.minimum(lower[there], 1 - most(series, there, 1 - series.centre))
    return lower, upper


def most(series: Series, there: Booleans, rate: Floats) -> Floats:
    """The largest share that chance does not leave seldom; -inf of months with events enough."""
    sizes, expected = series.sizes[there], (rate * series.sizes)[there]
    counts = np.arange(COUNTED)
    often = at_most(series.chart, counts, expected[:, None], sizes[:, None]) >= 1 - SELDOM
    found: Floats = np.where(expected < FEW, np.argmax(often, axis=1) / sizes, -np.inf)
    return found


def at_most(chart: str, counts: ArrayLike, expected: Floats, sizes: Floats) -> Floats:
    """The probability of so many events or fewer: binomial (sizes may be parts) or Poisson."""
    from scipy.special import betainc, pdtr

    counts = np.asarray(counts, dtype=float)
    if chart in OF_SHARES:
        rate, left = np.clip(expected / sizes, 0, 1), np.maximum(sizes - counts, 0)
        below: Floats = np.where(left > 0, betainc(left, counts + 1, 1 - rate), 1.0)
    else:
        below = pdtr(counts, expected)
    return np.where(counts < 0, 0.0, below)


def one_sided(series: Series, settled: Booleans) -> bool:
    """Whether chance alone puts most settled months on one side of the average."""
    if not settled.any():
        return False
    rates = [series.centre]
    if series.chart in OF_SHARES:
        rates.append(1 - series.centre)
    return max(share for rate in rates for share in sides(series, settled, rate)) > ONE_SIDED


def sides(series: Series, settled: Booleans, rate: Floats) -> tuple[float, float]:
    """The share of ordinary months below the average and above it; half of those with many."""
    sizes, expected = series.sizes[settled], (rate * series.sizes)[settled]
    few = expected < FEW
    even = np.count_nonzero(~few) / 2
    there = expected[few], sizes[few]
    less = at_most(series.chart, np.ceil(there[0] - 1e-9) - 1, *there)
    no_more = at_most(series.chart, np.floor(there[0] + 1e-9), *there)
    below, above = float(np.sum(less)) + even, float(np.sum(1 - no_more)) + even
    return below / len(expected), above / len(expected)


def without(
    signals: Sequence[Sequence[str]], inside: Booleans, dropped: frozenset[str]
) -> list[list[str]]:
    """Each point's signals but those dropped, and that of lying beyond limits it lies inside."""
    return [
        [name for name in names if name not in dropped and not (within and name == BEYOND)]
        for names, within in zip(signals, inside.tolist(), strict=True)
    ]
