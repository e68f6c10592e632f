"""The lines of a chart over time: limits as a band, phases, and what is dated."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from clinmeasures.charts.trend_layout import TrendLayout, position_of
from clinmeasures.wording.readings import MEDIAN_CHARTS


@dataclass(frozen=True)
class Event:
    """Something dated that the chart must show: a PDSA cycle, or a change of recording."""

    date: str  # ISO 8601
    label: str


class TrendLines(TrendLayout):
    """The layout with everything that is drawn behind the points."""

    def draw_limits(self) -> None:
        """For each stretch its band, its centre line and, where there is room, their names."""
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
        upper = self._steps([min(each, self.y.high) for each in self.lines.upper], known)
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
        half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else 12.0
        edges = [xs[0] - half, *((a + b) / 2 for a, b in itertools.pairwise(xs))]
        edges.append(xs[-1] + half)
        edges = [min(max(x, self.plot.left), self.plot.right) for x in edges]
        levels = {line[p] for p in points}
        if len(levels) == 1:
            y = self.y(levels.pop())
            return [(edges[0], y), (edges[-1], y)]
        ys = [self.y(line[p]) for p in points]
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
            lines.append((min(upper, self.y.high), f"Upper limit {number(upper)}"))
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
        """The target across the whole drawing, where there is one."""
        if self.target is None:
            return
        y = self.y(self.target)
        self.canvas.line(
            self.plot.left, y, self.plot.right, y, 'stroke-width="1.5" stroke-dasharray="10 3 2 3"'
        )

    def draw_dated(self, events: Sequence[Event], *, mark: str) -> None:
        """An upright line with its words at each event's date that the drawing covers."""
        for event in events:
            at = position_of(event.date)
            if at is None or not self.x.low <= at <= self.x.high:
                continue
            dashes = 'stroke-dasharray="2 3"' if mark == "break" else 'stroke-width="1.5"'
            x = self.x(at)
            self.canvas.line(x, self.plot.top - 4, x, self.plot.bottom, dashes)
            if mark == "cycle":
                flag = [(x, self.plot.top - 4), (x + 9, self.plot.top), (x, self.plot.top + 5)]
                self.canvas.area(flag, 'fill="currentColor"')
            self._name(x, event.label)

    def draw_doubts(self, doubts: list[str]) -> None:
        """The letter of a poor grade over the axis, and a bar under the points it is of."""
        shown = [p for p in self.shown if p < len(doubts) and doubts[p]]
        for stretch in self._alike(shown, doubts):
            left, right = self.place(stretch[0]) - 3, self.place(stretch[-1]) + 3
            y = self.plot.bottom - 3
            self.canvas.line(left, y, right, y, 'stroke-width="4"')
            self.canvas.text((left + right) / 2, y - 6, doubts[stretch[0]], anchor="middle")

    def _alike(self, points: list[int], said: list[str]) -> list[list[int]]:
        """Neighbouring points of which the same is said."""
        found: list[list[int]] = []
        for point in points:
            if found and found[-1][-1] == point - 1 and said[point] == said[point - 1]:
                found[-1].append(point)
            else:
                found.append([point])
        return found

    def draw_phases(self) -> None:
        """An upright line where limits start anew, and where they were frozen."""
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
