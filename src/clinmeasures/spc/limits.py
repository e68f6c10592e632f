"""Centre line and limits of each chart; formulas in docs/explanation/charts-over-time.md."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from clinmeasures.frames import Floats, Integers
from clinmeasures.spc.phases import (
    Screen,
    mean,
    mean_moving_range,
    median,
    moving_ranges,
    ratio,
    total,
)
from clinmeasures.spc.points import Points

# Mean range of two normal values in standard deviations (tabled as d2, n = 2).
MEAN_RANGE_OF_TWO = 1.128
# 3 / 1.128 rounded, as Making Data Count and Wheeler print it.
XMR_FACTOR = 2.66
# Upper limit of a moving range over its mean (D4, n = 2).
RANGE_LIMIT = 3.267
# Power that makes exponential times nearly normal (Nelson 1994: 1/3.6).
TIME_POWER = 1 / 3.6


@dataclass(frozen=True)
class Limits:
    """Centre line, lower and upper limit, shape (3, n_points); NaN where the chart has none.

    Where the points of a phase share them they are kept once a phase, shape (3, n_phases), and
    `sizes` says how many points each phase has.
    """

    value: Floats  # what is plotted, which some charts derive
    lines: Floats
    sizes: Integers | None = None

    @cached_property
    def centre(self) -> Floats:
        """The line that runs are counted on, at each point."""
        return self._at_points(0)

    @cached_property
    def lower(self) -> Floats:
        """The lower limit at each point."""
        return self._at_points(1)

    @cached_property
    def upper(self) -> Floats:
        """The upper limit at each point."""
        return self._at_points(2)

    def _at_points(self, line: int) -> Floats:
        drawn: Floats = self.lines[line]
        return drawn if self.sizes is None else np.repeat(drawn, self.sizes)

    @classmethod
    def joined(cls, parts: Sequence["Limits"], value: Floats) -> "Limits":
        """Those of several stretches of whole phases, around the values of all."""
        sizes = [part.sizes for part in parts if part.sizes is not None]
        lines = np.concatenate([part.lines for part in parts], axis=1)
        return cls(value, lines, np.concatenate(sizes) if sizes else None)


def _own(value: Floats, centre: Floats, lower: Floats, upper: Floats) -> Limits:
    """Each point has lines of its own."""
    return Limits(value, np.stack([centre, lower, upper]))


def xmr(points: Points, *, screen: Screen) -> Limits:
    """mean -/+ 2.66 x mean moving range, as Making Data Count prints it."""
    return _individuals(points, factor=XMR_FACTOR, screen=screen)


def individuals(points: Points, *, screen: Screen) -> Limits:
    """mean -/+ 3 x mean moving range / 1.128."""
    return _individuals(points, factor=3 / MEAN_RANGE_OF_TWO, screen=screen)


def _individuals(points: Points, *, factor: float, screen: Screen) -> Limits:
    centre = mean(points, points.value, points.based)
    reach = factor * mean_moving_range(points, points.value, _steps(points), screen=screen)
    return _spread(points, points.value, centre, centre - reach, centre + reach)


def _steps(points: Points) -> np.ndarray:
    """Points that ranges step between: excluded ones are stepped over, missing ones are gaps."""
    return points.baseline & ~points.excluded


def run(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """The median; a run chart has no limits."""
    nothing = np.full(points.phases, np.nan)
    centre = median(points, points.value, points.based)
    return _spread(points, points.value, centre, nothing, nothing)


def moving_range(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """Ranges between neighbours: their mean, and 3.267 times it.

    The points are the ranges themselves, so that an excluded date leaves out the range that ends
    there, and none is screened: a large one is what the chart is for.
    """
    ranges, ends = moving_ranges(points, points.value, np.ones(len(points.value), dtype=bool))
    value = np.full(len(points.value), np.nan)
    value[ends] = ranges
    drawn = replace(points, value=value)
    centre = mean(points, value, drawn.based)
    return _spread(drawn, value, centre, 0 * centre, RANGE_LIMIT * centre)


def proportions(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """p: binomial, with each point's own denominator."""
    centre, sigma = _binomial(points)
    return _three_sigma(points, centre, sigma, highest=1.0)


def laney_proportions(points: Points, *, screen: Screen) -> Limits:
    """p' (Laney 2002): binomial, widened by how much the points vary beyond it."""
    centre, sigma = _binomial(points)
    sigma = sigma * _laney(points, centre, sigma, screen=screen)
    return _three_sigma(points, centre, sigma, highest=1.0)


def rates(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """u: Poisson, with each point's own area of opportunity."""
    centre, sigma = _poisson(points)
    return _three_sigma(points, centre, sigma)


def laney_rates(points: Points, *, screen: Screen) -> Limits:
    """u' (Laney 2002)."""
    centre, sigma = _poisson(points)
    return _three_sigma(points, centre, sigma * _laney(points, centre, sigma, screen=screen))


def counts(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """c: Poisson counts over equal areas of opportunity."""
    centre = mean(points, points.value, points.based)[points.group]
    return _three_sigma(points, centre, np.sqrt(centre))


def between_events(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """g: cases between rare events. Geometric limits around the mean; the line is the median."""
    average = mean(points, points.value, points.based)[points.group]
    reach = 3 * np.sqrt(average) * np.sqrt(average + 1)  # a product of both could overflow
    line = median(points, points.value, points.based)[points.group]
    return _own(points.value, line, np.maximum(average - reach, 0), average + reach)


def times_between(points: Points, *, screen: Screen) -> Limits:
    """t: time between rare events. An individuals chart of time^(1/3.6), taken back."""
    powered = replace(points, value=points.value**TIME_POWER)
    limits = _individuals(powered, factor=3 / MEAN_RANGE_OF_TWO, screen=screen)
    back = [np.maximum(line, 0) ** (1 / TIME_POWER) for line in (limits.lower, limits.upper)]
    return _own(points.value, limits.centre ** (1 / TIME_POWER), back[0], back[1])


def subgroup_means(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """X-bar: means of subgroups around the mean of all values, sigma from within subgroups."""
    centre = mean(points, points.value, points.based, points.size)[points.group]
    reach = 3 * ratio(_within(points)[points.group], np.sqrt(points.size) * _c4(points.size))
    return _own(points.value, centre, centre - reach, centre + reach)


def subgroup_spreads(points: Points, *, screen: Screen) -> Limits:  # noqa: ARG001
    """S: standard deviations of subgroups."""
    centre = _within(points)[points.group]
    c4 = _c4(points.size)
    reach = 3 * np.sqrt(np.maximum(1 - c4**2, 0)) / c4
    return _own(points.value, centre, centre * np.maximum(1 - reach, 0), centre * (1 + reach))


def _within(points: Points) -> Floats:
    """Standard deviation within subgroups, per phase.

    The mean of those of subgroups that are all of one size, which A3, B3 and B4 are tabled for;
    pooled where sizes differ (Montgomery, Introduction to Statistical Quality Control, 6.3).
    """
    where = points.based & np.isfinite(points.spread)
    freedom = points.size - 1
    pooled = np.sqrt(
        ratio(total(points, freedom * points.spread**2, where), total(points, freedom, where))
    )
    average = mean(points, points.spread, where)
    smallest = np.minimum.reduceat(points.size, points.starts)
    largest = np.maximum.reduceat(points.size, points.starts)
    return np.where(smallest == largest, average, pooled)


def _c4(sizes: Floats) -> Floats:
    """Mean of a sample's standard deviation over the true one; NaN for a single value."""
    unique, which = np.unique(sizes, return_inverse=True)
    tabled = [
        math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
        if n > 1
        else math.nan
        for n in unique.tolist()
    ]
    return np.array(tabled)[which]


def _binomial(points: Points) -> tuple[Floats, Floats]:
    centre = _overall(points)
    return centre, np.sqrt(ratio(centre * (1 - centre), points.size))


def _poisson(points: Points) -> tuple[Floats, Floats]:
    centre = _overall(points)
    return centre, np.sqrt(ratio(centre, points.size))


def _overall(points: Points) -> Floats:
    """All numerators over all denominators of the phase, at each of its points."""
    return mean(points, points.value, points.based, points.size)[points.group]


def _laney(points: Points, centre: Floats, sigma: Floats, *, screen: Screen) -> Floats:
    """Variation of the standardised points over what chance alone gives, at each point."""
    scores = ratio(points.value - centre, sigma)
    standard = replace(points, value=scores)
    ranges = mean_moving_range(standard, scores, _steps(points), screen=screen)[points.group]
    return np.where(sigma > 0, ranges / MEAN_RANGE_OF_TWO, 1.0)


def _three_sigma(points: Points, centre: Floats, sigma: Floats, highest: float = np.inf) -> Limits:
    return _own(
        points.value,
        centre,
        np.maximum(centre - 3 * sigma, 0),
        np.minimum(centre + 3 * sigma, highest),
    )


def _spread(points: Points, value: Floats, centre: Floats, lower: Floats, upper: Floats) -> Limits:
    """Lines that the points of a phase share."""
    return Limits(value, np.stack([centre, lower, upper]), points.sizes)


CHARTS: dict[str, Callable[..., Limits]] = {
    "xmr": xmr,
    "run": run,
    "i": individuals,
    "mr": moving_range,
    "xbar": subgroup_means,
    "s": subgroup_spreads,
    "p": proportions,
    "pp": laney_proportions,
    "u": rates,
    "up": laney_rates,
    "c": counts,
    "g": between_events,
    "t": times_between,
}
