"""Where the points and values of a chart over time lie, and its axes."""

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from statistics import median

from clinmeasures.charts.drawing import CHARACTER, Box, Canvas, Scale, bounds, tick_text, ticks
from clinmeasures.frames import EPOCH, microseconds, read_moment
from clinmeasures.spc import Series
from clinmeasures.wording.readings import sides_of
from clinmeasures.wording.units import Unit, in_words

MOST_POINTS = 40
TOWERING = 3  # times the usual limit and every point: such a limit is cut at the axis
NARROW = 480  # below this width labels move under the chart


@dataclass(frozen=True)
class Lines:
    centre: list[float]
    lower: list[float]
    upper: list[float]

    @property
    def all(self) -> tuple[list[float], list[float], list[float]]:
        """Centre, lower and upper, in that order."""
        return self.centre, self.lower, self.upper


def near(upper: list[float], values: list[float]) -> list[float]:
    """Upper limits less those that tower over all: of a month with next to no patients."""
    limits = [each for each in upper if math.isfinite(each)]
    if not limits:
        return []
    tallest = max([median(limits), *(each for each in values if math.isfinite(each))])
    return [each for each in limits if each <= TOWERING * abs(tallest)]


class TrendLayout:
    """The latest points of a series laid out on a canvas."""

    def __init__(
        self,
        series: Series,
        unit: Unit,
        width: int,
        provisional: list[bool],
        target: float | None,
    ) -> None:
        self.series, self.unit, self.target = series, unit, target
        self.values: list[float] = series.values.tolist()
        self.lines = Lines(series.centre.tolist(), series.lower.tolist(), series.upper.tolist())
        self.phase: list[int] = series.phase.tolist()
        self.excluded: list[bool] = series.excluded.tolist()
        self.narrow = width < NARROW
        self.canvas = Canvas(width, 270 if self.narrow else 320, 13 if self.narrow else 14)
        self.first = max(0, len(series) - MOST_POINTS)
        self.shown = range(self.first, len(series))
        self.provisional = provisional or [False] * len(series)
        self.sides = sides_of(series)
        top, bottom = 36, self.canvas.height - (66 if self.narrow else 40)
        self.y = self._value_scale(bottom, top)
        self.marks = self._value_marks()
        left = max(len(words) for _, words in self.marks) * self.canvas.font_size * CHARACTER + 14
        self.plot = Box(left, top, width - (12 if self.narrow else 150), bottom)
        self.places = places_of(series, self.first)
        low, high = min(self.places, default=0.0), max(self.places, default=1.0)
        edge = (high - low or 1.0) * 0.02
        self.x = Scale(low - edge, high + edge, self.plot.left, self.plot.right)
        self.across = [self.x(place) for place in self.places]

    def _value_scale(self, bottom: float, top: float) -> Scale:
        here = slice(self.first, None)
        values = [*self.values[here], *self.lines.centre[here]]
        limits = [*self.lines.lower[here], *near(self.lines.upper[here], self.values[here])]
        never_below_zero = all(value >= 0 for value in values if math.isfinite(value))
        values += [max(v, 0.0) if never_below_zero else v for v in limits if math.isfinite(v)]
        values += [] if self.target is None else [self.target]
        low, high = bounds(values, percentage=self.unit.is_percentage)
        return Scale(low, high, bottom, top)

    def _value_marks(self) -> list[tuple[float, str]]:
        """Where the axis is marked, in the values' own unit, and the words there."""
        low, high = self.unit.shown(self.y.low), self.unit.shown(self.y.high)
        marks = ticks(low, high, 4 if self.narrow else 5)
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        sign = "%" if self.unit.is_percentage else ""
        return [(mark / self.unit.times, tick_text(mark, step) + sign) for mark in marks]

    def place(self, point: int) -> float:
        """Where a point lies across the drawing."""
        return self.across[point - self.first]

    def draw_axes(self) -> None:
        """Lines across with their figures, and the dates below."""
        canvas, plot = self.canvas, self.plot
        for value, words in self.marks:
            y = self.y(value)
            canvas.line(plot.left, y, plot.right, y, 'stroke-opacity="0.15"')
            canvas.text(plot.left - 6, y + 5, words, anchor="end")
        canvas.line(plot.left, plot.bottom, plot.right, plot.bottom, 'stroke-opacity="0.6"')
        if self.unit.name and not self.unit.is_percentage:
            canvas.text(2, self.canvas.font_size, self.unit.name)
        self._draw_dates()

    def _draw_dates(self) -> None:
        """As many dates as fit, the last always among them."""
        if not len(self.shown):
            return
        room = 4 if self.narrow else 7
        step = max(1, math.ceil(len(self.shown) / room))
        free = math.inf
        for point in range(self.shown[-1], self.first - 1, -step):
            words = self._date(point)
            x = self.place(point)
            wide = len(words) * self.canvas.font_size * 0.56
            centre = min(max(x, self.plot.left + wide / 2 - 30), self.plot.right - wide / 2 + 8)
            if centre + wide / 2 + 8 > free:
                continue
            free = centre - wide / 2
            y = self.plot.bottom
            self.canvas.line(x, y, x, y + 5, 'stroke-opacity="0.6"')
            self.canvas.text(centre, y + 20, words, anchor="middle")

    def _date(self, point: int) -> str:
        dates = self.series.dates
        return str(point + 1) if dates is None else in_words(dates[point], brief=True)


def places_of(series: Series, first: int) -> list[float]:
    """Where points lie along the axis: by time where there are dates, else by order."""
    if series.dates is None:
        return [float(i) for i in range(first, len(series))]
    found = [position_of(text) for text in series.dates[first:]]
    if any(place is None for place in found):
        return [float(i) for i in range(first, len(series))]
    return [place for place in found if place is not None]


@lru_cache(maxsize=4096)
def position_of(text: str) -> float | None:
    """A date in months (so that months are evenly apart), a plain number as itself."""
    if text.isdecimal():
        return float(text)
    moment = read_moment(text)
    if moment is None:
        return None
    whole = EPOCH + timedelta(microseconds=microseconds(moment))
    first = whole.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return whole.year * 12 + whole.month - 1 + (whole - first) / (following - first)
