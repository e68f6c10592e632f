"""One measure over time: points, limits as a band, signals by shape and label."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinmeasures.charts.drawing import (
    CHARACTER,
    DATA,
    Box,
    Canvas,
    Scale,
    bounds,
    circle,
    diamond,
    square,
    tick_text,
    ticks,
    wrapped,
)
from clinmeasures.frames import EPOCH, microseconds, read_moment
from clinmeasures.spc import Series
from clinmeasures.wording.readings import MEDIAN_CHARTS, OUTSIDE, sides_of
from clinmeasures.wording.units import Unit, in_words, unit_of

MOST_POINTS = 40
NARROW = 480  # below this width labels move under the chart
NEIGHBOURS = 4  # signals of one kind so close share a label
GAP = 1.6  # a step this many times the usual one is a gap in recording


@dataclass(frozen=True)
class Event:
    """Something dated that the chart must show: a PDSA cycle, or a change of recording."""

    date: str  # ISO 8601
    label: str


def trend_chart(
    series: Series,
    *,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    width: int = 720,
    provisional: Sequence[bool] = (),
    events: Sequence[Event] = (),
    breaks: Sequence[Event] = (),
    target: float | None = None,
) -> str:
    """A chart over time as accessible SVG, redrawn (not shrunk) for the width asked.

    Parameters
    ----------
    series : Series
        One series of `clinmeasures.spc.spc`.
    title, description : str
        Read aloud: the question the chart answers, and what it shows in words.
    unit : Unit or str
        "%" draws fractions as percentages; otherwise the name written at the axis.
    id_prefix : str
        Unique on the page.
    width : int
        In pixels: 720 for a page, 320 for a phone.
    provisional : sequence of bool, shape (n_points,)
        Immature points are drawn hollow and carry no signal. Give their dates to `spc` as
        `exclude` too, so that limits and runs leave them out.
    events, breaks : sequence of Event
        PDSA cycles, and dated changes of recording.
    target : float, optional
        A line for teams only; never give it for one person.

    Returns
    -------
    str
        One <svg>, with presentation attributes only.
    """
    frame = _Frame(series, unit_of(unit), width, list(provisional), target)
    frame.draw_axes()
    frame.draw_limits()
    frame.draw_dated(events, mark="cycle")
    frame.draw_dated(breaks, mark="break")
    frame.draw_phases()
    frame.draw_target()
    frame.draw_points()
    frame.draw_notes()
    return frame.canvas.finished(title=title, description=description, id_prefix=id_prefix)


@dataclass(frozen=True)
class _Lines:
    centre: list[float]
    lower: list[float]
    upper: list[float]

    @property
    def all(self) -> tuple[list[float], list[float], list[float]]:
        return self.centre, self.lower, self.upper


class _Frame:
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
        self.lines = _Lines(series.centre.tolist(), series.lower.tolist(), series.upper.tolist())
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
        self.places = _places(series, self.first)
        low, high = min(self.places, default=0.0), max(self.places, default=1.0)
        edge = (high - low or 1.0) * 0.02
        self.x = Scale(low - edge, high + edge, self.plot.left, self.plot.right)

    def _value_scale(self, bottom: float, top: float) -> Scale:
        here = slice(self.first, None)
        values = [*self.values[here], *self.lines.centre[here]]
        limits = [*self.lines.lower[here], *self.lines.upper[here]]
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
        return self.x(self.places[point - self.first])

    # axes -----------------------------------------------------------------------------------

    def draw_axes(self) -> None:
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

    # limits ---------------------------------------------------------------------------------

    def draw_limits(self) -> None:
        for stretch in self._stretches():
            self._draw_band(stretch)
            self._step_line(self.lines.centre, stretch, 'stroke-width="1.5"')
        if not self.narrow:
            self._label_lines()

    def _stretches(self) -> list[list[int]]:
        """Points of one phase each."""
        cuts: list[list[int]] = []
        for point in self.shown:
            same = cuts and self.phase[point] == self.phase[cuts[-1][-1]]
            if same:
                cuts[-1].append(point)
            else:
                cuts.append([point])
        return cuts

    def _draw_band(self, stretch: list[int]) -> None:
        known = [p for p in stretch if math.isfinite(self.lines.lower[p] + self.lines.upper[p])]
        if not known:
            return
        upper = self._steps(self.lines.upper, known)
        lower = self._steps(self.lines.lower, known)
        self.canvas.area([*upper, *reversed(lower)], 'fill="currentColor" fill-opacity="0.07"')
        dashes = 'fill="none" stroke="currentColor" stroke-opacity="0.55" stroke-dasharray="5 4"'
        self.canvas.path(upper, dashes)
        self.canvas.path(lower, dashes)

    def _step_line(self, line: list[float], stretch: list[int], attributes: str) -> None:
        known = [p for p in stretch if math.isfinite(line[p])]
        attributes = f'fill="none" stroke="currentColor" {attributes}'
        self.canvas.path(self._steps(line, known), attributes)

    def _steps(self, line: list[float], points: list[int]) -> list[tuple[float, float]]:
        """A line that holds each point's value half way to its neighbours."""
        if not points:
            return []
        xs = [self.place(p) for p in points]
        ys = [self.y(line[p]) for p in points]
        half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else 12.0
        edges = [xs[0] - half, *((a + b) / 2 for a, b in itertools.pairwise(xs))]
        edges.append(xs[-1] + half)
        edges = [min(max(x, self.plot.left), self.plot.right) for x in edges]
        if len(set(ys)) == 1:
            return [(edges[0], ys[0]), (edges[-1], ys[0])]
        return [corner for i, y in enumerate(ys) for corner in ((edges[i], y), (edges[i + 1], y))]

    def line_words(self) -> list[tuple[float, str]]:
        """The lines at the last point that has them, with their names."""
        known = [p for p in self.shown if math.isfinite(self.lines.centre[p])]
        if not known:
            return []
        last, number = known[-1], self.unit.number
        centre, lower, upper = (line[last] for line in self.lines.all)
        name = "Median" if self.series.chart in MEDIAN_CHARTS else "Average"
        lines = [(centre, f"{name} {number(centre)}")]
        if math.isfinite(upper) and upper > lower:
            lines.append((upper, f"Upper limit {number(upper)}"))
            if lower > self.y.low or self.y.low < 0:
                lines.append((lower, f"Lower limit {number(lower)}"))
        if self.target is not None:
            lines.append((self.target, f"Target {self.unit.number(self.target)}"))
        return lines

    def _label_lines(self) -> None:
        """Beside the ends of the lines, moved apart where they are close."""
        lines = sorted(self.line_words(), reverse=True)
        apart = self.canvas.font_size + 3
        y = -math.inf
        for value, words in lines:
            y = max(self.y(value) + 5, y + apart)
            self.canvas.text(self.plot.right + 8, y, words)

    def draw_target(self) -> None:
        if self.target is None:
            return
        y = self.y(self.target)
        self.canvas.line(
            self.plot.left, y, self.plot.right, y, 'stroke-width="1.5" stroke-dasharray="10 3 2 3"'
        )

    # what is dated --------------------------------------------------------------------------

    def draw_dated(self, events: Sequence[Event], *, mark: str) -> None:
        for event in events:
            at = _position(event.date)
            if at is None or not self.x.low <= at <= self.x.high:
                continue
            dashes = 'stroke-dasharray="2 3"' if mark == "break" else 'stroke-width="1.5"'
            x = self.x(at)
            self.canvas.line(x, self.plot.top - 4, x, self.plot.bottom, dashes)
            if mark == "cycle":
                flag = [(x, self.plot.top - 4), (x + 9, self.plot.top), (x, self.plot.top + 5)]
                self.canvas.area(flag, 'fill="currentColor"')
            self._name(x, event.label)

    def draw_phases(self) -> None:
        for stretch in self._stretches()[1:]:
            x = (self.place(stretch[0]) + self.place(stretch[0] - 1)) / 2
            self.canvas.line(x, self.plot.top, x, self.plot.bottom, 'stroke-dasharray="2 3"')
            self._name(x, "New limits")
        frozen = [p for p in self.shown if self.series.frozen[p]]
        if frozen and frozen[0] > self.first:
            self._draw_baseline(frozen[0])

    def _draw_baseline(self, first_frozen: int) -> None:
        """A bracket over the points that the frozen limits came from."""
        x = (self.place(first_frozen) + self.place(first_frozen - 1)) / 2
        y = self.plot.top - 4
        self.canvas.path(
            [(self.plot.left, y + 5), (self.plot.left, y), (x, y), (x, y + 5)],
            'fill="none" stroke="currentColor"',
        )
        self.canvas.text(self.plot.left + 2, y - 5, "Baseline: limits set here")

    def _name(self, x: float, words: str) -> None:
        """Above the plot, to whichever side there is room; below the last if two are close."""
        for y in (self.plot.top - 10, self.plot.top + 12, self.plot.top + 28):
            for anchor, at in (("start", x + 3), ("end", x - 3)):
                box = self.canvas.place(at, y, words, anchor)
                fits = box.left >= self.plot.left - 4 and box.right <= self.canvas.width
                if fits and not any(box.meets(other) for other in self.canvas.taken):
                    self.canvas.text(at, y, words, anchor=anchor)
                    return

    # points ---------------------------------------------------------------------------------

    def draw_points(self) -> None:
        self._draw_joins()
        for point in self.shown:
            if math.isfinite(self.values[point]):
                self.canvas.add(self._mark(point))
        self._label_signals()

    def _draw_joins(self) -> None:
        """Solid between settled neighbours, dashed to a provisional one, none across a gap."""
        usual = _usual_step(self.places)
        solid: list[tuple[float, float]] = []
        stroke = f'fill="none" stroke="{DATA}" stroke-width="1.5"'
        for point in self.shown:
            value = self.values[point]
            before = point - self.first - 1
            gap = before >= 0 and self.places[before + 1] - self.places[before] > GAP * usual
            if not math.isfinite(value) or gap or self.provisional[point]:
                self.canvas.path(solid if len(solid) > 1 else [], stroke)
                self._dash_to(point, gap=bool(gap), stroke=stroke)
                solid = []
            if math.isfinite(value) and not self.provisional[point]:
                solid.append((self.place(point), self.y(value)))
        self.canvas.path(solid if len(solid) > 1 else [], stroke)

    def _dash_to(self, point: int, *, gap: bool, stroke: str) -> None:
        if gap or point == self.first or not self.provisional[point]:
            return
        ends = [self.values[point - 1], self.values[point]]
        if all(map(math.isfinite, ends)):
            places = [
                (self.place(point - 1), self.y(ends[0])),
                (self.place(point), self.y(ends[1])),
            ]
            self.canvas.path(places, stroke + ' stroke-dasharray="3 3"')

    def _mark(self, point: int) -> str:
        x, y = self.place(point), self.y(self.values[point])
        if self.provisional[point] or self.excluded[point]:
            return circle(x, y, 4, f'fill="none" stroke="{DATA}" stroke-width="1.5"')
        kind = self._kind(point)
        if kind == "outside":
            return diamond(x, y, 7, f'fill="{DATA}" stroke="currentColor" stroke-width="1.5"')
        if kind == "run":
            return square(x, y, 4.5, f'fill="{DATA}"')
        return circle(x, y, 3.2, f'fill="{DATA}"')

    def _kind(self, point: int) -> str:
        """What the mark says. A phase-wide rule marks only the points on one side of the line."""
        if self.provisional[point]:
            return ""
        names = set(self.series.signals[point])
        if names & OUTSIDE:
            return "outside"
        directed = names & {"shift", "trend", "two_of_three"}
        if "long_run" in names and self._in_long_run(point):
            return "run"
        return "run" if directed else ""

    def _in_long_run(self, point: int) -> bool:
        phase = self.series.phases[self.phase[point] - 1]
        return self._run_around(point) >= min(phase.longest_run, phase.longest_run_max + 1)

    def _run_around(self, point: int) -> int:
        side = self.sides[point]
        if side == 0:
            return 0
        length = 0
        for way in (range(point, -1, -1), range(point + 1, len(self.values))):
            for at in way:
                if self.phase[at] != self.phase[point] or self.sides[at] == -side:
                    break
                length += self.sides[at] == side and not self.excluded[at]
        return int(length)

    def _label_signals(self) -> None:
        """One label for each stretch of one kind on one side, the latest first."""
        said: list[tuple[str, int, int]] = []
        for point in reversed(self.shown):
            kind, side = self._kind(point), self.sides[point] or 1
            if not kind:
                continue
            near = [at for word, way, at in said if (word, way) == (kind, side)]
            if near and near[-1] - point <= NEIGHBOURS:
                said.append((kind, side, point))
                continue
            said.append((kind, side, point))
            self._label(point, kind, side)

    def _label(self, point: int, kind: str, side: int) -> None:
        """Beyond every point that the words would cover, on the side where the signal is."""
        high = "high" if side > 0 else "low"
        words = f"Unusually {high}" if kind == "outside" else f"Run: {high}er"
        for further in (0, self.canvas.font_size + 3):
            for anchor, shift in (("middle", 0), ("end", 8), ("start", -8)):
                x = self.place(point) + shift
                if self._fits(x, words, anchor=anchor, way=side, further=further):
                    return

    def _fits(self, x: float, words: str, *, anchor: str, way: int, further: float) -> bool:
        box = self.canvas.place(x, 0, words, anchor)
        covered = [
            self.y(self.values[p])
            for p in self.shown
            if box.left - 6 < self.place(p) < box.right + 6 and math.isfinite(self.values[p])
        ]
        beyond = 12 + further
        y = min(covered) - beyond
        if way < 0:
            y = max(covered) + beyond + self.canvas.font_size * 0.8
        box = self.canvas.place(x, y, words, anchor)
        inside = self.plot.left <= box.left and box.right <= self.canvas.width
        inside &= self.plot.top - 14 <= box.top and box.bottom <= self.plot.bottom
        if not inside or any(box.meets(other) for other in self.canvas.taken):
            return False
        self.canvas.text(x, y, words, anchor=anchor)
        return True

    # notes ----------------------------------------------------------------------------------

    def draw_notes(self) -> None:
        notes = []
        if self.narrow:
            notes.append("; ".join(words for _, words in sorted(self.line_words(), reverse=True)))
        if self.first:
            notes.append(
                f"The latest {MOST_POINTS} of {len(self.series)} points; the table has all."
            )
        if any(self.provisional[p] for p in self.shown):
            notes.append("Hollow: provisional.")
        if any(self.excluded[p] and not self.provisional[p] for p in self.shown):
            notes.append("Hollow: left out of the limits.")
        self._write_notes(notes)

    def _write_notes(self, notes: list[str]) -> None:
        y = self.plot.bottom + 40
        for note in notes:
            for line in wrapped(note, self.canvas):
                self.canvas.text(2, y, line)
                y += self.canvas.font_size + 4
        self.canvas.height = max(self.canvas.height, y)


def _places(series: Series, first: int) -> list[float]:
    """Where points lie along the axis: by time where there are dates, else by order."""
    if series.dates is None:
        return [float(i) for i in range(first, len(series))]
    found = [_position(text) for text in series.dates[first:]]
    if any(place is None for place in found):
        return [float(i) for i in range(first, len(series))]
    return [place for place in found if place is not None]


def _usual_step(places: list[float]) -> float:
    """The middle one of the steps between points."""
    steps = sorted(b - a for a, b in itertools.pairwise(places))
    return steps[len(steps) // 2] if len(steps) > 1 else math.inf


def _position(text: str) -> float | None:
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
